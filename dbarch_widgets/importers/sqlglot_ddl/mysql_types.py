"""MySQL's types as MariaDB's COLUMN_TYPE prints them.

Some depend on the character set, which is known only at the end of the statement: `TEXT(100)`, `JSON`, `SERIAL` and the
NATIONAL ones are printed as written in small letters, and made what they are in `mysql_columns`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dbarch_widgets.importers.sqlglot_ddl.types import WrittenType

_SYNONYMS = {
    "INTEGER": "int",
    "INT1": "tinyint",
    "INT2": "smallint",
    "INT3": "mediumint",
    "INT4": "int",
    "INT8": "bigint",
    "MIDDLEINT": "mediumint",
    "BOOL": "tinyint(1)",
    "BOOLEAN": "tinyint(1)",
    "DEC": "decimal",
    "NUMERIC": "decimal",
    "FIXED": "decimal",
    "NUMBER": "decimal",
    "DOUBLE PRECISION": "double",
    "REAL": "double",
    "FLOAT4": "float",
    "FLOAT8": "double",
    "CHARACTER": "char",
    "CHARACTER VARYING": "varchar",
    "CHAR VARYING": "varchar",
    "VARCHARACTER": "varchar",
    "NCHAR": "national char",
    "NATIONAL CHARACTER": "national char",
    "NVARCHAR": "national varchar",
    "NCHAR VARYING": "national varchar",
    "NCHAR VARCHAR": "national varchar",
    "NATIONAL CHAR VARYING": "national varchar",
    "NATIONAL CHARACTER VARYING": "national varchar",
    "LONG": "mediumtext",
    "LONG VARCHAR": "mediumtext",
    "LONG CHAR VARYING": "mediumtext",
    "LONG VARBINARY": "mediumblob",
    "CHAR BYTE": "binary",
    "GEOMCOLLECTION": "geometrycollection",
    "VARCHAR2": "varchar",
    "CLOB": "longtext",
    "RAW": "varbinary",
}
# Widths that MariaDB prints where none is written: signed, unsigned.
_WIDTHS = {"tinyint": (4, 3), "smallint": (6, 5), "mediumint": (9, 8), "int": (11, 10), "bigint": (20, 20)}
_FIRST = {"decimal": ("10", "0"), "bit": ("1",), "year": ("4",), "char": ("1",), "binary": ("1",)}
_TYPE = re.compile(r"([a-z]+(?: [a-z]+)*)(?:\((.*)\))?(?: (.*))?\Z", re.DOTALL)
_STRING = re.compile(r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\"", re.DOTALL)


@lru_cache(maxsize=1024)
def print_type(written: WrittenType) -> str:
    """The type as COLUMN_TYPE prints it, as far as its own words say."""
    name = _SYNONYMS.get(written.name, written.name.lower())
    args = written.args
    if name == "tinyint(1)":
        name, args = "tinyint", ("1",)
    marks = set(written.tail.split())
    unsigned = bool(marks & {"UNSIGNED", "ZEROFILL"})
    if name in ("enum", "set"):
        return f"{name}({','.join(_value(arg) for arg in args)})"
    if name in _WIDTHS and not args:
        args = (str(_WIDTHS[name][unsigned]),)
    elif name == "float" and len(args) == 1:
        name, args = ("double" if whole(args[0]) > 24 else "float"), ()
    elif name in _FIRST or name == "national char":
        args = args + _FIRST.get(name, ("1",))[len(args) :]
    shown = f"({','.join(args)})" if args and args != ("0",) else ""
    return name + shown + (" unsigned" if unsigned else "") + (" zerofill" if "ZEROFILL" in marks else "")


def whole(text: str) -> int:
    """The number that digits stand for; 0 for what is none."""
    return int(text[:18]) if text.isdecimal() else 0


def _value(literal: str) -> str:
    r"""A value of ENUM or SET in the catalog's form: in single quotes, only these doubled (`\\` stays as it is)."""
    if not _STRING.fullmatch(literal):
        return literal
    inner = literal[1:-1]
    if literal[0] == '"':
        inner = inner.replace('""', '"').replace("'", "''")
    inner = inner.replace("\\'", "''").replace('\\"', '"').rstrip(" ")
    return f"'{inner}'"


@lru_cache(maxsize=1024)
def parts_of(type_: str) -> tuple[str, tuple[str, ...], str]:
    """Name, arguments and the rest of a printed type."""
    hit = _TYPE.match(type_)
    if hit is None:
        return type_, (), ""
    args = tuple(hit[2].split(",")) if hit[2] and hit[1] not in ("enum", "set") else ()
    return hit[1], args, hit[3] or ""


def values_of(type_: str) -> list[str]:
    """The values of an ENUM or SET, as they are stored."""
    return [hit.group()[1:-1].replace("''", "'").replace("\\\\", "\\") for hit in _STRING.finditer(type_)]
