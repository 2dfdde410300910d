"""The types of the four targets for each kind, with the reason where something of it is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from dbarch_widgets.sql.write.translate.kinds import Kind


class Target(NamedTuple):
    """A type of the target, and what is lost in it (None: nothing worth a word)."""

    sql: str
    lost: str | None = None


def _text(reason: str) -> Callable[[Kind], Target]:
    return lambda _: Target("TEXT", reason)


def _same(sql: str, lost: str | None = None) -> Callable[[Kind], Target]:
    return lambda _: Target(sql, lost)


def _postgres_decimal(kind: Kind) -> Target:
    if kind.first is None:
        return Target("numeric")
    return Target(f"numeric({min(kind.first, 1000)},{kind.second or 0})")


def _sized(name: str, most: int, otherwise: str) -> Callable[[Kind], Target]:
    def write(kind: Kind) -> Target:
        if kind.first is None:
            return Target(otherwise)
        return Target(f"{name}({kind.first})" if kind.first <= most else otherwise)

    return write


def _precise(before: str, after: str = "") -> Callable[[Kind], Target]:
    return lambda kind: Target(f"{before}({min(kind.first, 6)}){after}" if kind.first is not None else before + after)


_NO_UNSIGNED = "it takes negative numbers too"
POSTGRES: dict[str, Callable[[Kind], Target]] = {
    "bool": _same("boolean"),
    "int8": _same("smallint", "there is no integer of one byte"),
    "int16": _same("smallint"),
    "int32": _same("integer"),
    "int64": _same("bigint"),
    "int128": _same("numeric(39,0)"),
    "uint8": _same("smallint", _NO_UNSIGNED),
    "uint16": _same("integer", _NO_UNSIGNED),
    "uint32": _same("bigint", _NO_UNSIGNED),
    "uint64": _same("numeric(20,0)", _NO_UNSIGNED),
    "uint128": _same("numeric(39,0)", _NO_UNSIGNED),
    "float32": _same("real"),
    "float64": _same("double precision"),
    "decimal": _postgres_decimal,
    "money": _same("numeric(19,4)"),
    "text": _same("text"),
    "any": _same("text", "SQLite keeps any kind of value in a column without a type"),
    "citext": _same("text", "upper and lower case differ"),
    "varchar": _sized("character varying", 10485760, "text"),
    "char": lambda kind: Target(f"character({kind.first or 1})"),
    "bytes": lambda kind: Target("bytea", "its length is not limited" if kind.first else None),
    "bit": lambda kind: Target(f"bit({kind.first or 1})"),
    "date": _same("date"),
    "time": _precise("time", " without time zone"),
    "timetz": _precise("time", " with time zone"),
    "timestamp": _precise("timestamp", " without time zone"),
    "timestamp_ns": _same("timestamp without time zone", "it keeps microseconds"),
    "timestamptz": _precise("timestamp", " with time zone"),
    "rowversion": _same("bytea", "it does not change by itself"),
    "year": _same("smallint", "there is no type for a year"),
    "interval": _same("interval"),
    "uuid": _same("uuid"),
    "json": _same("jsonb"),
    "xml": _same("xml"),
    "inet": _same("inet"),
}

_AS_TEXT = "SQLite has no such type; it is text"
SQLITE: dict[str, Callable[[Kind], Target]] = {
    **dict.fromkeys(("int8", "int16", "int32", "int64"), _same("INTEGER")),
    **dict.fromkeys(("uint8", "uint16", "uint32"), _same("INTEGER", _NO_UNSIGNED)),
    **dict.fromkeys(("int128", "uint64", "uint128"), _same("NUMERIC", "an integer has 64 bits, larger ones are floats")),
    "bool": _same("BOOLEAN", "SQLite has no truth values; 0 and 1 stand for them"),
    "float32": _same("REAL", "it keeps 64 bits"),
    "float64": _same("REAL"),
    "decimal": _same("NUMERIC", "digits are not counted, and a number with a fraction is a float"),
    "money": _same("NUMERIC", "a number with a fraction is a float"),
    "text": _same("TEXT"),
    "any": _same("BLOB"),
    "citext": _same("TEXT", "upper and lower case differ"),
    "varchar": lambda kind: Target("TEXT", f"the limit of {kind.first} characters is not kept" if kind.first else None),
    "char": lambda _: Target("TEXT", "the length is not kept, and nothing is padded"),
    "bytes": lambda kind: Target("BLOB", "its length is not limited" if kind.first else None),
    "enum": _text("SQLite has no enums; a CHECK names the values"),
    "array": _text("SQLite has no arrays; it is text, meant to hold JSON"),
    "year": _same("INTEGER", "there is no type for a year"),
    **dict.fromkeys(("date", "time", "timetz", "timestamp", "timestamp_ns", "timestamptz", "interval"),
                    _text("SQLite has no type for points in time; it is text, meant to hold ISO 8601")),
}  # fmt: skip


def _duckdb_decimal(kind: Kind) -> Target:
    digits, scale = kind.first, kind.second or 0
    if digits is None:
        return Target("DECIMAL(38, 10)", "a DECIMAL has at most 38 digits, here 10 of them after the point")
    if 0 <= scale <= digits <= 38:
        return Target(f"DECIMAL({digits}, {scale})")
    if 0 <= scale <= 38:
        return Target(f"DECIMAL(38, {min(scale, 37)})", "a DECIMAL has at most 38 digits")
    return Target("DOUBLE", "a DECIMAL has no negative scale")


DUCKDB: dict[str, Callable[[Kind], Target]] = {
    "bool": _same("BOOLEAN"),
    **{f"int{bits}": _same(name) for bits, name in ((8, "TINYINT"), (16, "SMALLINT"), (32, "INTEGER"), (64, "BIGINT"),
                                                   (128, "HUGEINT"))},
    **{f"uint{bits}": _same(name) for bits, name in ((8, "UTINYINT"), (16, "USMALLINT"), (32, "UINTEGER"),
                                                    (64, "UBIGINT"), (128, "UHUGEINT"))},
    "float32": _same("FLOAT"),
    "float64": _same("DOUBLE"),
    "decimal": _duckdb_decimal,
    "money": _same("DECIMAL(19, 4)"),
    "text": _same("VARCHAR"),
    "any": _same("VARCHAR", "SQLite keeps any kind of value in a column without a type"),
    "citext": _same("VARCHAR", "upper and lower case differ"),
    "varchar": lambda kind: Target("VARCHAR", f"the limit of {kind.first} characters is not kept" if kind.first else None),
    "char": lambda _: Target("VARCHAR", "the length is not kept, and nothing is padded"),
    "bytes": lambda kind: Target("BLOB", "its length is not limited" if kind.first else None),
    "bit": lambda _: Target("BIT", "its length is not kept"),
    "date": _same("DATE"),
    "time": _same("TIME"),
    "timetz": _same("TIMETZ"),
    "timestamp": _same("TIMESTAMP"),
    "timestamp_ns": _same("TIMESTAMP_NS"),
    "timestamptz": _same("TIMESTAMP WITH TIME ZONE"),
    "rowversion": _same("BLOB", "it does not change by itself"),
    "year": _same("SMALLINT", "there is no type for a year"),
    "interval": _same("INTERVAL"),
    "uuid": _same("UUID"),
    "json": _same("JSON"),
}  # fmt: skip


def _mysql_decimal(kind: Kind) -> Target:
    digits, scale = kind.first, kind.second or 0
    if digits is None:
        return Target("decimal(65,30)", "a decimal has at most 65 digits, here 30 of them after the point")
    if 0 <= scale <= min(digits, 30) and digits <= 65:
        return Target(f"decimal({digits},{scale})")
    return Target(f"decimal(65,{min(max(scale, 0), 30)})", "a decimal has at most 65 digits and 30 after the point")


_ZONE = "the time zone is not kept: write UTC"
_UTF8_MOST = 16383  # characters of four bytes in a row of 65,535
MYSQL: dict[str, Callable[[Kind], Target]] = {
    "bool": _same("tinyint(1)", "there are no truth values; 0 and 1 stand for them"),
    "int8": _same("tinyint"),
    "int16": _same("smallint"),
    "int32": _same("int"),
    "int64": _same("bigint"),
    "int128": _same("decimal(39,0)"),
    "uint8": _same("tinyint unsigned"),
    "uint16": _same("smallint unsigned"),
    "uint32": _same("int unsigned"),
    "uint64": _same("bigint unsigned"),
    "uint128": _same("decimal(39,0)", _NO_UNSIGNED),
    "float32": _same("float"),
    "float64": _same("double"),
    "decimal": _mysql_decimal,
    "money": _same("decimal(19,4)"),
    "text": _same("longtext"),
    "any": _same("longtext", "SQLite keeps any kind of value in a column without a type"),
    "citext": _same("longtext", "whether case counts depends on the collation"),
    "varchar": _sized("varchar", _UTF8_MOST, "longtext"),
    "char": lambda kind: Target(f"{'char' if (kind.first or 1) <= 255 else 'varchar'}({kind.first or 1})"),
    "bytes": lambda kind: Target(f"varbinary({kind.first})" if kind.first and kind.first <= 8000 else "longblob"),
    "bit": lambda kind: Target(f"bit({kind.first or 1})") if (kind.first or 1) <= 64 else Target("longblob", "64 bits at most"),
    "date": _same("date"),
    "time": _same("time(6)"),
    "timetz": _same("time(6)", _ZONE),
    "timestamp": lambda kind: Target(f"datetime({min(kind.first if kind.first is not None else 6, 6)})"),
    "timestamp_ns": _same("datetime(6)", "it keeps microseconds"),
    "timestamptz": lambda kind: Target(f"datetime({min(kind.first if kind.first is not None else 6, 6)})", _ZONE),
    "rowversion": _same("varbinary(8)", "it does not change by itself"),
    "year": _same("year"),
    "uuid": _same("char(36)", "MySQL has no UUID type"),
    "json": _same("json"),
    "inet": _same("varchar(43)", "it is text"),
    "array": _same("json", "MySQL has no arrays"),
}  # fmt: skip

_TABLES = {"postgres": POSTGRES, "sqlite": SQLITE, "duckdb": DUCKDB, "mysql": MYSQL}
_ELSE = {"postgres": "text", "sqlite": "TEXT", "duckdb": "VARCHAR", "mysql": "longtext"}


def type_for(kind: Kind, to: str) -> Target:
    """The target's type; its longest text, with a word about it, where there is none."""
    if kind.word == "array" and kind.item is not None and to in ("postgres", "duckdb"):
        item = type_for(kind.item, to)
        return Target(item.sql + "[]", item.lost)
    if kind.word in ("enum", "set") and to == "mysql" and kind.values:
        values = ",".join("'" + value.replace("\\", "\\\\").replace("'", "''") + "'" for value in kind.values)
        return Target(f"{kind.word}({values})")
    if kind.word == "enum" and to == "duckdb" and kind.values:
        return Target(f"ENUM({', '.join(chr(39) + v.replace(chr(39), chr(39) * 2) + chr(39) for v in kind.values)})")
    write = _TABLES[to].get(kind.word)
    return (
        write(kind) if write else Target(_ELSE[to], _AS_TEXT if to == "sqlite" else "there is no such type; it is text")
    )
