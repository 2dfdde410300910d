"""What a type of any of the databases is, in words that belong to none of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache


@dataclass(frozen=True)
class Kind:
    """A type. `word` is one of the values in the tables below; `first` and `second` its length, or digits and scale.

    `values` are those of an enum or a set, `item` the type of an array's elements.
    """

    word: str
    first: int | None = None
    second: int | None = None
    unsigned: bool = False
    values: tuple[str, ...] = ()
    item: Kind | None = None


_COMMON = {
    "boolean": "bool", "bool": "bool",
    "tinyint": "int8", "int1": "int8", "smallint": "int16", "int2": "int16", "short": "int16", "smallserial": "int16",
    "mediumint": "int32", "int3": "int32", "integer": "int32", "int": "int32", "int4": "int32", "serial": "int32",
    "signed": "int32", "bigint": "int64", "int8": "int64", "long": "int64", "int64": "int64", "bigserial": "int64",
    "hugeint": "int128", "int128": "int128", "byteint": "int8",
    "utinyint": "uint8", "usmallint": "uint16", "uinteger": "uint32", "ubigint": "uint64", "uhugeint": "uint128",
    "real": "float32", "float4": "float32", "float": "float32", "double": "float64", "double precision": "float64",
    "float8": "float64", "float64": "float64", "binary_float": "float32", "binary_double": "float64",
    "numeric": "decimal", "decimal": "decimal", "dec": "decimal", "number": "decimal", "fixed": "decimal",
    "bignumeric": "decimal", "bigdecimal": "decimal", "money": "money", "smallmoney": "money",
    "text": "text", "tinytext": "text", "mediumtext": "text", "longtext": "text", "clob": "text", "nclob": "text",
    "ntext": "text", "string": "varchar", "citext": "citext", "name": "text", '"char"': "text", "xml": "xml",
    "xmltype": "xml", "character varying": "varchar", "varchar": "varchar", "varchar2": "varchar",
    "nvarchar": "varchar", "nvarchar2": "varchar", "character": "char", "char": "char", "bpchar": "char",
    "nchar": "char", "native character": "char", "varying character": "varchar",
    "bytea": "bytes", "blob": "bytes", "tinyblob": "bytes", "mediumblob": "bytes", "longblob": "bytes",
    "binary": "bytes", "varbinary": "bytes", "raw": "bytes", "long raw": "bytes", "image": "bytes", "bytes": "bytes",
    "bit": "bit", "bit varying": "bit", "varbit": "bit", "bitstring": "bit",
    "date": "date", "time": "time", "time without time zone": "time", "timetz": "timetz",
    "time with time zone": "timetz", "timestamp": "timestamp", "timestamp without time zone": "timestamp",
    "datetime": "timestamp", "datetime2": "timestamp", "smalldatetime": "timestamp", "timestamp_ntz": "timestamp",
    "timestamp_s": "timestamp", "timestamp_ms": "timestamp", "timestamp_ns": "timestamp_ns", "timestamptz": "timestamptz",
    "timestamp with time zone": "timestamptz", "timestamp with local time zone": "timestamptz",
    "timestamp_tz": "timestamptz", "timestamp_ltz": "timestamptz", "datetimeoffset": "timestamptz", "year": "year",
    "interval": "interval", "uuid": "uuid", "uniqueidentifier": "uuid", "json": "json", "jsonb": "json",
    "variant": "json", "object": "json", "enum": "enum", "set": "set", "inet": "inet", "inet4": "inet",
    "inet6": "inet", "cidr": "inet", "macaddr": "inet", "macaddr8": "inet", "oid": "uint32",
    "geometry": "geometry", "geography": "geometry", "point": "geometry", "polygon": "geometry",
    "linestring": "geometry", "sql_variant": "text", "hierarchyid": "text", "sysname": "varchar", "rowid": "text",
}  # fmt: skip
# Words that mean something else there.
_OWN = {
    "postgres": {"point": "other", "polygon": "other", "float": "float64", "timestamp": "timestamp"},
    "mysql": {"timestamp": "timestamptz"},
    "sqlite": {"integer": "int64", "int": "int64", "bigint": "int64", "float": "float64", "real": "float64"},
    "duckdb": {"varchar": "text", "text": "text", "char": "text", "bpchar": "text"},
    "sqlserver": {"bit": "bool", "float": "float64", "timestamp": "rowversion", "rowversion": "rowversion",
                  "tinyint": "uint8"},
    "oracle": {"date": "timestamp", "float": "float64", "long": "text"},
    "snowflake": {"float": "float64", "real": "float64", "timestamp": "timestamp", "array": "json",
                  "int": "decimal", "integer": "decimal", "bigint": "decimal", "smallint": "decimal",
                  "tinyint": "decimal", "byteint": "decimal", "time": "time"},
    "bigquery": {"timestamp": "timestamptz", "int": "int64", "integer": "int64", "smallint": "int64",
                 "bigint": "int64", "tinyint": "int64", "byteint": "int64", "float": "float64"},
}  # fmt: skip
_SHAPE = re.compile(r"(?P<base>[^(\[]*)(?:\((?P<arguments>.*?)\))?(?P<rest>[^()]*)\Z", re.DOTALL)
_TEXT = re.compile(r"'((?:[^'\\]|''|\\.)*)'")
_ARRAY = re.compile(r"(.*)\[\d*\]\Z", re.DOTALL)
_NOISE = re.compile(r"\b(unsigned|zerofill|signed|character set \w+|charset \w+|collate \w+|precision)\b")


@lru_cache(maxsize=4096)
def kind_of(written: str, dialect: str) -> Kind:
    """The kind of a type as that database's catalog prints it; `other` where it is none that all know."""
    text = " ".join(written.split())
    if match := _ARRAY.match(text):
        return Kind("array", item=kind_of(match[1], dialect))
    match = _SHAPE.match(text)
    if match is None:
        return Kind("other")
    base, arguments = " ".join(match["base"].lower().split()), match["arguments"] or ""
    rest = match["rest"].strip().lower()
    unsigned = "unsigned" in rest or "unsigned" in base
    own = _OWN.get(dialect, {})
    for name in dict.fromkeys(
        (f"{base} {rest}".strip(), base, _NOISE.sub("", f"{base} {rest}").strip(), base.rsplit(".", 1)[-1])
    ):
        if word := own.get(name) or _COMMON.get(name):
            return _with(Kind(word, unsigned=unsigned), arguments)
    if base.startswith("interval"):
        return Kind("interval")
    return _by_affinity(base) if dialect == "sqlite" else Kind("other")


