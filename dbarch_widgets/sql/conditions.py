"""Reads the conditions of one block (WHERE and JOIN … ON) into `Predicate`s."""

from __future__ import annotations

from typing import Any

from dbarch_widgets.sql.statement import ColumnRef, Operator, Predicate, Value
from dbarch_widgets.sql.tree import column_ref, columns_of, normal_text

_COMPARISONS: dict[str, Operator] = {
    "EQ": "=",
    "NullSafeEQ": "=",
    "NEQ": "<>",
    "NullSafeNEQ": "<>",
    "LT": "<",
    "LTE": "<=",
    "GT": ">",
    "GTE": ">=",
    "Like": "like",
    "ILike": "ilike",
    "SimilarTo": "regexp",
    "RegexpLike": "regexp",
    "RegexpILike": "regexp",
}
_FLIPPED: dict[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NEGATED: dict[Operator, Operator] = {"in": "not in", "is null": "is not null", "=": "<>", "<>": "="}


class Conditions:
    """Collects predicates; `where` may be called for each condition that every row must meet."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.predicates: list[Predicate] = []

    def where(self, node: Any, *, join: bool = False) -> None:
        if node is not None:
            self._condition(node, conjunct=True, negated=False, join=join)

    def using(self, name: str, before: list[str], new: str | None) -> None:
        """`JOIN … USING (name)`: the new table's column equals that of one of the tables before."""
        for left in before:
            for one, other in ((left, new), (new, left)):
                value = Value("column", f"{other}.{name}", column=ColumnRef(name, other))
                self.predicates.append(Predicate(ColumnRef(name, one), "=", value, join=True))

    def _condition(self, node: Any, *, conjunct: bool, negated: bool, join: bool) -> None:
        from sqlglot import exp

        again = {"conjunct": conjunct, "negated": negated, "join": join}
        if isinstance(node, exp.Paren):
            self._condition(node.this, **again)
        elif isinstance(node, exp.Not):
            self._condition(node.this, conjunct=conjunct, negated=not negated, join=join)
        elif isinstance(node, exp.And):
            for side in (node.left, node.right):
                self._condition(side, conjunct=conjunct and not negated, negated=negated, join=join)
        elif isinstance(node, exp.Or):
            self._either(node, **again)
        else:
            self._leaf(node, **again)

    def _either(self, node: Any, *, conjunct: bool, negated: bool, join: bool) -> None:
        inner = Conditions(self.dialect)
        for side in node.flatten():
            inner._condition(side, conjunct=True, negated=negated, join=join)
        found = inner.predicates
        one_column = {(item.column, item.wrapped) for item in found}
        if found and not negated and len(one_column) == 1 and all(item.operator in ("=", "in") for item in found):
            first = found[0]
            texts = tuple(item.value.text for item in found)
            constant = all(item.value.constant for item in found)
            value = Value("literal" if constant else "column", ", ".join(texts), first.value.type, items=texts)
            self._add(first.column, "in", value, first.wrapped, first.cast, conjunct, join)
            return
        for item in found:
            self._add(item.column, item.operator, item.value, item.wrapped, item.cast, conjunct and negated, join)

    def _leaf(self, node: Any, *, conjunct: bool, negated: bool, join: bool) -> None:
        from sqlglot import exp

        # IS NOT NULL and NOT LIKE carry the NOT themselves.
        negated = negated != bool(node.args.get("negate"))
        place = {"conjunct": conjunct, "negated": negated, "join": join}
        name = type(node).__name__
        if name in _COMPARISONS:
            self._compare(node.left, _COMPARISONS[name], node.right, **place)
        elif isinstance(node, exp.Escape):
            self._leaf(node.this, **place)
        elif isinstance(node, exp.In):
            query = node.args.get("query")
            value = Value("subquery", "a sub-query") if query is not None else self._list(node)
            self._one_sided(node.this, "in", value, **place)
        elif isinstance(node, exp.Between):
            low = value_of(node.args["low"], self.dialect)
            self._one_sided(node.this, "between", low, **place)
        elif isinstance(node, exp.Is):
            self._is(node, **place)
        elif isinstance(node, exp.Column):
            truth = Value("literal", "false" if negated else "true", "boolean")
            self._add(column_ref(node), "=", truth, None, None, conjunct, join)
        elif isinstance(node, exp.Binary):
            self._compare(node.left, "other", node.right, **place)

    def _list(self, node: Any) -> Value:
        items = node.expressions
        if len(items) == 1:
            return value_of(items[0], self.dialect)
        values = [value_of(item, self.dialect) for item in items]
        kinds = {value.type for value in values}
        constant = all(value.constant for value in values)
        texts = tuple(value.text for value in values)
        return Value(
            "literal" if constant else "column", ", ".join(texts), kinds.pop() if len(kinds) == 1 else None, items=texts
        )

    def _is(self, node: Any, *, conjunct: bool, negated: bool, join: bool) -> None:
        from sqlglot import exp

        if isinstance(node.expression, exp.Null):
            value = Value("literal", "null", "null")
            self._one_sided(node.this, "is null", value, conjunct=conjunct, negated=negated, join=join)
        elif isinstance(node.expression, exp.Boolean):
            value = Value("literal", str(bool(node.expression.this)).lower(), "boolean")
            self._one_sided(node.this, "=", value, conjunct=conjunct, negated=negated, join=join)

    def _compare(self, left: Any, operator: Operator, right: Any, *, conjunct: bool, negated: bool, join: bool) -> None:
        from sqlglot import exp

        place = {"conjunct": conjunct, "negated": negated, "join": join}
        if isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple):
            for one, other in zip(left.expressions, right.expressions, strict=False):
                self._compare(one, operator, other, **place)
            return
        if isinstance(right, exp.Any | exp.All):
            operator = "in" if operator == "=" else "other"
            inner = right.this.this if isinstance(right.this, exp.Paren) else right.this
            value = Value("subquery", "a sub-query") if isinstance(inner, exp.Query) else value_of(inner, self.dialect)
            # The type of the array is not the type of the column.
            self._one_sided(left, operator, Value(value.kind, value.text, None, value.column), **place)
            return
        on_left, on_right = columns_of([left]), columns_of([right])
        flipped = _FLIPPED.get(operator, operator)
        if on_left and on_right:
            self._one_sided(left, operator, _column_value(right, self.dialect), **place)
            self._one_sided(right, flipped, _column_value(left, self.dialect), **place)
        elif on_left:
            self._one_sided(left, operator, value_of(right, self.dialect), **place)
        elif on_right:
            self._one_sided(right, flipped, value_of(left, self.dialect), **place)

    def _one_sided(
        self, node: Any, operator: Operator, value: Value, *, conjunct: bool, negated: bool, join: bool
    ) -> None:
        from sqlglot import exp

        while isinstance(node, exp.Paren):
            node = node.this
        if isinstance(node, exp.Tuple):
            for item in node.expressions:
                self._one_sided(item, operator, value, conjunct=conjunct, negated=negated, join=join)
            return
        found = columns_of([node])
        if len(found) != 1:
            return
        if negated:
            operator = _NEGATED.get(operator, "other")
        bare = isinstance(node, exp.Column)
        cast = None if bare or not isinstance(node, exp.Cast) else _type_text(node, self.dialect)
        wrapped = None if bare else normal_text(node, self.dialect)
        self._add(found[0], operator, value, wrapped, cast, conjunct, join)

    def _add(
        self,
        column: ColumnRef,
        operator: Operator,
        value: Value,
        wrapped: str | None,
        cast: str | None,
        conjunct: bool,
        join: bool,
    ) -> None:
        self.predicates.append(Predicate(column, operator, value, wrapped, cast, conjunct, join))


