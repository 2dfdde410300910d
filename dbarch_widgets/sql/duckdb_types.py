"""PostgreSQL's types in DuckDB."""

from __future__ import annotations

import re
from dataclasses import dataclass

# DuckDB's DECIMAL holds 38 digits. Ten of them after the point keep a price times a rate exact; DOUBLE would not.
UNBOUND_NUMERIC = "DECIMAL(38, 10)"

_SAME = {
    "smallint": "SMALLINT",
    "int2": "SMALLINT",
    "integer": "INTEGER",
    "int": "INTEGER",
    "int4": "INTEGER",
    "bigint": "BIGINT",
    "int8": "BIGINT",
    "smallserial": "SMALLINT",
    "serial": "INTEGER",
    "bigserial": "BIGINT",
    "real": "FLOAT",
    "float4": "FLOAT",
    "double precision": "DOUBLE",
    "float8": "DOUBLE",
    "boolean": "BOOLEAN",
    "bool": "BOOLEAN",
    "text": "VARCHAR",
    "character varying": "VARCHAR",
    "varchar": "VARCHAR",
    "character": "VARCHAR",
    "char": "VARCHAR",
    "bpchar": "VARCHAR",
    '"char"': "VARCHAR",
    "name": "VARCHAR",
    "citext": "VARCHAR",
    "uuid": "UUID",
    "date": "DATE",
    "time": "TIME",
    "time without time zone": "TIME",
    "time with time zone": "TIMETZ",
    "timetz": "TIMETZ",
    "timestamp": "TIMESTAMP",
    "timestamp without time zone": "TIMESTAMP",
    "timestamp with time zone": "TIMESTAMPTZ",
    "timestamptz": "TIMESTAMPTZ",
    "interval": "INTERVAL",
    "bytea": "BLOB",
    "json": "JSON",
    "jsonb": "JSON",
    "bit": "BIT",
    "bit varying": "BIT",
    "varbit": "BIT",
    "oid": "UINTEGER",
    "money": "DECIMAL(18, 2)",
    "xml": "VARCHAR",
}
# Held as text, which has none of their operators.
_AS_TEXT = {
    *("inet", "cidr", "macaddr", "macaddr8", "tsvector", "tsquery", "point", "line", "lseg", "box", "path", "polygon"),
    *("circle", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange", "int4multirange", "ltree"),
    *("int8multirange", "nummultirange", "tsmultirange", "tstzmultirange", "datemultirange", "pg_lsn", "hstore"),
    *("lquery", "txid_snapshot", "pg_snapshot", "xid", "cid", "tid", "jsonpath", "cube", "geometry", "geography"),
    *("regclass", "regproc", "regtype", "regrole", "regconfig"),
}
# Their meaning changes a little: said once per column in `no_counterpart`.
_NOTES = {
    "citext": "compares with upper and lower case apart",
    "money": "is DECIMAL(18, 2)",
    "xml": "is text",
}
_MODIFIER = re.compile(r"\s*\(([^)]*)\)")


@dataclass(frozen=True)
class DuckType:
    """A DuckDB type, and what is lost in it (None: nothing worth a word)."""

    sql: str
    lost: str | None = None


def duckdb_type(written: str) -> DuckType | None:
    """DuckDB's type for one that `format_type` printed; None when it is no built-in type of PostgreSQL."""
    text = written.strip()
    dimensions = 0
    while text.endswith("]"):
        text = text[: text.rindex("[")].rstrip()
        dimensions += 1
    scalar = _scalar(text.removeprefix("pg_catalog."))
    return scalar and DuckType(scalar.sql + "[]" * dimensions, scalar.lost)


def _scalar(text: str) -> DuckType | None:
    match = _MODIFIER.search(text)
    modifier = match[1].strip() if match else ""
    base = " ".join(_MODIFIER.sub(" ", text, count=1).split())
    key = base if base.startswith('"') else base.lower()
    if key in ("numeric", "decimal"):
        return _numeric(modifier)
    if key.startswith("interval"):
        return DuckType("INTERVAL")
    if key in ("vector", "halfvec") and modifier.isdigit():
        return DuckType(f"FLOAT[{modifier}]", "is an array of FLOAT")
    if key in _SAME:
        return DuckType(_SAME[key], _NOTES.get(key))
    bare = key.rsplit(".", 1)[-1].strip('"')
    if bare in _AS_TEXT:
        return DuckType("VARCHAR", "is text")
    if bare == "citext":
        return DuckType("VARCHAR", _NOTES["citext"])
    return None


def _numeric(modifier: str) -> DuckType:
    match = re.fullmatch(r"(\d+)\s*(?:,\s*(-?\d+))?", modifier)
    if match is None:
        return DuckType(UNBOUND_NUMERIC)
    digits, after = int(match[1]), int(match[2] or 0)
    if 0 <= after <= digits <= 38:
        return DuckType(f"DECIMAL({digits}, {after})")
    if 0 <= after <= 38:
        return DuckType(f"DECIMAL(38, {min(after, 37)})", "is cut to 38 digits")
    return DuckType("DOUBLE", "is DOUBLE")


def duckdb_cast_type(written: str) -> str | None:
    """The type to cast to where DuckDB has another one than sqlglot writes; None to leave it alone."""
    mapped = duckdb_type(written)
    return mapped.sql if mapped else None


_ARRAY_ITEM = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^,{}"]*))\s*(,|$)', re.DOTALL)


def array_literal(text: str) -> list[str | None] | None:
    """The items of PostgreSQL's `{a,"b c",NULL}`; None when it is no one-dimensional array literal."""
    text = text.strip()
    if not (text.startswith("{") and text.endswith("}")):
        return None
    inner, at = text[1:-1].strip(), 0
    items: list[str | None] = []
    while at < len(inner):
        match = _ARRAY_ITEM.match(inner, at)
        if match is None:
            return None
        bare = (match[2] or "").strip()
        if match[1] is not None:
            items.append(re.sub(r"\\(.)", r"\1", match[1]))
        else:
            items.append(None if bare.upper() == "NULL" else bare)
        at = match.end()
    return items
