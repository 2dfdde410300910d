"""Spark's names for the tables of a schema, and its types for DuckDB's."""

from __future__ import annotations

import re

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.sqlite_words import SQLiteWords

_SAME = {
    "BOOLEAN": "BOOLEAN",
    "TINYINT": "TINYINT",
    "SMALLINT": "SMALLINT",
    "INTEGER": "INT",
    "BIGINT": "BIGINT",
    "UTINYINT": "SMALLINT",
    "USMALLINT": "INT",
    "UINTEGER": "BIGINT",
    "FLOAT": "FLOAT",
    "DOUBLE": "DOUBLE",
    "DATE": "DATE",
    "TIMESTAMP": "TIMESTAMP_NTZ",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
    "BLOB": "BINARY",
}


def spark_type(duckdb: str) -> str:
    """The type that holds the values of a DuckDB type; STRING where Spark has none like it."""
    kind = duckdb.strip()
    if kind.endswith("[]"):
        inner = spark_type(kind[:-2])
        return "STRING" if inner == "STRING" and not kind.startswith("VARCHAR") else f"ARRAY<{inner}>"
    if re.fullmatch(r"DECIMAL\(\d+,\s*\d+\)", kind):
        return kind
    return _SAME.get(kind, "STRING")


def spark_name(name: str) -> str:
    """The name in backquotes.

    Raises:
        InputError: the name is empty or holds a NUL character.
    """
    if not name or "\0" in name:
        raise InputError(f"{name!r} cannot be the name of anything in a database")
    return "`" + name.replace("`", "``") + "`"


class SparkWords(SQLiteWords):
    """As SQLite, Spark has one space of tables here; their names are of ASCII letters, digits and `_`."""

    def __init__(self, schema: Schema | None = None) -> None:
        super().__init__(schema)
        self._plain: dict[str, str] = {}

    def relation(self, name: QName) -> str:
        """The table's name; that of a partition is its root's."""
        wanted = super().relation(name)
        if wanted not in self._plain:
            plain = re.sub(r"[^0-9a-zA-Z_]", "_", wanted).lower()
            number = 1
            while plain in self._plain.values():
                number += 1
                plain = re.sub(r"[^0-9a-zA-Z_]", "_", wanted).lower() + f"_{number}"
            self._plain[wanted] = plain
        return self._plain[wanted]
