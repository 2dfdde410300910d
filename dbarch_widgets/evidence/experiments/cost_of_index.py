"""What an index costs that is not needed: inserting rows with and without it, and its size."""

from __future__ import annotations

from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab, Side
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.names import qualified, quote, quoted_list, text_literal

_ROWS = 500
_RULES = ("duplicate-index", "redundant-index", "unused-index", "boolean-index")


def run(case: Case, lab: Lab) -> Seen:
    """Rows of the table are taken out and put back, with the index and without it; triggers do not fire."""
    table = case.table
    index = qualified(QName(table.schema, case.finding.object or ""))
    if lab.value(f"SELECT to_regclass({text_literal(index)})") is None:
        raise CannotMeasure(f"the index {case.finding.object} could not be made here")
    insert, count = put_back(case, lab)
    drop = f"DROP INDEX {index}"
    if lab.value(f"SELECT 1 FROM pg_catalog.pg_constraint WHERE conindid = {text_literal(index)}::regclass"):
        drop = f"ALTER TABLE {lab.table(table.qname)} DROP CONSTRAINT {quote(case.finding.object or '')}"
    figures = lab.compare(Side(insert), Side(insert, (drop,)))
    size = lab.bytes_of(index)
    before = {"WAL bytes per row": figures.before.wal_bytes / count, "pages per row": figures.before.pages / count}
    after = {"WAL bytes per row": figures.after.wal_bytes / count, "pages per row": figures.after.pages / count}
    return Seen(
        f"inserting {count:,} rows into {table.name} with and without {case.finding.object}",
        before | {"index bytes": float(size)},
        after | {"index bytes": 0.0},
        figures.times,
    )


def put_back(case: Case, lab: Lab) -> tuple[str, int]:
    """Take some rows of the finding's table out; the statement that puts them back, and their number.

    Raises:
        CannotMeasure: the table has no rows.
    """
    table, name = case.table, lab.table(case.table.qname)
    columns = quoted_list(column.name for column in table.columns if column.generated is None)
    lab.execute("SET LOCAL session_replication_role = replica")
    lab.execute(
        f"CREATE TEMP TABLE dbarch_held ON COMMIT DROP AS SELECT tableoid AS dbarch_table, ctid AS dbarch_place, {columns}"
        f" FROM {name} ORDER BY hashtextextended(ctid::text, {lab.seed}), tableoid, ctid LIMIT {_ROWS}"
    )
    count = int(lab.value("SELECT count(*) FROM dbarch_held"))
    if not count:
        raise CannotMeasure(f"{table.qname} has no rows")
    lab.execute(
        f"DELETE FROM {name} AS t USING dbarch_held AS h WHERE t.tableoid = h.dbarch_table AND t.ctid = h.dbarch_place"
    )
    return f"INSERT INTO {name} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM dbarch_held", count


EXPERIMENT = Experiment("cost-of-index", _RULES, run)
