"""NOT IN over a column that may be null: the answer before and after one row without a value."""

from __future__ import annotations

from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab
from dbarch_widgets.evidence.needs import query_tables
from dbarch_widgets.sql.names import quote


def run(case: Case, lab: Lab) -> Seen:
    """The column's nulls are taken away, then one row loses its value."""
    table, column = lab.table(case.table.qname), quote(case.column)
    sql, values = lab.statement(case.query), lab.values(case.query, 1)[0]
    lab.execute("SET LOCAL session_replication_role = replica")
    lab.execute(f"DELETE FROM {table} WHERE {column} IS NULL")
    full = len(lab.execute(sql, values).rows)
    if not full:  # all are in the list: half of it is taken away
        lab.execute(f"DELETE FROM {table} WHERE mod(abs(hashtextextended({column}::text, {lab.seed})), 2) = 0")
        full = len(lab.execute(sql, values).rows)
    if not full:
        raise CannotMeasure("its query finds nothing in the generated rows")
    changed = lab.execute(
        f"UPDATE {table} SET {column} = NULL WHERE ctid = (SELECT min(ctid) FROM {table}) RETURNING 1"
    ).rows
    if not changed:
        raise CannotMeasure(f"{case.table.qname} has no row to change")
    left = len(lab.execute(sql, values).rows)
    return Seen(
        f"{case.query.name} before and after one row of {case.table.name} has no {case.column}",
        {"rows returned": float(full)},
        {"rows returned": float(left)},
        said=f"one null in {case.table.name}.{case.column} takes {full - left:,} of {full:,} rows out of the answer",
    )


EXPERIMENT = Experiment("not-in-with-null", ("not-in-nullable",), run, query_tables)
