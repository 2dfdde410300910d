"""Expressions in one canonical form: the deparser's, without the casts of literals that only the catalog adds.

The catalog prints `DEFAULT '0'` of a bigint column as `'0'::bigint`, and `-1` as `'-1'::integer`. Both are the same
default as in the text, so both become the bare literal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import postgast
from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.types import format_type_name

Node = Any

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\Z")
_NUMERIC_TYPES = re.compile(r"(?:smallint|integer|bigint|real|double precision|numeric(?:\(.*\))?)\Z")


def deparse(expression: Node) -> str:
    """The SQL text of an expression node."""
    tree = pb.ParseResult()
    target = tree.stmts.add().stmt.select_stmt.target_list.add().res_target
    target.val.CopyFrom(expression)
    return str(postgast.deparse(tree)).removeprefix("SELECT ")


def canonical(text: str, column_type: str | None = None) -> str:
    """The canonical form of an expression given as text; unchanged when it does not parse."""
    try:
        tree = postgast.parse(f"SELECT {text}")
    except postgast.PgQueryError:
        return text
    return canonical_node(tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val, column_type)


def canonical_node(expression: Node, column_type: str | None = None) -> str:
    """The canonical text of an expression; `column_type` is the type that it is assigned to, for a default."""
    node = expression
    kind = node.WhichOneof("node")
    if kind == "type_cast" and column_type is not None:
        inner = node.type_cast.arg
        if inner.WhichOneof("node") == "a_const" and _same_type(
            format_type_name(node.type_cast.type_name), column_type
        ):
            node = inner
    if node.WhichOneof("node") == "a_const" and column_type is not None:
        literal = _bare_number(node, column_type) or _bytes(node, column_type) or _truth(node, column_type)
        if literal is not None:
            return literal
    text = deparse(node)
    if "regclass" in text:
        text = re.sub(r"'public\.([^']+)'::regclass", r"'\1'::regclass", text)
    return text


def _same_type(cast: str, column: str) -> bool:
    """Whether a cast to `cast` only repeats the column's type: lengths are not repeated by the catalog."""
    return cast == column or re.sub(r"\(.*?\)", "", cast) == re.sub(r"\(.*?\)", "", column)


def _bare_number(node: Node, column_type: str) -> str | None:
    if not _NUMERIC_TYPES.match(column_type):
        return None
    kind = node.a_const.WhichOneof("val")
    text = str({"sval": node.a_const.sval.sval, "fval": node.a_const.fval.fval}.get(kind, ""))
    if not _NUMBER.match(text):
        return None
    # A constant of these types is stored as a value, so that 0.0000 comes back as 0; numeric keeps its digits.
    if column_type in ("real", "double precision"):
        value = float(text)
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return text


def _truth(node: Node, column_type: str) -> str | None:
    """A text given to a boolean column, as the catalog prints its value."""
    if column_type != "boolean" or node.a_const.WhichOneof("val") != "sval":
        return None
    text = str(node.a_const.sval.sval).strip().lower()
    if text in ("t", "true", "y", "yes", "on", "1"):
        return "true"
    return "false" if text in ("f", "false", "n", "no", "off", "0") else None


def _bytes(node: Node, column_type: str) -> str | None:
    """A text given to a bytea column, as the hexadecimal form that the catalog prints."""
    if column_type != "bytea" or node.a_const.WhichOneof("val") != "sval":
        return None
    text = str(node.a_const.sval.sval)
    if not text.startswith("\\x"):
        plain = re.sub(r"\\(\\|[0-7]{3})", lambda m: "\\" if m[1] == "\\" else chr(int(m[1], 8)), text)
        text = "\\x" + plain.encode("latin-1", errors="replace").hex()
    return f"'{text}'"


def column_refs(expression: Node) -> Iterator[str]:
    """The column names that the expression names, repeats included."""
    for item in postgast.walk(expression):
        node = item[1] if isinstance(item, tuple) else item
        if isinstance(node, pb.ColumnRef) and node.fields and node.fields[-1].WhichOneof("node") == "string":
            yield node.fields[-1].string.sval
