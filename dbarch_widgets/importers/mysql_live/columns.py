"""A row of COLUMNS → Column; both servers' words for defaults, generated columns and EXTRA."""

from __future__ import annotations

import re
from typing import Literal

from dbarch_widgets.importers.mysql_live.server import Server
from dbarch_widgets.importers.mysql_live.session import Row
from dbarch_widgets.importers.sqlglot_ddl.mysql_expressions import canonical, canonical_default, literal
from dbarch_widgets.model.schema import Column

_NUMERIC = frozenset(
    [
        "tinyint",
        "smallint",
        "mediumint",
        "int",
        "integer",
        "bigint",
        "decimal",
        "numeric",
        "float",
        "double",
        "real",
        "year",
        "bit",
        "bool",
        "boolean",
    ]
)
_ON_UPDATE = re.compile(r"on update (current_timestamp(?:\(\d*\))?)", re.IGNORECASE)
_NOW = re.compile(r"current_timestamp(?:\(\d*\))?\Z", re.IGNORECASE)


def column_of(row: Row, table_collation: str | None, server: Server) -> Column:
    """One column; its collation is told only where it is not the table's."""
    extra = (row["extra"] or "").lower()
    collation = row["collation_name"]
    expression = text(row["generation_expression"])
    # A server that does not tell the expression still tells that there is one.
    generated = "generated" in extra.replace("default_generated", "") or "persistent" in extra or bool(expression)
    kind: Literal["stored", "virtual"] = "stored" if "stored" in extra or "persistent" in extra else "virtual"
    return Column(
        row["column_name"],
        text(row["column_type"]),
        nullable=row["is_nullable"] == "YES",
        default=None if generated else default_of(row, server),
        identity="by default" if "auto_increment" in extra else None,
        generated=_expression(expression, server) if generated else None,
        generated_kind=kind if generated else None,
        collation=collation if collation != table_collation else None,
        on_update=_on_update(extra),
        comment=row["column_comment"] or None,
    )


def default_of(row: Row, server: Server) -> str | None:
    """The default as a canonical expression; None where there is none, or where it is NULL."""
    value = row["column_default"]
    if value is None:
        return None
    value = text(value)
    if server.quotes_defaults:
        return None if value.upper() == "NULL" else canonical_default(value)
    if "default_generated" in (row["extra"] or "").lower():
        return canonical_default(_unescaped(value))
    if _NOW.match(value) and row["data_type"].lower() in ("timestamp", "datetime"):
        return canonical_default(value)
    if row["data_type"].lower() in _NUMERIC:
        return canonical_default(value)
    return literal(value)


def _on_update(extra: str) -> str | None:
    found = _ON_UPDATE.search(extra)
    return canonical(found[1]) if found else None


def _expression(expression: str, server: Server) -> str:
    return canonical(expression if server.mariadb else _unescaped(expression))


def _unescaped(expression: str) -> str:
    r"""MySQL's catalog holds expressions as a string literal would: `_utf8mb4\'x\'`."""
    return expression.replace("\\'", "'").replace("\\\\", "\\")


def text(value: object) -> str:
    """Text of the catalog, which some servers send as bytes."""
    if isinstance(value, bytes | bytearray):
        return value.decode("utf-8", errors="replace")
    return "" if value is None else str(value)
