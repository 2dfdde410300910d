"""Holds two schemas against each other, in the terms of the promised JSON."""

from __future__ import annotations

import dataclasses
from typing import Any

import postgast
from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.expressions import deparse
from dbarch_widgets.model.objects import Extension
from dbarch_widgets.model.schema import Schema

# Where the statement stood is known to the text only; who owns a table and what a REVOKE left, to the catalog only.
_ONLY_ONE_SIDE = frozenset({"line", "file", "owner", "grants", "version", "arguments", "body", "returns"})
_EXPRESSIONS = frozenset({"expression", "where", "using", "check", "generated", "partition_bound"})
KINDS = ("tables", "views", "enums", "domains", "sequences", "functions", "extensions")


def comparable(text: str) -> str:
    """An expression without what the catalog adds to it: casts, the array form of IN, the long form of BETWEEN."""
    try:
        tree = postgast.parse(f"SELECT {text}")
    except postgast.PgQueryError:
        return text.replace(" 00:00:00", "").replace(" 00:00", "")
    node = tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val
    _simplify(node)
    return deparse(node).replace("VALUE", "value")


def _simplify(message: Any) -> None:
    if type(message).__name__ == "Node":
        while message.WhichOneof("node") == "type_cast":
            inner = type(message)()
            inner.CopyFrom(message.type_cast.arg)
            message.CopyFrom(inner)
    for descriptor, value in message.ListFields():
        if descriptor.message_type is not None:
            for child in value if descriptor.is_repeated else [value]:
                _simplify(child)
    if type(message).__name__ == "Node" and message.WhichOneof("node") == "a_expr":
        _shorten(message)
    if type(message).__name__ == "SelectStmt":
        for target in message.target_list:
            target.res_target.name = ""


def _shorten(node: Any) -> None:
    expression = node.a_expr
    if expression.kind == pb.AEXPR_OP_ANY and expression.rexpr.WhichOneof("node") == "a_array_expr":
        listed = pb.Node()
        listed.list.items.extend(expression.rexpr.a_array_expr.elements)
        expression.kind = pb.AEXPR_IN
        expression.rexpr.CopyFrom(listed)
    elif expression.kind == pb.AEXPR_BETWEEN:
        both = pb.Node()
        both.bool_expr.boolop = pb.AND_EXPR
        for operator, bound in zip((">=", "<="), expression.rexpr.list.items, strict=True):
            half = both.bool_expr.args.add().a_expr
            half.kind = pb.AEXPR_OP
            half.name.add().string.sval = operator
            half.lexpr.CopyFrom(expression.lexpr)
            half.rexpr.CopyFrom(bound)
        node.CopyFrom(both)


def plain(thing: Any, field: str = "") -> Any:
    """A model object as dictionaries and lists, ready to compare."""
    if dataclasses.is_dataclass(thing):
        names = [f.name for f in dataclasses.fields(thing) if f.name not in _ONLY_ONE_SIDE]
        if isinstance(thing, Extension):
            names = ["name"]
        return {name: plain(getattr(thing, name), name) for name in names}
    if isinstance(thing, tuple):
        items = [plain(item, field) for item in thing]
        if field == "checks" and items and isinstance(items[0], list):
            items = [[name, comparable(text)] for name, text in items]
        return items if field in ("columns", "keys", "values", "ref_columns", "include") else sorted(items, key=str)
    if isinstance(thing, str) and (field in _EXPRESSIONS or (field == "default" and "(" in thing)):
        return comparable(thing)
    return thing


def differences(text: Schema, catalog: Schema, kinds: tuple[str, ...] = KINDS) -> list[str]:
    """What the text and the catalog do not agree on, one line each."""
    found = []
    for kind in kinds:
        ours = {_key(item): plain(item) for item in getattr(text, kind)}
        theirs = {_key(item): plain(item) for item in getattr(catalog, kind)}
        found += [f"{kind}: {name} is only in the catalog" for name in sorted(theirs.keys() - ours.keys())]
        found += [f"{kind}: {name} is only in the text" for name in sorted(ours.keys() - theirs.keys())]
        for name in sorted(ours.keys() & theirs.keys()):
            found += [
                f"{kind}: {name}.{part}: text {ours[name][part]!r}, catalog {theirs[name][part]!r}"
                for part in ours[name]
                if ours[name][part] != theirs[name][part] and part != "sql"
            ]
    return found


def _key(item: Any) -> str:
    return item.name if isinstance(item, Extension) else f"{item.schema}.{item.name}"
