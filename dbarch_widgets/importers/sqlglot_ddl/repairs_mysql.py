"""MySQL's and MariaDB's own clauses."""

from __future__ import annotations

from collections.abc import Mapping

from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor
from dbarch_widgets.importers.sqlglot_ddl.dialect import Repair
from dbarch_widgets.importers.sqlglot_ddl.repairs import clause, custom

_OPTIONS = [
    "AUTO_INCREMENT",
    "AVG_ROW_LENGTH",
    "CHECKSUM",
    "COMPRESSION",
    "CONNECTION",
    "DELAY_KEY_WRITE",
    "ENCRYPTION",
    "INSERT_METHOD",
    "KEY_BLOCK_SIZE",
    "MAX_ROWS",
    "MIN_ROWS",
    "PACK_KEYS",
    "PASSWORD",
    "ROW_FORMAT",
    "STATS_AUTO_RECALC",
    "STATS_PERSISTENT",
    "STATS_SAMPLE_PAGES",
    "TABLESPACE",
    "PAGE_CHECKSUM",
    "PAGE_COMPRESSED",
    "PAGE_COMPRESSION_LEVEL",
    "TRANSACTIONAL",
    "ENCRYPTED",
    "ENCRYPTION_KEY_ID",
    "IETF_QUOTES",
    "SEQUENCE",
    "STORAGE",
    "ENGINE_ATTRIBUTE",
    "SECONDARY_ENGINE",
]
# What the next row's number is, is no part of the schema.
_FORGOTTEN = frozenset({"AUTO_INCREMENT", "PASSWORD", "CONNECTION"})


def _option(cursor: Cursor) -> Mapping[str, str] | None:
    word = cursor.take_any(*_OPTIONS)
    if not word:
        return None
    cursor.take("=")
    value = cursor.next().text
    return {} if word in _FORGOTTEN else {word.lower(): value}


def _engine(cursor: Cursor) -> Mapping[str, str] | None:
    if not cursor.take_any("ENGINE", "TYPE"):
        return None
    cursor.take("=")
    return {"engine": cursor.next().text}


def _charset(cursor: Cursor) -> Mapping[str, str] | None:
    cursor.take("DEFAULT")
    if cursor.take("CHARACTER", "SET") or cursor.take("CHARSET") or cursor.take("CHAR", "SET"):
        cursor.take("=")
        return {"charset": cursor.next().text}
    if cursor.take("COLLATE"):
        cursor.take("=")
        return {"collation": cursor.next().text}
    if cursor.take("CONVERT", "TO"):
        return _charset(cursor)
    return None


def _directory(cursor: Cursor) -> Mapping[str, str] | None:
    if cursor.take("DATA", "DIRECTORY") or cursor.take("INDEX", "DIRECTORY"):
        cursor.take("=")
        cursor.next()
        return {}
    return None


def _versioning(cursor: Cursor) -> Mapping[str, str] | None:
    return {"versioning": "yes"} if cursor.take("WITH", "SYSTEM", "VERSIONING") else None


def _column_charset(cursor: Cursor) -> Mapping[str, str] | None:
    if cursor.take("CHARACTER", "SET") or cursor.take("CHARSET"):
        cursor.next()
        return {}
    return None


REPAIRS: tuple[Repair, ...] = (
    custom("", "table", _option),
    custom("", "table", _engine),
    custom("", "table", _charset),
    custom("DATA DIRECTORY and INDEX DIRECTORY are not kept", "table", _directory),
    custom("", "table", _versioning),
    clause("UNION = (…) of merged tables is not kept", "UNION", places="table", then="values"),
    custom("CHARACTER SET of a column is not kept", "column", _column_charset),
    clause("", "VISIBLE", "INVISIBLE", places="column index key"),
    clause("STORAGE and COLUMN_FORMAT are not kept", "STORAGE", "COLUMN_FORMAT", places="column", then="name"),
    clause("WITH PARSER is not kept", "WITH PARSER", places="index key", then="name"),
    clause("KEY_BLOCK_SIZE of an index is not kept", "KEY_BLOCK_SIZE", places="index key", then="value"),
    clause("", "USING", places="key index", then="name", keep="method"),
    clause("", "COMMENT", places="key", then="value", keep="index comment"),
    clause("", "NOT IGNORED", places="index key"),
    clause("IGNORED index read as an index", "IGNORED", places="index key"),
    clause("", "CLUSTERING", places="index key", then="value"),
    clause("", "ALGORITHM", "LOCK", places="table index", then="value"),
    clause("SRID is not kept", "SRID", "REF_SYSTEM_ID", places="column", then="value"),
    clause("", "WITHOUT SYSTEM VERSIONING", "WITH SYSTEM VERSIONING", places="column"),
    clause("COMPRESSED of a column is not kept", "COMPRESSED", places="column", then="group?"),
)
