"""A comparison that hides the column in a function or a cast, against one that leaves the column alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab, Side
from dbarch_widgets.evidence.needs import query_tables
from dbarch_widgets.evidence.statements import fix_statements, is_value, make_indexes, rewritten
from dbarch_widgets.measure.prepared import at_horizon
from dbarch_widgets.model.schema import Column

_TEXT = ("VARCHAR", "TEXT", "CHAR")


def run(case: Case, lab: Lab) -> Seen:
    """With an index on the expression where the finding proposes one, else with the query rewritten and proved equal."""
    if case.finding.fix is not None:
        values, plain = lab.values(case.query), lab.statement(case.query)
        drops = make_indexes(lab, fix_statements(case))
        lab.execute(f"ANALYZE {lab.table(case.table.qname)}")
        name = f"{case.query.name} without and with the index on the expression"
        figures = lab.compare(Side(plain, drops, values), Side(plain, (), values))
    else:
        column = case.table.column(case.column)
        sql = rewritten(at_horizon(case.query.sql), lambda tree: as_compared(tree, column))
        values, plain = lab.values(replace(case.query, sql=sql)), lab.engine.translate(sql)
        other = lab.engine.translate(rewritten(sql, lambda tree: alone(tree, column)))
        name = f"{case.query.name} as it is, and with {column.name} left alone"
        figures = lab.compare(Side(plain, (), values), Side(other, (), values), prove=True)
    return Seen(
        name,
        {"pages": figures.before.pages, "rows read": figures.before.rows_read},
        {"pages": figures.after.pages, "rows read": figures.after.rows_read},
        figures.times,
    )


def as_compared(tree: Any, column: Column) -> Any:
    """The tree with what is compared with a cast of the column, or its day, cast so too: values are drawn from the column."""
    from sqlglot import exp

    for node in list(tree.find_all(exp.EQ)):
        for mine, theirs in ((node.left, node.right), (node.right, node.left)):
            inner = mine.this if isinstance(mine, exp.TsOrDsToDate | exp.Date | exp.Cast) else None
            if isinstance(inner, exp.Column) and inner.name == column.name and is_value(theirs):
                to = mine.to.sql(dialect="postgres") if isinstance(mine, exp.Cast) else "date"
                theirs.replace(_cast(theirs, to))
    return tree


def alone(tree: Any, column: Column) -> Any:
    """The tree with comparisons of the column so written that an index on it can serve them.

    Raises:
        CannotMeasure: there is none of a known kind.
    """
    from sqlglot import exp

    changed = 0
    for node in list(tree.find_all(exp.EQ)):
        for mine, theirs in ((node.left, node.right), (node.right, node.left)):
            new = _moved(mine, theirs, column)
            if new is not None:
                node.replace(new)
                changed += 1
                break
    if not changed:
        raise CannotMeasure("how its comparison would be rewritten is not known here")
    return tree


def _moved(mine: Any, theirs: Any, column: Column) -> Any:
    from sqlglot import exp

    if any(each.name == column.name for each in theirs.find_all(exp.Column)):
        return None
    if isinstance(mine, exp.Column) and mine.name == column.name:
        bare = theirs.this if isinstance(theirs, exp.Cast) else theirs
        return exp.EQ(this=mine.copy(), expression=_cast(bare, column.type))
    inner = mine.this if isinstance(mine, exp.Cast | exp.TsOrDsToDate | exp.Date) else None
    if not isinstance(inner, exp.Column) or inner.name != column.name:
        return None
    if isinstance(mine, exp.Cast) and mine.to.this.name in _TEXT:
        return exp.EQ(this=inner.copy(), expression=_cast(theirs, column.type))
    start = _cast(theirs, column.type)
    end = exp.Add(this=start.copy(), expression=exp.Interval(this=exp.Literal.string("1"), unit=exp.var("DAY")))
    return exp.and_(exp.GTE(this=inner.copy(), expression=start), exp.LT(this=inner.copy(), expression=end))


def _cast(node: Any, type: str) -> Any:
    from sqlglot import exp

    return exp.cast(node.copy(), exp.DataType.build(type, dialect="postgres"))


EXPERIMENT = Experiment("column-left-alone", ("non-sargable-predicate", "implicit-cast"), run, query_tables, version=2)
