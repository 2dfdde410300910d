"""DISTINCT ON as the first row of each window, in the order that the query asked for."""

from __future__ import annotations

from sqlglot import exp

from dbarch_widgets.errors import InputError

_FIRST, _SORT = "_first", "_sort_"


def distinct_on(node: exp.Expr) -> exp.Expr:
    """The SELECT without DISTINCT ON.

    Raises:
        InputError: it selects `*`, which would show the columns that help here.
    """
    assert isinstance(node, exp.Select)
    distinct = node.args.get("distinct")
    if distinct is None or distinct.args.get("on") is None:
        return node
    if node.is_star:
        raise InputError("SQLite has no DISTINCT ON, which can be said otherwise only where the columns are listed")
    on = distinct.args["on"]
    keys = [key.copy() for key in (on.expressions if isinstance(on, exp.Tuple) else [on.unnest()])]
    names = [column.alias_or_name or f"_column_{at}" for at, column in enumerate(node.expressions)]
    order, rest = node.args.get("order"), {part: node.args.get(part) for part in ("limit", "offset")}
    for part in ("distinct", "order", "limit", "offset"):
        node.set(part, None)
    columns = [
        exp.alias_(column.unalias().copy(), name, quoted=True)
        for column, name in zip(node.expressions, names, strict=True)
    ]
    sorts = list(order.expressions) if order else []
    window = exp.Window(this=exp.RowNumber(), partition_by=keys, order=order.copy() if order else None)
    columns.append(exp.alias_(window, _FIRST))
    columns += [exp.alias_(each.this.copy(), f"{_SORT}{at}") for at, each in enumerate(sorts)]
    node.set("expressions", columns)
    outer = exp.select(*(exp.column(exp.to_identifier(name, quoted=True)) for name in names))
    outer = outer.from_(exp.Subquery(this=node.copy(), alias=exp.TableAlias(this=exp.to_identifier("_t"))))
    outer = outer.where(exp.EQ(this=exp.column(_FIRST), expression=exp.Literal.number(1)))
    if order:
        ordered = [_ordered(each, at) for at, each in enumerate(sorts)]
        outer.set("order", exp.Order(expressions=ordered))
    for part, value in rest.items():
        outer.set(part, value)
    outer.set("with_", node.args.get("with_"))
    return outer


def _ordered(given: exp.Expr, at: int) -> exp.Expr:
    made = given.copy()
    made.set("this", exp.column(f"{_SORT}{at}"))
    return made
