"""Type names as `format_type` prints them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dbarch_widgets.importers.postgres.names import quote_if_needed

Node = Any
Resolve = Callable[[str], str | None]

_PRINTED = {
    "int2": "smallint",
    "int4": "integer",
    "int": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "varchar": "character varying",
    "bpchar": "character",
    "varbit": "bit varying",
    "timestamptz": "timestamp with time zone",
    "timestamp": "timestamp without time zone",
    "timetz": "time with time zone",
    "time": "time without time zone",
}
_SERIAL = {
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
    "smallserial": "smallint",
    "serial2": "smallint",
}
# The words that pg_get_keywords() calls reserved or usable as column names only: as type names they are quoted.
_INTERVAL = {
    4: "year", 2: "month", 8: "day", 1024: "hour", 2048: "minute", 4096: "second",
    6: "year to month", 1032: "day to hour", 3080: "day to minute", 7176: "day to second",
    3072: "hour to minute", 7168: "hour to second", 6144: "minute to second",
}  # fmt: skip


def serial_type(type_name: Node) -> str | None:
    """The integer type behind `serial` and its sisters, or None for any other type."""
    parts = [part.string.sval for part in type_name.names]
    return _SERIAL.get(parts[0]) if len(parts) == 1 and not type_name.array_bounds else None


def format_type_name(type_name: Node, resolve: Resolve | None = None) -> str:
    """The type as `format_type` prints it.

    `resolve` maps the name of a type written without a schema to the schema that holds it, if that is known.
    """
    parts = [part.string.sval for part in type_name.names]
    schema, name = (parts[-2] if len(parts) > 1 else ""), parts[-1]
    modifiers = [_modifier(node) for node in type_name.typmods]
    builtin = schema == "pg_catalog" or (not schema and not (resolve and resolve(name)))
    if builtin and name in _PRINTED:
        text = _with_modifiers(name, modifiers)
    elif builtin and name == "interval":
        text = _interval(modifiers)
    elif builtin:
        quoted = '"char"' if name == "char" else quote_if_needed(name)
        if name == "numeric" and len(modifiers) == 1:
            modifiers = [modifiers[0], "0"]
        text = quoted + (f"({','.join(modifiers)})" if modifiers else "")
    else:
        schema = schema or (resolve(name) if resolve else None) or ""
        text = printed_type(schema, name) + (f"({','.join(modifiers)})" if modifiers else "")
    return text + ("[]" if type_name.array_bounds else "")


def printed_type(schema: str, name: str) -> str:
    """The name of a user's own type as `format_type` prints it; the schema public is left out."""
    place = "" if schema in ("", "public") else quote_if_needed(schema) + "."
    return place + quote_if_needed(name)


def _with_modifiers(name: str, modifiers: list[str]) -> str:
    printed = _PRINTED[name]
    if not modifiers:
        return printed
    inner = f"({','.join(modifiers)})"
    head, space, tail = printed.partition(" ")
    if name in ("timestamptz", "timestamp", "timetz", "time"):
        return f"{head}{inner}{space}{tail}"
    return printed + inner


def _interval(modifiers: list[str]) -> str:
    if not modifiers:
        return "interval"
    mask = int(modifiers[0])
    fields = _INTERVAL.get(mask)
    precision = f"({modifiers[1]})" if len(modifiers) > 1 else ""
    return "interval" + (f" {fields}" if fields else "") + precision


def _modifier(node: Node) -> str:
    constant = node.a_const
    kind = constant.WhichOneof("val")
    if kind == "ival":
        return str(constant.ival.ival)
    if kind == "fval":
        return str(constant.fval.fval)
    if kind == "sval":
        return str(constant.sval.sval)
    if node.WhichOneof("node") == "column_ref":  # geometry(Point,4326)
        return str(node.column_ref.fields[-1].string.sval)
    return "?"
