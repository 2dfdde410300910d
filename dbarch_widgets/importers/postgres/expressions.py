"""Expressions in one canonical form, the same for a text and for the catalog that comes of it.

The form is the one that people write, where the catalog still tells it: no casts that PostgreSQL adds by itself, IN,
BETWEEN and LIKE (see `printing.py`). Where the catalog has forgotten what was written, the catalog's form is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import postgast
from google.protobuf.message import DecodeError, Message
from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres import literals
from dbarch_widgets.importers.postgres.deparsing import deparse
from dbarch_widgets.importers.postgres.kinds import Columns
from dbarch_widgets.importers.postgres.printing import Printer
from dbarch_widgets.importers.postgres.scopes import TypesOf
from dbarch_widgets.importers.postgres.types import format_type_name

__all__ = ["TypesOf", "canonical", "canonical_node", "column_refs", "default_key", "deparse"]

Node = Any

_LENGTH = re.compile(r"\(.*?\)")
_NOTHING: Columns = {}
# There is no column in a constant or in the name of a type.
_LEAVES = ("a_const", "type_name", "string")


def canonical(text: str, column_type: str | None = None, columns: Columns = _NOTHING) -> str:
    """The canonical form of an expression given as text; unchanged when it does not parse.

    Args:
        text: the expression, as written or as the catalog prints it.
        column_type: the type of the column that it is assigned to, for a default.
        columns: the types of the table's columns by name: they tell which casts say something. `value` stands for the
            value of a domain.
    """
    try:
        tree = postgast.parse(f"SELECT {text}")
        return canonical_node(tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val, column_type, columns)
    except (postgast.PgQueryError, DecodeError, IndexError):
        return text


def canonical_node(expression: Node, column_type: str | None = None, columns: Columns = _NOTHING) -> str:
    """The canonical text of an expression node; the other arguments as in `canonical`."""
    node = expression
    if column_type is not None:
        if node.WhichOneof("node") == "type_cast":
            inner = node.type_cast.arg
            plain = inner.WhichOneof("node") == "a_const" or inner.a_array_expr.elements
            if plain and _same_type(format_type_name(node.type_cast.type_name), column_type):
                node = inner
        if node.WhichOneof("node") == "a_const":
            literal = _assigned(node, _LENGTH.sub("", column_type))
            if literal is not None:
                return literal
    return Printer(columns).text(node)


def default_key(node: Node, column_type: str) -> tuple[object, ...] | None:
    """What decides the canonical text of a default, for the few forms that most defaults have; None for all others."""
    kind = node.WhichOneof("node")
    if kind == "func_call":
        call = node.func_call
        plain = not call.args and call.funcformat != pb.COERCE_SQL_SYNTAX and not call.agg_star
        return ("call", *[part.string.sval for part in call.funcname]) if plain and not call.HasField("over") else None
    cast: tuple[str, ...] = ()
    if kind == "type_cast":
        type_name, node = node.type_cast.type_name, node.type_cast.arg
        if type_name.typmods or type_name.array_bounds or node.WhichOneof("node") != "a_const":
            return None
        cast = tuple([part.string.sval for part in type_name.names])
    elif kind != "a_const":
        return None
    constant = node.a_const
    held = constant.WhichOneof("val")
    if held == "sval":
        return "sval", constant.sval.sval, column_type, cast
    if held == "ival":
        return "ival", constant.ival.ival, column_type, cast
    return ("boolval", constant.boolval.boolval, column_type, cast) if held == "boolval" else None


def _same_type(cast: str, column: str) -> bool:
    """Whether a cast to `cast` only repeats the column's type: lengths are not repeated by the catalog."""
    return cast == column or _LENGTH.sub("", cast) == _LENGTH.sub("", column)


def _assigned(node: Node, kind: str) -> str | None:
    """A literal as the default of a column of that type; None when nothing is special about it."""
    constant = node.a_const
    held = constant.WhichOneof("val")
    if literals.is_number_type(kind):
        return literals.number(str({"sval": constant.sval.sval, "fval": constant.fval.fval}.get(held, "")), kind)
    if held == "bsval" and kind.startswith("bit") and constant.bsval.bsval.startswith("b"):
        return literals.quoted(constant.bsval.bsval[1:])
    if held != "sval":
        return None
    if kind == "boolean":
        return literals.truth(constant.sval.sval)
    if kind == "bytea":
        return f"'{literals.hexadecimal(constant.sval.sval)}'"
    return literals.quoted(literals.stored(constant.sval.sval, kind))


def column_refs(expression: Message) -> Iterator[str]:
    """The column names that the expression names, repeats included."""
    if isinstance(expression, pb.Node):
        kind = expression.WhichOneof("node")
        if kind in _LEAVES or kind is None:
            return
        if kind == "a_expr":
            yield from column_refs(expression.a_expr.lexpr)
            yield from column_refs(expression.a_expr.rexpr)
            return
        expression = getattr(expression, kind)
    if isinstance(expression, pb.ColumnRef):
        if expression.fields and expression.fields[-1].WhichOneof("node") == "string":
            yield expression.fields[-1].string.sval
        return
    for descriptor, value in expression.ListFields():
        if descriptor.message_type is not None:
            for child in value if descriptor.is_repeated else [value]:
                yield from column_refs(child)
