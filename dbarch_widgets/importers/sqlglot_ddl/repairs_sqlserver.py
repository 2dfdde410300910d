"""SQL Server's own clauses: where data lie, how pages fill, replication."""

from __future__ import annotations

from collections.abc import Mapping

from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor
from dbarch_widgets.importers.sqlglot_ddl.dialect import Repair
from dbarch_widgets.importers.sqlglot_ddl.repairs import clause, custom

# Settings of an index that no design hinges on.
_PLAIN = frozenset(
    [
        "PAD_INDEX",
        "STATISTICS_NORECOMPUTE",
        "IGNORE_DUP_KEY",
        "ALLOW_ROW_LOCKS",
        "ALLOW_PAGE_LOCKS",
        "SORT_IN_TEMPDB",
        "DROP_EXISTING",
        "ONLINE",
        "OPTIMIZE_FOR_SEQUENTIAL_KEY",
        "STATISTICS_INCREMENTAL",
        "MAXDOP",
        "RESUMABLE",
    ]
)


def _with(cursor: Cursor) -> Mapping[str, str] | None:
    if not cursor.sees("WITH", "("):
        old = cursor.sees("WITH") and cursor.peek(1).up in (
            "FILLFACTOR",
            "PAD_INDEX",
            "IGNORE_DUP_KEY",
            "DROP_EXISTING",
        )
        return _old_with(cursor) if old else None
    cursor.next()
    kept: dict[str, str] = {}
    for part in cursor.group().parts():
        word = part.next().up
        part.take("=")
        value = "".join(token.text for token in part.rest())
        if word not in _PLAIN:
            kept[word.lower()] = value.lower() if value in ("ON", "OFF") else value
    return kept


def _old_with(cursor: Cursor) -> Mapping[str, str]:
    """`WITH FILLFACTOR = 90, PAD_INDEX`, as SQL Server 2000 wrote it."""
    cursor.next()
    kept = {}
    while word := cursor.take_any("FILLFACTOR", *_PLAIN):
        if cursor.take("="):
            kept[word.lower()] = cursor.next().text
        cursor.take(",")
    return kept


def _file_group(cursor: Cursor) -> Mapping[str, str] | None:
    """`ON [PRIMARY]`, `ON scheme(column)`, `TEXTIMAGE_ON …`; the group `PRIMARY` is the default."""
    word = cursor.take_any("ON", "TEXTIMAGE_ON", "FILESTREAM_ON")
    if not word or cursor.peek().kind not in ("word", "name", "string"):
        return None
    name = cursor.next().text
    if cursor.sees("("):
        column = cursor.group().rest()
        return {"partition scheme": f"{name}({''.join(token.text for token in column)})"}
    return {} if name.upper() in ("PRIMARY", "DEFAULT") else {word.lower().replace("on", "file group", 1): name}


def _clustered(cursor: Cursor) -> Mapping[str, str] | None:
    return {"clustered": "*"} if cursor.take("CLUSTERED") else None


def _nonclustered(cursor: Cursor) -> Mapping[str, str] | None:
    if not cursor.take("NONCLUSTERED"):
        return None
    if cursor.take("HASH"):
        return {"hash": "*"}
    return {"nonclustered": "*"}


def _edge(cursor: Cursor) -> Mapping[str, str] | None:
    if not cursor.take_any("CONNECTION"):
        return None
    cursor.group()
    return {}


def _encrypted(cursor: Cursor) -> Mapping[str, str] | None:
    if not cursor.take("ENCRYPTED", "WITH"):
        return None
    cursor.group()
    return {}


REPAIRS: tuple[Repair, ...] = (
    custom("CLUSTERED beside a key is kept as an option of the table", "key", _clustered),
    custom("PRIMARY KEY or UNIQUE NONCLUSTERED read without NONCLUSTERED, which is kept as an option", "key", _nonclustered),
    custom("WITH (PAD_INDEX = …) and its like: the defaults dropped, FILLFACTOR and the rest kept as options",
           "key index table", _with),
    custom("ON [PRIMARY], TEXTIMAGE_ON: file groups other than PRIMARY kept as options", "key index table", _file_group),
    clause("NOT FOR REPLICATION is not kept", "NOT FOR REPLICATION", places="column constraint key"),
    clause("ROWGUIDCOL is not kept", "ROWGUIDCOL", places="column"),
    clause("SPARSE and FILESTREAM are not kept", "SPARSE", "FILESTREAM", places="column"),
    clause("XML column set read as a plain column", "COLUMN_SET FOR ALL_SPARSE_COLUMNS", places="column"),
    clause("MASKED WITH (…) is not kept", "MASKED WITH", places="column", then="group"),
    custom("ENCRYPTED WITH (…) is not kept", "column", _encrypted),
    clause("", "HIDDEN", "WITH VALUES", places="column"),
    clause("INCLUDE of a columnstore ORDER is not kept", "ORDER", places="index", then="group"),
    custom("CONNECTION of an edge table is not kept", "key constraint", _edge, loses=True),
)  # fmt: skip
