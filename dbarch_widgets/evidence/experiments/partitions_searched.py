"""A query that does not say which partition it means, against the same query that does."""

from __future__ import annotations

from typing import Any

from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab, Side
from dbarch_widgets.evidence.needs import query_tables
from dbarch_widgets.evidence.statements import rewritten
from dbarch_widgets.measure.prepared import at_horizon
from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.sql.names import quote

_VALUE = "dbarch_part"


def run(case: Case, lab: Lab) -> Seen:
    """A condition on the partition key is added, with the key of the fullest partition."""
    table, column = case.table, case.column
    fullest = lab.value(
        f"SELECT {quote(column)} FROM {lab.table(table.qname)} GROUP BY 1 ORDER BY count(*) DESC, 1 DESC LIMIT 1"
    )
    if fullest is None:
        raise CannotMeasure(f"{table.qname} has no rows")
    values = lab.values(case.query, 5)
    other = lab.engine.translate(rewritten(at_horizon(case.query.sql), lambda tree: _told(tree, table, column)))
    sides = (
        Side(lab.statement(case.query), (), values),
        Side(other, (), [row | {_VALUE: fullest} for row in values]),
    )
    figures = lab.compare(*sides)
    parts = {str(part.qname) for part in _leaves(case, table)}
    searched = [float(len(_scanned(run.plan) & parts)) for run in (figures.before, figures.after)]
    return Seen(
        f"{case.query.name} as it is, and with {column} = one value",
        {"partitions searched": searched[0], "pages": figures.before.pages},
        {"partitions searched": searched[1], "pages": figures.after.pages},
        figures.times,
        not_modelled=(f"production has as many partitions as it has kept; here there are {len(parts)}",),
    )


def _leaves(case: Case, table: Table) -> list[Table]:
    found: list[Table] = []
    for part in case.schema.partitions(table.qname):
        found += _leaves(case, part) if part.partition_key else [part]
    return found


def _scanned(plan: Any) -> set[str]:
    """The tables that a plan scans and executed."""
    own = set()
    if "Relation Name" in plan and int(plan.get("Actual Loops", 0)):
        own.add(str(QName(plan.get("Schema", ""), plan["Relation Name"])))
    for child in plan.get("Plans", ()):
        own |= _scanned(child)
    return own


def _told(tree: Any, table: Table, column: str) -> Any:
    from sqlglot import exp

    for found in tree.find_all(exp.Table):
        if found.name == table.name and (not found.db or found.db == table.schema):
            block = found.find_ancestor(exp.Select, exp.Update, exp.Delete)
            if block is None:
                continue
            key = exp.column(column, table=None if isinstance(block, exp.Update | exp.Delete) else found.alias_or_name)
            block.where(exp.EQ(this=key, expression=exp.column(f"dbarch_value_of_{_VALUE}")), copy=False)
            return tree
    raise CannotMeasure(f"its query does not name {table.qname}")


def _tables(case: Case) -> tuple[QName, ...]:
    return query_tables(case)


EXPERIMENT = Experiment("partitions-searched", ("partition-key-not-filtered",), run, _tables)
