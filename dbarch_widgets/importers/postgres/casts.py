"""Which casts say something, and which only repeat what PostgreSQL would add by itself."""

from __future__ import annotations

import re
from typing import Any

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres import literals
from dbarch_widgets.importers.postgres.deparsing import quote, type_text
from dbarch_widgets.importers.postgres.kinds import (
    COMPARISONS,
    INTEGERS,
    NUMBERS,
    TEXT,
    Columns,
    cast_type,
    first_type,
    type_of,
)

Node = Any

# Types whose literals the catalog prints in another way than they may be written.
STORED = frozenset({"interval", "jsonb", "boolean", "bytea"})
EQUATIONS = frozenset({"=", "<>", "<", ">", "<=", ">=", "@>", "<@"})
MOMENTS = frozenset({"timestamp with time zone", "timestamp without time zone"})
# Their one argument is a text that stands for an object; the catalog always shows the cast.
_COUNTERS = frozenset({"nextval", "currval", "setval"})
_NAME_PART = re.compile(r'"(?:[^"]|"")+"|[^."]+')


class Casts:
    """Knows the types of the columns of one table."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def literal(self, node: Node) -> str | None:
        """A cast of a literal as text, with the value as PostgreSQL keeps it; None for every other cast."""
        value = node.type_cast.arg
        if value.WhichOneof("node") != "a_const":
            return None
        kind = cast_type(node)
        bare = _bare(value, kind)
        if bare is not None and (kind in TEXT or type_of(bare, self._columns) == kind or bare.a_const.isnull):
            return _text_of(bare)
        if value.a_const.WhichOneof("val") != "sval":
            return None
        text = literals.stored(value.a_const.sval.sval, kind)
        return f"{literals.quoted(text)}::{type_text(node.type_cast.type_name)}"

    def operands(self, left: Node, right: Node, operator: str = "=") -> tuple[Node, Node]:
        """Both sides of an operator without the casts that follow from the other side."""
        kinds = left.WhichOneof("node"), right.WhichOneof("node")
        if "type_cast" not in kinds:
            return self._without_casts(left, right, kinds, operator)
        if _is_literal(left) and _is_literal(right):
            return self._both_literal(left, right, operator)
        left, right = self._same_text(left, right), self._same_text(right, left)
        if operator == "^":
            return self._power(left), self._power(right)
        if _is_literal(right):
            right = self._without(right, left, operator)
        elif _is_literal(left):
            left = self._without(left, right, operator)
        return self._narrow(left, right), self._narrow(right, left)

    def _without_casts(
        self, left: Node, right: Node, kinds: tuple[str | None, str | None], operator: str
    ) -> tuple[Node, Node]:
        """Two sides that are no casts: only a literal beside a column may have another form."""
        if operator in EQUATIONS and kinds[0] != kinds[1]:
            if kinds[1] == "a_const" and _is_text(right):
                return left, self._without(right, left, operator)
            if kinds[0] == "a_const" and _is_text(left):
                return self._without(left, right, operator), right
        return left, right

    def _both_literal(self, left: Node, right: Node, operator: str) -> tuple[Node, Node]:
        if operator == "^":
            return self._power(left), self._power(right)
        for one, two, turned in ((left, right, False), (right, left, True)):
            if one.WhichOneof("node") == "type_cast" and two.WhichOneof("node") == "a_const":
                bare = _bare(one.type_cast.arg, cast_type(one))
                if bare is not None and type_of(two, self._columns) == cast_type(one):
                    return (two, bare) if turned else (bare, two)
        return left, right

    def _power(self, node: Node) -> Node:
        """`2 ^ 3` is calculated in double precision, whatever is written."""
        if node.WhichOneof("node") != "type_cast" or cast_type(node) != "double precision":
            return node
        return node.type_cast.arg if type_of(node.type_cast.arg, self._columns) in INTEGERS else node

    def pairs(self, subject: Node, items: list[Node]) -> list[tuple[Node, Node]]:
        """Each item of a list with the subject that it is compared with."""
        simple = (
            all(item.WhichOneof("node") == "a_const" for item in items) and subject.WhichOneof("node") != "type_cast"
        )
        if simple and type_of(subject, self._columns) not in STORED:
            return [(subject, item) for item in items]
        return [self.operands(subject, item) for item in items]

    def any_operands(self, expression: Node) -> tuple[Node, Node]:
        """The two sides of `= ANY (…)` over something that is no list."""
        return self.same_text(expression.lexpr, padded=False), expression.rexpr

    def listed(self, expression: Node) -> list[Node] | None:
        """The items of IN or of `= ANY (ARRAY[…])`; None where there is no list."""
        right = expression.rexpr
        if expression.kind == pb.AEXPR_IN:
            return list(right.list.items) if right.WhichOneof("node") == "list" else None
        while right.WhichOneof("node") == "type_cast":
            right = right.type_cast.arg
        return list(right.a_array_expr.elements) if right.WhichOneof("node") == "a_array_expr" else None

    def arguments(self, call: Node) -> list[Node]:
        """The arguments of a function: texts and numbers lose the casts that only repeat what they are."""
        name = call.funcname[-1].string.sval
        if name in _COUNTERS and call.args:
            return [_as_sequence(call.args[0]), *call.args[1:]]
        return [self._argument(argument) for argument in call.args]

    def _argument(self, node: Node) -> Node:
        if node.WhichOneof("node") != "type_cast":
            return node
        kind = cast_type(node)
        if _is_literal(node):
            bare = _bare(node.type_cast.arg, kind)
            return bare if bare is not None and (kind in TEXT or kind in NUMBERS or kind == "regconfig") else node
        node = self.same_text(node)
        if kind in ("numeric", "double precision") and node.WhichOneof("node") == "type_cast":
            inner = node.type_cast.arg
            return inner if type_of(inner, self._columns) in INTEGERS else node
        return node

    def siblings(self, nodes: list[Node]) -> list[Node]:
        """The arguments of COALESCE, CASE, ARRAY …, which all have one type."""
        others = [node for node in nodes if not _is_literal(node)]
        common = first_type(others, self._columns)
        return [self._sibling(node, bool(others) and common in (None, _cast_or_none(node))) for node in nodes]

    def _sibling(self, node: Node, alike: bool) -> Node:
        if node.WhichOneof("node") != "type_cast":
            return node
        if not _is_literal(node):
            return self.same_text(node)
        kind = cast_type(node)
        bare = _bare(node.type_cast.arg, kind)
        plain = alike or kind in TEXT or kind in NUMBERS or node.type_cast.arg.a_const.isnull
        return bare if bare is not None and plain else node

    def _same_text(self, node: Node, other: Node) -> Node:
        """Without a cast to text that the other operand asks for: character has operators of its own."""
        wanted = not _is_literal(other) and type_of(other, self._columns) in ("text", "character varying")
        return self.same_text(node, padded=wanted)

    def same_text(self, node: Node, *, padded: bool = True) -> Node:
        """Without a cast from varchar, and from character when `padded`, to text: PostgreSQL adds it by itself."""
        if node.WhichOneof("node") == "type_cast" and cast_type(node) == "text":
            inner, kind = node.type_cast.arg, type_of(node.type_cast.arg, self._columns)
            if not _is_literal(inner) and (kind in ("character varying", "text") or (padded and kind == "character")):
                return inner
        return node

    def _without(self, literal: Node, other: Node, operator: str) -> Node:
        """The literal without its cast, where the other side gives it the same type."""
        if literal.WhichOneof("node") != "type_cast":
            known = type_of(other, self._columns) if operator in EQUATIONS else None
            stored = _bare(literal, known) if known in STORED else None
            return literal if stored is None else stored
        kind = cast_type(literal)
        bare = _bare(literal.type_cast.arg, kind)
        if bare is None:  # 'NaN' is a number that only a text can write
            return literal.type_cast.arg if kind in NUMBERS and type_of(other, self._columns) == kind else literal
        if kind in TEXT or bare.a_const.isnull:
            return bare
        known = type_of(other, self._columns)
        if operator in COMPARISONS or known == kind or (known is None and kind in NUMBERS):
            return bare
        return bare if type_of(bare, self._columns) == kind else literal

    def _narrow(self, node: Node, other: Node) -> Node:
        """Without a cast from a narrower number type that the other side asks for anyway."""
        if node.WhichOneof("node") != "type_cast" or _is_literal(node):
            return node
        kind, inner = cast_type(node), type_of(node.type_cast.arg, self._columns)
        if kind == inner:
            return node.type_cast.arg
        if kind in MOMENTS and inner == "date" and type_of(other, self._columns) == kind:
            return node.type_cast.arg
        if kind in NUMBERS and inner in NUMBERS and NUMBERS.index(inner) < NUMBERS.index(kind):
            return node.type_cast.arg if type_of(other, self._columns) == kind else node
        return node


def _is_text(node: Node) -> bool:
    return bool(node.a_const.WhichOneof("val") == "sval")


def _is_literal(node: Node) -> bool:
    kind = node.WhichOneof("node")
    return bool(kind == "a_const" or (kind == "type_cast" and node.type_cast.arg.WhichOneof("node") == "a_const"))


def _bare(value: Node, kind: str) -> Node | None:
    """The constant as a literal that needs no cast to `kind`, or None where there is none."""
    constant = value.a_const
    held = constant.WhichOneof("val")
    if held != "sval":
        return value if held is None or kind in NUMBERS or held == "boolval" else None
    made = pb.Node()
    text = constant.sval.sval
    if kind in NUMBERS:
        number = literals.number(text, kind)
        if number is None:
            return None
        if number.lstrip("+-").isdigit() and len(number) < 10:
            made.a_const.ival.ival = int(number)
        else:
            made.a_const.fval.fval = number
        return made
    if kind == "boolean" and (truth := literals.truth(text)):
        made.a_const.boolval.boolval = truth == "true"
        return made
    made.a_const.sval.sval = literals.stored(text, kind)
    return made


def _text_of(node: Node) -> str:
    constant = node.a_const
    kind = constant.WhichOneof("val")
    if kind == "sval":
        return literals.quoted(constant.sval.sval)
    if kind == "boolval":
        return "true" if constant.boolval.boolval else "false"
    if kind is None:
        return "NULL"
    return str(constant.ival.ival) if kind == "ival" else str(constant.fval.fval)


def _as_sequence(node: Node) -> Node:
    """`'S'` as `'s'::regclass`: named as the catalog names it, a sequence in the schema public without it."""
    value = node.type_cast.arg if node.WhichOneof("node") == "type_cast" else node
    if value.WhichOneof("node") != "a_const" or value.a_const.WhichOneof("val") != "sval":
        return node
    if node.WhichOneof("node") == "type_cast" and cast_type(node) not in ("regclass", *TEXT):
        return node
    parts = [
        part[1:-1].replace('""', '"') if part.startswith('"') else part.strip().lower()
        for part in _NAME_PART.findall(value.a_const.sval.sval)
    ]
    if parts[:-1] == ["public"]:
        parts = parts[1:]
    made = pb.Node()
    made.type_cast.arg.a_const.sval.sval = ".".join(quote(part) for part in parts)
    made.type_cast.type_name.names.add().string.sval = "regclass"
    made.type_cast.type_name.typemod = -1
    return made


def _cast_or_none(node: Node) -> str | None:
    return cast_type(node) if node.WhichOneof("node") == "type_cast" else None
