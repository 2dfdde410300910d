"""Which casts say something, and which only repeat what PostgreSQL would add by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from google.protobuf.message import Message
from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres import literals
from dbarch_widgets.importers.postgres.deparsing import deparse, type_text
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

# Their one argument is a text that stands for an object; the catalog always shows the cast.
_COUNTERS = frozenset({"nextval", "currval", "setval"})


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

    def operands(self, expression: Node) -> tuple[Node, Node]:
        """Both sides of an operator without the casts that follow from the other side."""
        left, right = expression.lexpr, expression.rexpr
        if left.WhichOneof("node") != "type_cast" and right.WhichOneof("node") != "type_cast":
            return left, right
        operator = expression.name[-1].string.sval if expression.name else "="
        if _is_literal(left) and _is_literal(right):
            return left, right
        left, right = self._same_text(left), self._same_text(right)
        if _is_literal(right):
            right = self._without(right, left, operator)
        elif _is_literal(left):
            left = self._without(left, right, operator)
        return self._narrow(left, right), self._narrow(right, left)

    def any_operands(self, expression: Node) -> tuple[Node, Node]:
        """The two sides of `= ANY (…)` over something that is no list."""
        return self._same_text(expression.lexpr), expression.rexpr

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
            return bare if bare is not None and (kind in TEXT or kind in NUMBERS) else node
        node = self._same_text(node)
        if kind in ("numeric", "double precision") and node.WhichOneof("node") == "type_cast":
            inner = node.type_cast.arg
            return inner if type_of(inner, self._columns) in INTEGERS else node
        return node

    def siblings(self, nodes: list[Node]) -> list[Node]:
        """The arguments of COALESCE, CASE, ARRAY …, which all have one type."""
        others = [node for node in nodes if not _is_literal(node)]
        common = first_type(others, self._columns)
        found = []
        for node in nodes:
            if node.WhichOneof("node") == "type_cast":
                kind = cast_type(node)
                bare = _bare(node.type_cast.arg, kind) if _is_literal(node) else self._same_text(node)
                plain = kind in TEXT or kind in NUMBERS or (others and common in (None, kind))
                null = _is_literal(node) and node.type_cast.arg.a_const.isnull
                node = bare if bare is not None and (plain or null) else node
            found.append(node)
        return found

    def deparse_with(self, node: Node, text: Callable[[Node], str]) -> str:
        """The deparser's text of a node, with every expression inside it printed by `text`."""
        copy = pb.Node()
        copy.CopyFrom(node)
        if copy.WhichOneof("node") == "sub_link":
            # The catalog names the column of a subquery that stands for a value.
            for target in copy.sub_link.subselect.select_stmt.target_list:
                target.res_target.ClearField("name")
        texts: list[str] = []
        for inner in _outermost(copy):
            texts.append(text(inner))
            inner.Clear()
            inner.column_ref.fields.add().string.sval = f"_dbarch_{len(texts)}_"
        shown = deparse(copy)
        for number in range(len(texts), 0, -1):
            shown = shown.replace(f"_dbarch_{number}_", texts[number - 1])
        return shown

    def _same_text(self, node: Node) -> Node:
        """Without a cast from varchar to text, which have the same operators."""
        if node.WhichOneof("node") == "type_cast" and cast_type(node) == "text":
            inner = node.type_cast.arg
            if not _is_literal(inner) and type_of(inner, self._columns) in ("character varying", "text"):
                return inner
        return node

    def _without(self, literal: Node, other: Node, operator: str) -> Node:
        """The literal without its cast, where the other side gives it the same type."""
        if literal.WhichOneof("node") != "type_cast":
            return literal
        kind = cast_type(literal)
        bare = _bare(literal.type_cast.arg, kind)
        if bare is None:
            return literal
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
        if kind in NUMBERS and inner in NUMBERS and NUMBERS.index(inner) < NUMBERS.index(kind):
            return node.type_cast.arg if type_of(other, self._columns) == kind else node
        return node


def _is_literal(node: Node) -> bool:
    kind = node.WhichOneof("node")
    return kind == "a_const" or (kind == "type_cast" and node.type_cast.arg.WhichOneof("node") == "a_const")


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
    """`'s'` as `'s'::regclass`; a sequence in the schema public is named without it."""
    value = node.type_cast.arg if node.WhichOneof("node") == "type_cast" else node
    if value.WhichOneof("node") != "a_const" or value.a_const.WhichOneof("val") != "sval":
        return node
    if node.WhichOneof("node") == "type_cast" and cast_type(node) != "regclass":
        return node
    made = pb.Node()
    made.type_cast.arg.a_const.sval.sval = value.a_const.sval.sval.removeprefix("public.")
    made.type_cast.type_name.names.add().string.sval = "regclass"
    made.type_cast.type_name.typemod = -1
    return made


def _outermost(message: Message) -> Iterator[Node]:
    """The expression nodes inside a node, without those inside them."""
    for descriptor, value in message.ListFields():
        if descriptor.message_type is None:
            continue
        for child in value if descriptor.is_repeated else [value]:
            if isinstance(child, pb.Node) and child.WhichOneof("node") in PRINTED:
                yield child
            else:
                yield from _outermost(child)


PRINTED = frozenset({
    "column_ref", "type_cast", "func_call", "a_expr", "bool_expr", "null_test", "boolean_test", "coalesce_expr",
    "min_max_expr", "case_expr", "a_array_expr", "collate_clause", "sub_link",
})  # fmt: skip
