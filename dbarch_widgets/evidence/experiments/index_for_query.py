"""A query without and with the index that a finding proposes."""

from __future__ import annotations

from collections.abc import Sequence

from dbarch_widgets.evidence.base import Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab, Side
from dbarch_widgets.evidence.needs import query_tables
from dbarch_widgets.evidence.statements import fix_statements, make_indexes
from dbarch_widgets.measure.parameters import Row

_TRIED = 5
_MUCH = 10_000  # bytes of WAL
_MUCH_LESS = 10


def run(case: Case, lab: Lab) -> Seen:
    """The index is made, and dropped again for each execution without it."""
    sql, values = lab.statement(case.query), lab.values(case.query)
    said = None
    if case.query.kind == "write" and (row := _taking_away(lab, sql, values)) is not None:
        values, said = [row], "it had run before, so that little was left to find, as where it runs again and again"
        _run_before(lab, lab.table(case.table.qname), sql, row)
    drops = make_indexes(lab, fix_statements(case))
    lab.execute(f"ANALYZE {lab.table(case.table.qname)}")
    figures = lab.compare(Side(sql, drops, values), Side(sql, (), values))
    return Seen(
        f"{case.query.name} without and with the index",
        {"pages": figures.before.pages, "rows read": figures.before.rows_read},
        {"pages": figures.after.pages, "rows read": figures.after.rows_read},
        figures.times,
        said,
    )


def _taking_away(lab: Lab, sql: str, values: Sequence[Row]) -> Row | None:
    """A set of values with which the statement finds little the second time, as `SET done = true WHERE NOT done` does."""
    for row in values[:_TRIED]:
        side = Side(sql, (), [row])
        with lab.saved():
            first, second = lab.run(side), lab.run(side)
        if first.wal_bytes > _MUCH and second.wal_bytes < first.wal_bytes / _MUCH_LESS:
            return row
    return None


def _run_before(lab: Lab, table: str, sql: str, row: Row) -> None:
    """Run it, and write the table anew, as a VACUUM is not to be had in a transaction: a column with a volatile default does."""
    lab.execute(sql, row)
    lab.execute(f"ALTER TABLE {table} ADD COLUMN dbarch_anew double precision DEFAULT random()")
    lab.execute(f"ALTER TABLE {table} DROP COLUMN dbarch_anew")


EXPERIMENT = Experiment(
    "index-for-query",
    ("missing-index-for-query", "or-across-columns", "search-inside-values"),
    run,
    query_tables,
    version=2,
)
