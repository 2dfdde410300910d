"""Files in rows, without a limit.

Symptom: A column of bytes holds whole files (documents, pictures, scans), and neither a check nor a column beside it says how large
they may be.

Why it matters: One row takes up to a gigabyte in PostgreSQL, and a driver reads it into memory as a whole. Every file goes through the
log to each replica and into each backup, and a SELECT of all columns brings it along. Without a size nobody can tell which of them
fill the disk, short of reading them all.

When it is fine: Small files that must change together with their row, or be deleted with it; then a check says how small, or a
comment on the column says why they are here.

How to fix: A check on octet_length, and a column with the size; or object storage, with its key, the size and a digest in the row.

Source: PostgreSQL documentation, Binary Data Types; PostgreSQL documentation, TOAST; PostgreSQL wiki, BinaryFilesInDB.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, free_name, ident
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.rules.words import bag, singular, words

_FILES = bag("file document image picture photo attachment pdf scan thumbnail avatar video audio")
_CONTENT = bag("content contents data body blob bytes payload binary")
_SIZES = bag("size bytes octets")
# Bytes of these are short and of a fixed length.
_SHORT = bag("hash digest checksum sha md signature key nonce iv salt id uuid etag fingerprint")
_LIMIT = 10 * 1024 * 1024


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    for table in context.designed:
        if table.kind not in ("table", "partitioned") or any(_says_size(context, column) for column in table.columns):
            continue
        for column in table.columns:
            if context.family(column.type) == "bytea" and _is_file(table, column) and not _is_limited(table, column):
                yield _finding(context, table, column)


def _says_size(context: Context, column: Column) -> bool:
    whole = context.family(column.type) in ("smallint", "integer", "bigint", "numeric")
    return whole and bool(set(words(column.name)) & _SIZES)


def _is_file(table: Table, column: Column) -> bool:
    parts = set(words(column.name))
    if parts & _SHORT or column.comment:
        return False
    return bool(parts & _FILES) or bool(parts & _CONTENT and set(words(singular(table.name))) & _FILES)


def _is_limited(table: Table, column: Column) -> bool:
    return any(mentions(item.expression, column.name) and "length" in item.expression.lower() for item in table.checks)


def _finding(context: Context, table: Table, column: Column) -> Finding:
    name = ident(free_name(context, table, [column.name], "size_check"))
    alter = f"ALTER TABLE {dotted(table.qname)}"
    sql = (
        f"{alter} ADD CONSTRAINT {name} CHECK (octet_length({ident(column.name)}) <= {_LIMIT}) NOT VALID;\n"
        f"{alter} VALIDATE CONSTRAINT {name};"
    )
    return RULE.finding(
        f"{table.qname}.{column.name} holds whole files, and nothing says how large one may be: each goes through the log, the "
        "replicas and the backups as a part of its row",
        table=table,
        columns=(column.name,),
        line=column.line,
        fix=Fix(
            sql,
            note="Ten megabytes are a guess: take the largest file that is meant to be here. VALIDATE fails while one is larger.",
        )
        if table.kind == "table"
        else None,
    )


RULE = Rule(
    name="file-without-size-limit",
    area="operations",
    severity="low",
    confidence="hint",
    summary="Files are kept in rows, and nothing says how large they may be",
    check=check,
)
