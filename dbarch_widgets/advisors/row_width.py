"""How many bytes a row takes, roughly: PostgreSQL's own sizes where a type has one, a habit of the field where it has none."""

from __future__ import annotations

import re

from dbarch_widgets.model.schema import Table

# PostgreSQL documentation, Data Types (storage sizes) and Database Page Layout: 23 bytes of header rounded to 24, 4 of line pointer.
_HEADER = 28
_FIXED = {
    "smallint": 2,
    "integer": 4,
    "bigint": 8,
    "real": 4,
    "double precision": 8,
    "boolean": 1,
    "date": 4,
    "uuid": 16,
    "interval": 16,
    "inet": 12,
    "numeric": 10,
    "bytea": 100,
    "json": 200,
    "jsonb": 200,
    "text": 30,
}
_LENGTH = re.compile(r"\((\d+)")


def row_bytes(table: Table) -> int:
    """The bytes of a usual row with header and padding, without indexes; text is taken as 30 bytes, JSON as 200."""
    return _HEADER + sum(_column(column.type) for column in table.columns)


def _column(type: str) -> int:
    bare = type.partition("(")[0].strip().lower()
    if bare in _FIXED:
        return _FIXED[bare]
    if bare.startswith(("timestamp", "time")):
        return 8
    if bare.startswith(("char", "bpchar", "varchar")):
        length = _LENGTH.search(type)
        return min(int(length[1]) // 2 + 1, 60) if length else 30
    return 8 if bare.endswith("serial") else 30 if bare.endswith("[]") else 8
