"""What kind of value a type holds, in one word for all databases."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Family = Literal["integer", "decimal", "float", "text", "binary", "boolean", "uuid", "date", "time", "json", "other"]

_HEAD = re.compile(r"[a-z_][a-z0-9_ ]*")
_FAMILIES: dict[str, Family] = {
    **dict.fromkeys(
        [
            "smallint",
            "integer",
            "bigint",
            "int",
            "int2",
            "int4",
            "int8",
            "tinyint",
            "mediumint",
            "hugeint",
            "uhugeint",
            "utinyint",
            "usmallint",
            "uinteger",
            "ubigint",
            "int64",
            "byteint",
            "serial",
            "bigserial",
            "smallserial",
            "oid",
            "year",
        ],
        "integer",
    ),
    **dict.fromkeys(["numeric", "decimal", "number", "dec", "money", "smallmoney", "bignumeric", "fixed"], "decimal"),
    **dict.fromkeys(
        ["real", "float", "double", "float4", "float8", "float64", "binary_float", "binary_double"], "float"
    ),
    **dict.fromkeys(
        [
            "text",
            "varchar",
            "character",
            "char",
            "nchar",
            "nvarchar",
            "varchar2",
            "nvarchar2",
            "citext",
            "bpchar",
            "clob",
            "nclob",
            "ntext",
            "string",
            "name",
            "tinytext",
            "mediumtext",
            "longtext",
            "sysname",
            "enum",
        ],
        "text",
    ),
    **dict.fromkeys(
        [
            "bytea",
            "blob",
            "binary",
            "varbinary",
            "tinyblob",
            "mediumblob",
            "longblob",
            "raw",
            "image",
            "bytes",
            "rowversion",
        ],
        "binary",
    ),
    **dict.fromkeys(["boolean", "bool", "bit"], "boolean"),
    **dict.fromkeys(["uuid", "uniqueidentifier"], "uuid"),
    "date": "date",
    **dict.fromkeys(
        [
            "timestamp",
            "datetime",
            "datetime2",
            "datetimeoffset",
            "smalldatetime",
            "time",
            "timetz",
            "timestamptz",
            "timestamp_ntz",
            "timestamp_ltz",
            "timestamp_tz",
            "timestamp_s",
            "timestamp_ms",
            "timestamp_ns",
        ],
        "time",
    ),
    **dict.fromkeys(["json", "jsonb", "variant", "object", "super"], "json"),
}


@lru_cache(maxsize=65536)
def type_family(type: str) -> Family:
    """The family of a column's type; "other" for arrays, structures and types of one's own."""
    low = type.strip().lower()
    if low.endswith("]") or "<" in low:
        return "other"
    match = _HEAD.match(low)
    head = match.group().split()[0] if match else ""
    # Oracle's NUMBER(10) and Snowflake's NUMBER(38,0) are how those two write integers.
    if head in ("number", "numeric", "decimal") and re.search(r"\(\s*\d+\s*(?:,\s*0\s*)?\)", low):
        return "integer" if head == "number" or ",0)" in low.replace(" ", "") else "decimal"
    return _FAMILIES.get(head, "other")
