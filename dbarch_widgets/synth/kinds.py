"""What a column's type means for its values: domains, enums and arrays resolved to one small description."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from dbarch_widgets.model.schema import Column, Schema

Family = Literal[
    "integer", "decimal", "real", "text", "boolean", "date", "time", "timestamp", "timestamptz", "interval", "uuid",
    "json", "bytes", "inet", "cidr", "macaddr", "range", "bit", "xml", "tsvector", "point", "vector", "other",
]  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A resolved type. `length` of text, `precision` (of moments: digits of a second) and `scale` of decimals, `bits` of integers, `values` of an enum.

    `array` is the number of dimensions, the rest then describes the element. `written` is the type's own text (of a range:
    the range type), `checks` are those of the domains on the way, over VALUE.
    """

    family: Family
    written: str
    length: int | None = None
    fixed_length: bool = False
    precision: int | None = None
    scale: int | None = None
    bits: int = 64
    values: tuple[str, ...] = ()
    array: int = 0
    checks: tuple[str, ...] = ()
    nullable: bool = True


_TYPE = re.compile(r"^(?P<base>[^(\[]+)(?:\((?P<args>[^)]*)\)(?P<rest>[^(\[]*))?(?P<array>(?:\[\d*\])*)$")
_FAMILIES: dict[str, Kind] = {
    "bigint": Kind("integer", "bigint"),
    "integer": Kind("integer", "integer", bits=32),
    "smallint": Kind("integer", "smallint", bits=16),
    "numeric": Kind("decimal", "numeric"),
    "money": Kind("decimal", "money", precision=12, scale=2),
    "double precision": Kind("real", "double precision"),
    "real": Kind("real", "real"),
    "text": Kind("text", "text"),
    "character varying": Kind("text", "character varying"),
    "character": Kind("text", "character", fixed_length=True),
    "name": Kind("text", "name", length=63),
    "citext": Kind("text", "citext"),
    "boolean": Kind("boolean", "boolean"),
    "date": Kind("date", "date"),
    "time": Kind("time", "time"),
    "timestamp": Kind("timestamp", "timestamp"),
    "interval": Kind("interval", "interval"),
    "uuid": Kind("uuid", "uuid"),
    "json": Kind("json", "json"),
    "jsonb": Kind("json", "jsonb"),
    "bytea": Kind("bytes", "bytea"),
    "inet": Kind("inet", "inet"),
    "cidr": Kind("cidr", "cidr"),
    "macaddr": Kind("macaddr", "macaddr"),
    "bit": Kind("bit", "bit", length=1),
    "bit varying": Kind("bit", "bit varying", length=8),
    "xml": Kind("xml", "xml"),
    "tsvector": Kind("tsvector", "tsvector"),
    "point": Kind("point", "point"),
    "vector": Kind("vector", "vector"),
    "oid": Kind("integer", "oid", bits=32),
}
_SHORT = {
    "int8": "bigint", "int": "integer", "int4": "integer", "int2": "smallint", "decimal": "numeric", "bool": "boolean",
    "varchar": "character varying", "char": "character", "bpchar": "character", "timestamptz": "timestamp with time zone",
    "timetz": "time with time zone", "float8": "double precision", "float4": "real", "float": "double precision",
    "bigserial": "bigint", "serial": "integer", "smallserial": "smallint", "varbit": "bit varying", "hugeint": "bigint",
    "string": "text", "blob": "bytea", "datetime": "timestamp", "tinyint": "smallint", "double": "double precision",
}  # fmt: skip
_RANGES = ("int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange")


def kind_of(schema: Schema, column: Column) -> Kind:
    """The resolved type of a column; an unknown one is of the family "other"."""
    return _resolve(schema, column.type, depth=0)


def _resolve(schema: Schema, written: str, depth: int) -> Kind:
    match = _TYPE.match(written.strip())
    if match is None or depth > 20:
        return Kind("other", written)
    array = match["array"].count("[")
    base = " ".join(match["base"].split())
    named = _named(schema, base, depth)
    if named is not None:
        return replace(named, array=named.array + array)
    bare = base.lower().removeprefix("pg_catalog.")
    bare = _SHORT.get(bare, bare)
    tail = f"{bare} {(match['rest'] or '').strip().lower()}".strip()
    if bare.rsplit(".", 1)[-1] in _RANGES:
        return Kind("range", bare.rsplit(".", 1)[-1], array=array)
    if bare.startswith("interval"):
        return replace(_FAMILIES["interval"], array=array)
    if tail.startswith(("timestamp", "time")):
        family: Family = "time" if not bare.startswith("timestamp") else "timestamp"
        if family == "timestamp" and "with time zone" in tail:
            family = "timestamptz"
        digits = (match["args"] or "").strip()
        return Kind(family, tail, precision=int(digits) if digits.isdigit() else None, array=array)
    known = _FAMILIES.get(bare.rsplit(".", 1)[-1])
    if known is None:
        return Kind("other", written, array=array)
    return replace(_with_arguments(known, match["args"]), array=array)


def _with_arguments(kind: Kind, written: str | None) -> Kind:
    numbers = [int(part) for part in re.findall(r"-?\d+", written or "")]
    if kind.family == "decimal" and numbers:
        return replace(kind, precision=numbers[0], scale=numbers[1] if len(numbers) > 1 else 0)
    if kind.family in ("text", "bit", "vector"):
        if kind.written == "character" and not numbers:
            return replace(kind, length=1)
        return replace(kind, length=numbers[0]) if numbers else kind
    return kind


def _named(schema: Schema, base: str, depth: int) -> Kind | None:
    """An enum or a domain of the schema; its name may be written with or without its schema, quoted or not."""
    parts = tuple(part.strip('"') for part in re.findall(r'"[^"]*"|[^."]+', base))
    for enum in schema.enums:
        if parts in ((enum.schema, enum.name), (enum.name,)):
            return Kind("text", base, values=enum.values)
    for domain in schema.domains:
        if parts in ((domain.schema, domain.name), (domain.name,)):
            under = _resolve(schema, domain.type, depth + 1)
            checks = (*under.checks, *(expression for _, expression in domain.checks))
            return replace(under, checks=checks, nullable=under.nullable and domain.nullable)
    return None
