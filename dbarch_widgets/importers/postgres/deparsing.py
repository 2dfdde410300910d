"""The deparser of the grammar, and its answers to small questions, remembered."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import postgast
from postgast import pg_query_pb2 as pb

Node = Any


def deparse(expression: Node) -> str:
    """The SQL text of an expression node."""
    tree = pb.ParseResult()
    target = tree.stmts.add().stmt.select_stmt.target_list.add().res_target
    target.val.CopyFrom(expression)
    return str(postgast.deparse(tree)).removeprefix("SELECT ")


@lru_cache(maxsize=20_000)
def quote(name: str) -> str:
    """The name as the deparser prints it: quoted where it must be."""
    node = pb.Node()
    node.column_ref.fields.add().string.sval = name
    return deparse(node)


@lru_cache(maxsize=5_000)
def _call_name(parts: tuple[str, ...]) -> str:
    node = pb.Node()
    for part in parts:
        node.func_call.funcname.add().string.sval = part
    node.func_call.funcformat = pb.COERCE_EXPLICIT_CALL
    return deparse(node).removesuffix("()")


def call_name(call: Node) -> str | None:
    """The name of a call that is nothing but a name and its arguments; None for aggregates, EXTRACT and the like."""
    if call.funcformat == pb.COERCE_SQL_SYNTAX or call.func_variadic:
        return None
    if call.agg_star or call.agg_distinct or call.agg_order or call.agg_within_group:
        return None
    if call.HasField("agg_filter") or call.HasField("over"):
        return None
    if any(argument.WhichOneof("node") == "named_arg_expr" for argument in call.args):
        return None
    return _call_name(tuple([part.string.sval for part in call.funcname]))


@lru_cache(maxsize=5_000)
def _type_text(data: bytes) -> str:
    node = pb.Node()
    node.type_cast.arg.a_const.ival.ival = 1
    node.type_cast.type_name.ParseFromString(data)
    return deparse(node).removeprefix("1::")


def type_text(type_name: Node) -> str:
    """A type as the deparser prints it in a cast."""
    clean = pb.TypeName()
    clean.CopyFrom(type_name)
    clean.ClearField("location")
    return _type_text(clean.SerializeToString(deterministic=True))