def value_of(node: Any, dialect: str) -> Value:
    """What stands on the other side of a comparison, or after LIMIT and OFFSET."""
    from sqlglot import exp

    while isinstance(node, exp.Paren):
        node = node.this
    text = normal_text(node, dialect)
    if isinstance(node, exp.Cast):
        inner = value_of(node.this, dialect)
        return Value(inner.kind, inner.text, _type_text(node, dialect), inner.column)
    if isinstance(node, exp.Placeholder | exp.Parameter):
        return Value("parameter", str(node.name or text).lstrip(":$"))
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
        return Value("literal", text, value_of(node.this, dialect).type)
    if isinstance(node, exp.Literal):
        kind = "text" if node.is_string else "integer" if node.is_int else "numeric"
        return Value("literal", str(node.name), kind)
    if isinstance(node, exp.Boolean):
        return Value("literal", text, "boolean")
    if isinstance(node, exp.Null):
        return Value("literal", text, "null")
    if isinstance(node, exp.Query):
        return Value("subquery", "a sub-query")
    if isinstance(node, exp.Column):
        return Value("column", text, column=column_ref(node))
    return Value("expression", text)


def _column_value(node: Any, dialect: str) -> Value:
    from sqlglot import exp

    found = columns_of([node])
    column = found[0] if isinstance(node, exp.Column) else None
    return Value("column", normal_text(node, dialect), None, column)


def _type_text(cast: Any, dialect: str) -> str:
    return str(cast.to.sql(dialect=dialect)).lower()
