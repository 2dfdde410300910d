"""What only the deparser can print, with the expressions in it printed by someone else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from google.protobuf.message import Message
from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.deparsing import deparse

Node = Any
Print = Callable[[Node], str]

_EXPRESSIONS = frozenset({
    "column_ref", "type_cast", "func_call", "a_expr", "bool_expr", "null_test", "boolean_test", "coalesce_expr",
    "min_max_expr", "case_expr", "a_array_expr", "collate_clause", "sub_link",
})  # fmt: skip


class _Blanks:
    """Expressions taken out of a tree, each with a column of a made-up name in its place."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def take(self, node: Node, text: str) -> None:
        self._texts.append(text)
        node.Clear()
        node.column_ref.fields.add().string.sval = f"_dbarch_{len(self._texts)}_"

    def filled(self, shown: str) -> str:
        for number in range(len(self._texts), 0, -1):
            shown = shown.replace(f"_dbarch_{number}_", self._texts[number - 1])
        return shown


def deparse_with(node: Node, text: Print) -> str:
    """The deparser's text of a node, with every expression inside it printed by `text`."""
    copy, blanks = _copy(node), _Blanks()
    kind = copy.WhichOneof("node")
    for inner in list(_outermost(getattr(copy, kind) if kind else copy)):
        blanks.take(inner, text(inner))
    return blanks.filled(deparse(copy))


def deparse_subquery(node: Node, test: Print, inside: Print) -> str:
    """A subquery; `test` prints the expression before IN or ANY, `inside` what is in the query."""
    copy, blanks = _copy(node), _Blanks()
    link = copy.sub_link
    if link.HasField("testexpr"):
        blanks.take(link.testexpr, test(link.testexpr))
    query = link.subselect.select_stmt
    # The catalog names the column of a subquery that stands for a value, and spells out the * of EXISTS.
    for target in query.target_list:
        target.res_target.ClearField("name")
    counted = query.group_clause or query.distinct_clause or query.HasField("having_clause")
    if link.sub_link_type == pb.EXISTS_SUBLINK and query.target_list and not counted:
        del query.target_list[1:]
        query.target_list[0].res_target.val.Clear()
        query.target_list[0].res_target.val.a_const.ival.ival = 1
    for inner in list(_outermost(link.subselect)):
        blanks.take(inner, inside(inner))
    return blanks.filled(deparse(copy))


def _copy(node: Node) -> Node:
    copy = pb.Node()
    copy.CopyFrom(node)
    return copy


def _outermost(message: Message) -> Iterator[Node]:
    """The expression nodes inside a node, without those inside them."""
    for descriptor, value in message.ListFields():
        if descriptor.message_type is None:
            continue
        for child in value if descriptor.is_repeated else [value]:
            if isinstance(child, pb.Node) and child.WhichOneof("node") in _EXPRESSIONS:
                yield child
            else:
                yield from _outermost(child)
