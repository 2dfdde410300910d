"""Reads CHECK expressions into `Rules`.

A check passes when it is true or null. What is not understood is kept as opaque: the rows are then tried against the
check itself (see `repair.py`), and `verify.py` counts what is left.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.synth.conditions import bare, conjuncts, disjuncts
from dbarch_widgets.synth.kinds import kind_of
from dbarch_widgets.synth.limits import Choose, Gate, Limits, Literal, Ordered, Rules

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "<>", "<>": "="}
_OPERATORS: dict[Any, str] = {exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=", exp.EQ: "=", exp.NEQ: "<>"}
_OPERATORS[exp.NullSafeNEQ] = "<>"


@dataclass(frozen=True)
class _Opaque(Exception):
    reason: str = ""


def rules_of(schema: Schema, table: Table) -> Rules:
    """What the table's checks, and those of its columns' domains, ask."""
    rules = Rules()
    for check in table.checks:
        rules = rules.joined(_read(check.name, check.expression, table, value=None))
    for column in table.columns:
        kind = kind_of(schema, column)
        if kind.array:
            continue
        for expression in kind.checks:
            rules = rules.joined(_read(f"domain of {column.name}", expression, table, value=column.name))
    return rules


def _read(name: str, expression: str, table: Table, value: str | None) -> Rules:
    level = logging.getLogger("sqlglot").level
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    try:
        tree = parse_one(expression, dialect="postgres")
        return _Reader(table, value).read(tree)
    except (SqlglotError, _Opaque, RecursionError, AttributeError, ValueError):
        text = expression if value is None else f"{value}: {expression}"
        return Rules(opaque=((name, text),))
    finally:
        logging.getLogger("sqlglot").setLevel(level)


class _Reader:
    """Reads one expression; `value` is the column that a domain's VALUE stands for."""

    def __init__(self, table: Table, value: str | None) -> None:
        self.table = table
        self.value = value

    def column(self, node: Any) -> str | None:
        node = bare(node)
        if not isinstance(node, exp.Column):
            return None
        name: str = node.this.name if node.this.args.get("quoted") else node.this.name.lower()
        if self.value is not None and name == "value":
            return self.value
        return name if self.table.has_column(name) else None

    def text(self, node: Any) -> str:
        node = node.copy()
        if self.value is not None:
            for column in list(node.find_all(exp.Column)):
                if column.name.lower() == "value":
                    column.replace(exp.column(exp.to_identifier(self.value, quoted=True)))
        return str(node.sql(dialect="postgres"))

    def uses(self, node: Any) -> tuple[str, ...]:
        found = dict.fromkeys(self.column(column) for column in node.find_all(exp.Column))
        if None in found:
            raise _Opaque("a name that is no column")
        return tuple(name for name in found if name)

    def read(self, node: Any) -> Rules:
        """What the expression asks.

        Raises:
            _Opaque: it is of no shape that is known here.
        """
        if isinstance(node, exp.Paren):
            return self.read(node.this)
        if isinstance(node, exp.And):
            return self.read(node.this).joined(self.read(node.expression))
        if isinstance(node, exp.Or):
            return self.either(node)
        if isinstance(node, exp.Not):
            return self.negated(node.this)
        if isinstance(node, exp.Column):
            return self.limit(node, allowed=(True,))
        if isinstance(node, exp.Is):
            return self.is_null(node)
        if isinstance(node, exp.In):
            return self.limit(node.this, allowed=self.literals(node.expressions))
        if isinstance(node, exp.Between):
            low, high = self.literal(node.args["low"]), self.literal(node.args["high"])
            return self.limit(node.this, low=low, high=high)
        if isinstance(node, exp.RegexpLike):
            return self.limit(node.this, patterns=(str(self.literal(node.expression)),))
        if isinstance(node, exp.Like):
            return self.like(node)
        if type(node) in _OPERATORS:
            return self.compared(node.this, _OPERATORS[type(node)], node.expression)
        raise _Opaque

    def limit(self, node: Any, **asked: Any) -> Rules:
        name = self.column(node)
        if name is None:
            raise _Opaque
        return Rules(limits={name: Limits(**asked)})

    def literal(self, node: Any) -> Literal:
        node = bare(node)
        if isinstance(node, exp.Neg):
            return -self.number(node.this)
        if isinstance(node, exp.Boolean):
            return bool(node.this)
        if not isinstance(node, exp.Literal):
            raise _Opaque
        return str(node.this) if node.is_string else self.number(node)

    def number(self, node: Any) -> Decimal:
        try:
            return Decimal(str(bare(node).this))
        except InvalidOperation:
            raise _Opaque from None

    def literals(self, nodes: Iterable[Any]) -> tuple[Literal, ...]:
        return tuple(self.literal(node) for node in nodes)

    def is_null(self, node: Any) -> Rules:
        if not isinstance(node.expression, exp.Null):
            if isinstance(node.expression, exp.Boolean):
                return self.limit(node.this, allowed=(bool(node.expression.this) != bool(node.args.get("negate")),))
            raise _Opaque
        if node.args.get("negate"):
            return self.limit(node.this, required=True)
        return self.limit(node.this, empty=True)

    def negated(self, node: Any) -> Rules:
        node = node.this if isinstance(node, exp.Paren) else node
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
            return self.limit(node.this, required=True)
        if isinstance(node, exp.In):
            return self.limit(node.this, excluded=self.literals(node.expressions))
        if isinstance(node, exp.Column):
            return self.limit(node, allowed=(False,))
        if isinstance(node, exp.And):
            return self.either(exp.Or(this=exp.not_(node.this), expression=exp.not_(node.expression)))
        if isinstance(node, exp.Or):
            return self.negated(node.this).joined(self.negated(node.expression))
        if isinstance(node, exp.Not):
            return self.read(node.this)
        if type(node) in _OPERATORS:
            return self.compared(node.this, _NEGATED[_OPERATORS[type(node)]], node.expression)
        raise _Opaque

    def like(self, node: Any) -> Rules:
        pattern = str(self.literal(node.expression))
        body = pattern.rstrip("%")
        if body == pattern or "%" in body or "_" in body:
            raise _Opaque
        return self.limit(node.this, prefix=body)

    # ---------------------------------------------------------------- comparisons

    def compared(self, left: Any, operator: str, right: Any) -> Rules:
        if isinstance(bare(left), exp.Literal | exp.Neg | exp.Boolean):
            left, operator, right = right, _FLIPPED[operator], left
        if isinstance(right, exp.Any) and operator == "=":
            items = bare(right.this)
            if isinstance(items, exp.Array):
                return self.limit(left, allowed=self.literals(items.expressions))
        if isinstance(bare(right), exp.Literal | exp.Neg | exp.Boolean):
            return self.against_literal(left, operator, self.literal(right))
        if operator == "=" and (rules := self.equal_conditions(left, right)):
            return rules
        return self.against_expression(left, operator, right)

    def against_literal(self, left: Any, operator: str, value: Literal) -> Rules:
        inner = bare(left)
        if isinstance(inner, exp.Length):
            return self.length(inner.this, operator, value)
        if isinstance(inner, exp.Anonymous) and str(inner.this).lower() == "octet_length":
            return self.length(inner.expressions[0], operator, value)
        if isinstance(inner, exp.Trim) and operator == "<>" and value == "":
            return self.limit(inner.this, min_length=1, excluded=("",))
        if (counted := self.counted(inner)) and isinstance(value, Decimal):
            return self.count(*counted, operator, int(value))
        if self.column(left) is None:
            raise _Opaque
        if operator == "=":
            return self.limit(left, allowed=(value,))
        if operator == "<>":
            return self.limit(left, excluded=(value,), min_length=1 if value == "" else 0)
        if operator in ("<", "<="):
            return self.limit(left, high=value, high_open=operator == "<")
        return self.limit(left, low=value, low_open=operator == ">")

    def length(self, node: Any, operator: str, value: Literal) -> Rules:
        if not isinstance(value, Decimal):
            raise _Opaque
        inner = bare(node)
        node = inner.this if isinstance(inner, exp.Trim) else node
        number = int(value)
        low = {"=": number, ">=": number, ">": number + 1}.get(operator, 0)
        high = {"=": number, "<=": number, "<": number - 1}.get(operator)
        if operator == "<>":
            low = 1 if number == 0 else 0
        return self.limit(node, min_length=low, max_length=high)

    def counted(self, node: Any) -> tuple[tuple[str, ...], bool] | None:
        """The columns of `num_nonnulls(a, b)` or `(a IS NOT NULL)::int + …`; False: the nulls are counted."""
        if isinstance(node, exp.Anonymous) and str(node.this).lower() in ("num_nonnulls", "num_nulls"):
            names = tuple(self.column(item) for item in node.expressions)
            return (
                (tuple(name for name in names if name), str(node.this).lower() == "num_nonnulls")
                if all(names)
                else None
            )
        terms, stack = [], [node]
        while stack:
            term = bare(stack.pop())
            if isinstance(term, exp.Add):
                stack += [term.expression, term.this]
            elif isinstance(term, exp.Is) and isinstance(term.expression, exp.Null) and term.args.get("negate"):
                terms.append(self.column(term.this))
            else:
                return None
        return (tuple(name for name in terms if name), True) if len(terms) > 1 and all(terms) else None

    def count(self, columns: tuple[str, ...], filled: bool, operator: str, number: int) -> Rules:
        size = len(columns)
        ranges = {"=": (number, number), ">=": (number, size), ">": (number + 1, size), "<=": (0, number)}
        ranges |= {"<": (0, number - 1)}
        if operator not in ranges:
            raise _Opaque
        low, high = ranges[operator]
        if not filled:
            low, high = size - high, size - low
        return Rules(choose=(Choose(columns, max(low, 0), min(high, size)),))

    def equal_conditions(self, left: Any, right: Any) -> Rules | None:
        """`condition = (column IS NOT NULL)`: the column is filled exactly where the condition holds."""
        for one, other in ((left, right), (right, left)):
            test = one.this if isinstance(one, exp.Paren) else one
            if isinstance(test, exp.Is) and isinstance(test.expression, exp.Null):
                name = self.column(test.this)
                if name is None:
                    raise _Opaque
                filled, uses = bool(test.args.get("negate")), self.uses(other)
                when = self.text(other)
                return Rules(
                    gates=(Gate(name, when, uses, filled), Gate(name, f"NOT ({when})", uses, not filled)),
                )
        return None

    def against_expression(self, left: Any, operator: str, right: Any) -> Rules:
        name, other = self.column(left), self.column(right)
        if name is None and other is not None:
            return self.against_expression(right, _FLIPPED[operator], left)
        if name is None:
            raise _Opaque
        function = bare(right)
        if operator == "=" and isinstance(function, exp.Lower | exp.Upper | exp.Trim):
            if self.column(function.this) != name:
                raise _Opaque
            cases: dict[type, str] = {exp.Lower: "lower", exp.Upper: "upper"}
            return Rules(limits={name: Limits(letter_case=cases.get(type(function)))})
        uses = self.uses(right)
        if name in uses or not uses:
            raise _Opaque
        return Rules(ordered=(Ordered(name, operator, self.text(right), uses),))

    # ---------------------------------------------------------------- alternatives

    def either(self, node: Any) -> Rules:
        parts = list(disjuncts(node))
        kept = [part for part in parts if not self.null_test(part, negated=False)]
        if len(kept) == 1 and all(self.null_test(part, negated=False) in (None, *self.uses(kept[0])) for part in parts):
            return self.read(kept[0])  # a null of a column that it compares passes anyway
        if (values := self.same_column(parts)) is not None:
            return values
        for at, part in enumerate(parts):
            rest = [other for place, other in enumerate(parts) if place != at]
            name = self.null_test(part, negated=True) or self.null_test(part, negated=False)
            if name and not any(name in self.uses(other) for other in rest):
                when = "NOT (" + " OR ".join(f"({self.text(other)})" for other in rest) + ")"
                uses = tuple(dict.fromkeys(use for other in rest for use in self.uses(other)))
                filled = bool(self.null_test(part, negated=True))
                return Rules(gates=(Gate(name, when, uses, filled),))
        try:
            return self.cases(parts)
        except _Opaque:
            return self.first_that_is_simple(parts)

    def first_that_is_simple(self, parts: list[Any]) -> Rules:
        """One alternative that every row can satisfy is enough."""
        for part in parts:
            try:
                rules = self.read(part)
            except _Opaque:
                continue
            if not any(limits.empty for limits in rules.limits.values()):
                return rules
        raise _Opaque

    def null_test(self, node: Any, *, negated: bool) -> str | None:
        node = node.this if isinstance(node, exp.Paren) else node
        if isinstance(node, exp.Not) and negated:
            return self.null_test(node.this, negated=False)
        if (
            isinstance(node, exp.Is)
            and isinstance(node.expression, exp.Null)
            and bool(node.args.get("negate")) == negated
        ):
            return self.column(node.this)
        return None

    def same_column(self, parts: list[Any]) -> Rules | None:
        """`a = 1 OR a = 2 OR a IN (3, 4)`."""
        try:
            read = [self.read(part) for part in parts]
        except _Opaque:
            return None
        names = {name for rules in read for name in rules.limits}
        if len(names) != 1 or any(rules.ordered or rules.gates or rules.choose for rules in read):
            return None
        (name,) = names
        values: list[Literal] = []
        for rules in read:
            limits = rules.of(name)
            if limits.allowed is None or limits != Limits(allowed=limits.allowed):
                return None
            values += limits.allowed
        return Rules(limits={name: Limits(allowed=tuple(values))})

    def cases(self, parts: list[Any]) -> Rules:
        """`(kind = 'a' AND x IS NOT NULL AND y IS NULL) OR (kind = 'b' AND …)`: gates per branch."""
        rules, key = Rules(), None
        union: list[Literal] = []
        for part in parts:
            tests = list(conjuncts(part))
            effects = [(self.null_test(test, negated=True), self.null_test(test, negated=False)) for test in tests]
            conditions = [test for test, effect in zip(tests, effects, strict=True) if not any(effect)]
            if len(conditions) != 1 or len(tests) < 2:
                raise _Opaque
            (name, limits), *more = self.read(conditions[0]).limits.items()
            if more or limits.allowed is None or key not in (None, name):
                raise _Opaque
            key, when = name, self.text(conditions[0])
            union += limits.allowed
            gates = tuple(
                Gate(filled or null or "", when, (name,), filled is not None)
                for filled, null in effects
                if filled or null
            )
            rules = rules.joined(Rules(gates=gates))
        return rules.joined(Rules(limits={str(key): Limits(allowed=tuple(union))}))
