"""What becomes of columns once the table's character set is known: their types, collations and defaults.

While a statement is read, `Column.collation` may hold what was written of the character set: `charset latin1`, `binary`
(the flag), `charset latin1 binary`. `settle_columns` makes a collation of it, or None where it is the table's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dbarch_widgets.importers.sqlglot_ddl import mysql_charsets as charsets
from dbarch_widgets.importers.sqlglot_ddl.columns import ColumnReading, note
from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor
from dbarch_widgets.importers.sqlglot_ddl.draft import TableDraft
from dbarch_widgets.importers.sqlglot_ddl.mysql_expressions import canonical, quoted
from dbarch_widgets.importers.sqlglot_ddl.mysql_types import parts_of, whole
from dbarch_widgets.importers.sqlglot_ddl.mysql_values import default_of, now_of
from dbarch_widgets.model.schema import Check, Column, Unique

CHARSET, FLAG = "charset ", "+binary"
_BLOBS = (("tiny", 0xFF), ("", 0xFFFF), ("medium", 0xFFFFFF), ("long", 0xFFFFFFFF))
_WORDS = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set")
_AS_BYTES = {"char": "binary", "varchar": "varbinary"}


def settle_columns(table: TableDraft, collation: str | None) -> None:
    """Finish the columns that are new or changed; `collation` is the table's, None where it is not known."""
    settled: dict[str, Column] = table.own.setdefault("settled", {})
    for key, column in table.columns.items():
        if settled.get(key) is not column:
            table.columns[key] = settled[key] = _settled(table, column, collation)
    for key in settled.keys() - table.columns.keys():
        del settled[key]


def _settled(table: TableDraft, column: Column, collation: str | None) -> Column:
    column = _special(table, column)
    column = _with_collation(column, collation)
    in_key = table.primary_key is not None and column.name in table.primary_key.columns
    if column.nullable and in_key:
        column = replace(column, nullable=False)
    default = None if column.default is None or column.generated else default_of(column.default, column.type)
    if default != column.default:
        column = replace(column, default=default)
    if column.generated or column.on_update:
        generated = canonical(column.generated) if column.generated else None
        on_update = now_of(canonical(column.on_update), column.type) if column.on_update else None
        column = replace(column, generated=generated, on_update=on_update)
    return column


def _special(table: TableDraft, column: Column) -> Column:
    """JSON and SERIAL, which are short for a column and a constraint; national and compressed columns."""
    if column.name in table.own.get("compressed", ()):
        table.own["compressed"].discard(column.name)
        column = replace(column, type=f"{column.type} /*M!100301 COMPRESSED*/")
    if column.type == "json":
        if all(check.name != column.name for check in table.checks):
            table.own.setdefault("beside", {})[column.name.lower()] = column.name.lower()
            table.checks.append(Check(column.name, f"json_valid({quoted(column.name)})", line=column.line))
        return replace(column, type="longtext", collation="utf8mb4_bin")
    if column.type == "serial":
        table.unique.append(Unique(f"\0{10**9}", (column.name,), line=column.line))
        return replace(column, type="bigint(20) unsigned", nullable=False, identity="by default")
    if column.type.startswith("national "):
        stated = column.collation if column.collation and not column.collation.startswith(CHARSET) else ""
        return replace(column, type=column.type[9:], collation=stated or "charset utf8mb3")
    return column


def _with_collation(column: Column, of_table: str | None) -> Column:
    name, args, rest = parts_of(column.type)
    stated = _collation(column.collation, of_table)
    collation = stated or of_table or charsets.default_collation(charsets.ASSUMED)
    if name in ("text", "blob") and args:
        wide = charsets.bytes_of(charsets.charset_of(collation)) if name == "text" else 1
        size = whole(args[0]) * wide
        name = next(prefix for prefix, most in _BLOBS if size <= most or most == _BLOBS[-1][1]) + name
        args = ()
    elif name not in _WORDS:
        return column if column.collation is None else replace(column, collation=None)
    if name not in _WORDS:
        return replace(column, type=name, collation=None)
    if name in ("enum", "set"):  # their values are text, whatever the collation
        return replace(column, collation=None if stated == of_table else stated)
    if collation == "binary":
        name = _AS_BYTES.get(name, name.replace("text", "blob"))
        stated = None
    shown = name + (f"({','.join(args)})" if args else "") + (f" {rest}" if rest else "")
    final = None if stated == of_table else stated
    if (shown, final) == (column.type, column.collation):
        return column
    return replace(column, type=shown, collation=final)


