"""A query without and with the index that a finding proposes."""

from __future__ import annotations

from dbarch_widgets.evidence.base import Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab, Side
from dbarch_widgets.evidence.needs import query_tables
from dbarch_widgets.evidence.statements import fix_statements, make_indexes


def run(case: Case, lab: Lab) -> Seen:
    """The index is made, and dropped again for each execution without it."""
    drops = make_indexes(lab, fix_statements(case))
    lab.execute(f"ANALYZE {lab.table(case.table.qname)}")
    sql, values = lab.statement(case.query), lab.values(case.query)
    figures = lab.compare(Side(sql, drops, values), Side(sql, (), values))
    return Seen(
        f"{case.query.name} without and with the index",
        {"pages": figures.before.pages, "rows read": figures.before.rows_read},
        {"pages": figures.after.pages, "rows read": figures.after.rows_read},
        figures.times,
    )


EXPERIMENT = Experiment("index-for-query", ("missing-index-for-query",), run, query_tables)