def _with(kind: Kind, arguments: str) -> Kind:
    if kind.word in ("enum", "set"):
        values = tuple(re.sub(r"''|\\(.)", lambda m: m[1] or "'", match[1]) for match in _TEXT.finditer(arguments))
        return replace(kind, values=values)
    numbers = [int(part) for part in re.findall(r"-?\d+", arguments)[:2]]
    kind = replace(kind, first=numbers[0] if numbers else None, second=numbers[1] if len(numbers) > 1 else None)
    if kind.unsigned and kind.word.startswith("int"):
        kind = replace(kind, word="u" + kind.word)
    if kind.word.startswith(("int", "uint", "float")):  # a width for printing, or digits that no one else counts
        kind = replace(kind, first=None, second=None)
    if kind.word == "decimal" and kind.first is not None and kind.second is None:
        kind = replace(kind, second=0)
    return kind


def _by_affinity(base: str) -> Kind:
    """After section 3.1 of SQLite's page on datatypes."""
    name = base.upper()
    if "INT" in name:
        return Kind("int64")
    if any(part in name for part in ("CHAR", "CLOB", "TEXT")):
        return Kind("text")
    if "BLOB" in name or not name:
        return Kind("bytes" if name else "any")
    if any(part in name for part in ("REAL", "FLOA", "DOUB")):
        return Kind("float64")
    return Kind("decimal")