def _collation(written: str | None, of_table: str | None) -> str | None:
    """The collation that the words beside a column mean."""
    if written is None:
        return None
    flag = written.endswith(FLAG)
    words = written.removesuffix(FLAG)
    if words and not words.startswith(CHARSET):
        return charsets.collation_name(words)
    charset = words.removeprefix(CHARSET).strip()
    if not charset and not flag:
        return None
    charset = charset or charsets.charset_of(of_table or charsets.ASSUMED)
    return charsets.binary_collation(charset) if flag else charsets.default_collation(charset)


def is_text(column: Column) -> bool:
    """Whether it has a collation."""
    return parts_of(column.type)[0] in _WORDS


def widened(column: Column, old: str, new: str) -> str:
    """The type after CONVERT TO: a TEXT gets larger where the new characters take more bytes."""
    if charsets.bytes_of(new) <= charsets.bytes_of(old):
        return column.type
    larger = {"tinytext": "text", "text": "mediumtext", "mediumtext": "longtext"}
    return larger.get(column.type, column.type)


# One function per word that can begin an attribute.


def key_attribute(reading: ColumnReading, cursor: Cursor) -> None:
    """`KEY` beside a column is short for PRIMARY KEY."""
    reading.constraint_here(cursor)


def charset_attribute(reading: ColumnReading, cursor: Cursor) -> None:
    """`CHARACTER SET x`, `CHARSET x`; a COLLATE that stood before it says more."""
    if cursor.take("CHARACTER", "SET") or cursor.take("CHARSET") or cursor.take("CHAR", "SET"):
        cursor.take("=")
        name = cursor.next().text
        written = reading.fields.get("collation") or ""
        if not written or written == FLAG:
            reading.set(collation=f"{CHARSET}{name}{written}")


def named_charset(charset: str) -> Callable[[ColumnReading, Cursor], None]:
    """`ASCII`, `UNICODE`, `BYTE`."""

    def read(reading: ColumnReading, cursor: Cursor) -> None:
        cursor.next()
        reading.set(collation=f"{CHARSET}{charset}")

    return read


def binary_attribute(reading: ColumnReading, cursor: Cursor) -> None:
    """`BINARY` behind a type: the binary collation of its character set."""
    if cursor.take("BINARY"):
        reading.set(collation=f"{reading.fields.get('collation') or ''}{FLAG}")


def collate_attribute(reading: ColumnReading, cursor: Cursor) -> None:
    if cursor.take("COLLATE"):
        cursor.take("=")
        reading.set(collation=cursor.next().text)


def serial_attribute(reading: ColumnReading, cursor: Cursor) -> None:
    """`SERIAL DEFAULT VALUE`: NOT NULL AUTO_INCREMENT UNIQUE."""
    if cursor.take("SERIAL", "DEFAULT", "VALUE"):
        reading.set(nullable=False, identity="by default")
        reading.table.unique.append(Unique(f"\0{10**9}", (reading.name,), line=reading.line))


def compressed_attribute(reading: ColumnReading, cursor: Cursor) -> None:
    """MariaDB's compressed columns, which its catalog shows as a comment in the type."""
    if cursor.take("COMPRESSED"):
        if cursor.take("="):
            cursor.next()
        reading.table.own.setdefault("compressed", set()).add(reading.name)


def invisible_attribute(reading: ColumnReading, cursor: Cursor) -> None:
    if cursor.take("INVISIBLE"):
        note(reading, cursor, "INVISIBLE of a column is not kept")
