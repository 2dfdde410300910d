"""MySQL's own way with CREATE TABLE, ALTER TABLE, CREATE INDEX and CREATE DATABASE: what happens when they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dbarch_widgets.importers.sqlglot_ddl import alter as shared
from dbarch_widgets.importers.sqlglot_ddl import create_table as tables
from dbarch_widgets.importers.sqlglot_ddl import indexes
from dbarch_widgets.importers.sqlglot_ddl import mysql_charsets as charsets
from dbarch_widgets.importers.sqlglot_ddl import mysql_partitions as partitions
from dbarch_widgets.importers.sqlglot_ddl.alter import Altering
from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, NotKept
from dbarch_widgets.importers.sqlglot_ddl.draft import Draft, TableDraft
from dbarch_widgets.importers.sqlglot_ddl.mysql_columns import is_text, settle_columns, widened
from dbarch_widgets.importers.sqlglot_ddl.mysql_expressions import quoted
from dbarch_widgets.importers.sqlglot_ddl.mysql_keys import settle_keys, without_foreign_keys
from dbarch_widgets.importers.sqlglot_ddl.statement import Statement
from dbarch_widgets.importers.sqlglot_ddl.tokens import Token
from dbarch_widgets.model.schema import Column

_ENGINES = {
    name.lower(): name
    for name in (
        "InnoDB",
        "MyISAM",
        "MEMORY",
        "Aria",
        "CSV",
        "ARCHIVE",
        "BLACKHOLE",
        "FEDERATED",
        "MRG_MyISAM",
        "RocksDB",
    )
} | {"heap": "MEMORY", "merge": "MRG_MyISAM", "ndbcluster": "ndbcluster", "ndb": "ndbcluster"}


def create_table(draft: Draft, statement: Statement) -> None:
    """CREATE TABLE, then names for what has none."""
    start = statement.cursor.at
    tables.create_table(draft, statement)
    statement.cursor.at = start
    cursor = statement.cursor
    table = draft.table(_name_after(cursor, "TABLE"))
    if cursor.take("LIKE") or cursor.take("(", "LIKE"):
        _like(table, draft.table(cursor.dotted()))
    own = _database_charset(draft, table)
    _settle(draft, table, {} if "collation" in table.options or "charset" in table.options else own)


def _like(table: TableDraft, source: TableDraft) -> None:
    """What LIKE copies besides columns, keys, checks and options."""
    table.comment, table.kind, table.partition_key = source.comment, source.kind, source.partition_key
    table.own["generated"] = set(source.own.get("generated", ()))
    table.own["beside"] = dict(source.own.get("beside", {}))


def alter_table(draft: Draft, statement: Statement) -> None:
    """ALTER TABLE, then names for what has none; a new character set of the table leaves the columns theirs."""
    start = statement.cursor.at
    table = draft.find_table(_name_after(statement.cursor, "TABLE"))
    statement.cursor.at = start
    if table is None:
        shared.alter_table(draft, statement)  # says what is wrong
        return
    before = {name: table.options.pop(name) for name in ("charset", "collation") if name in table.options}
    columns = dict(table.columns)
    table.own["collation"] = before.get("collation")
    try:
        shared.alter_table(draft, statement)
    finally:
        if "charset" in table.options or "collation" in table.options:
            _hold(table, columns, before.get("collation"))
        _settle(draft, table, before)


def create_index(draft: Draft, statement: Statement) -> None:
    """CREATE INDEX; OR REPLACE drops the one before."""
    cursor = statement.cursor
    start = cursor.at
    replaces = cursor.peek(1).up == "OR"
    cursor.until(("INDEX",))
    cursor.next()
    cursor.take("IF", "NOT", "EXISTS")
    name = cursor.name().text
    cursor.until(("ON",))
    cursor.expect("ON")
    table = draft.table(cursor.dotted())
    if replaces:
        indexes.drop_index(draft, table, name)
    cursor.at = start
    indexes.create_index(draft, statement)
    _settle(draft, table, {})


def _name_after(cursor: Cursor, word: str) -> list[Token]:
    cursor.until((word,))
    cursor.next()
    cursor.take("IF", "NOT", "EXISTS") or cursor.take("IF", "EXISTS")
    return cursor.dotted()


def _settle(draft: Draft, table: TableDraft, before: Mapping[Any, str]) -> None:
    """`before` are the charset and the collation that hold where the statement says nothing of them."""
    _settle_options(table, before)
    if without_foreign_keys(table) and table.foreign_keys:
        note = f"FOREIGN KEY of a table of the engine {table.options['engine']} is not kept, as the server does not"
        draft.notes.add(note, draft.line, draft.file)
    collation = table.options.get("collation")
    settle_columns(table, collation)
    settle_keys(table, collation)
    settle_columns(table, collation)  # a SERIAL or a JSON beside others


def _settle_options(table: TableDraft, before: Mapping[Any, str]) -> None:
    options = table.options
    charset, collation = options.get("charset"), options.get("collation")
    if collation is None and charset is None:
        options.update(before)
    elif collation is None and charset is not None:
        options["collation"] = charsets.default_collation(charset)
    if collation := options.get("collation"):
        options["collation"] = charsets.collation_name(collation)
        options["charset"] = charsets.charset_of(collation)
    if engine := options.get("engine"):
        options["engine"] = _ENGINES.get(engine.lower(), engine)
    if (form := options.get("row_format", "").lower()) == "default":
        del options["row_format"]
    elif form:
        options["row_format"] = form


def _hold(table: TableDraft, before: dict[str, Column], collation: str | None) -> None:
    """The columns that the statement left alone keep the table's old collation, now as their own."""
    own = collation or charsets.default_collation(charsets.ASSUMED)
    settled: dict[str, Column] = table.own.setdefault("settled", {})
    for key, column in before.items():
        if table.columns.get(key) is column and column.collation is None and is_text(column):
            table.columns[key] = replace(column, collation=own)
            settled.pop(key, None)


def convert(altering: Altering, part: Cursor) -> None:
    """`CONVERT TO CHARACTER SET x [COLLATE y]`: the table and all of its columns."""
    part.take("CONVERT")
    if not part.take("TO"):
        shared.nothing(altering, part)
    collation, charset = "", ""
    while part:
        if part.take("CHARACTER", "SET") or part.take("CHARSET") or part.take("CHAR", "SET"):
            part.take("=")
            charset = part.next().text
        elif part.take("COLLATE"):
            part.take("=")
            collation = part.next().text
        else:
            break
    collation = charsets.collation_name(collation) if collation else charsets.default_collation(charset)
    charset = charsets.charset_of(collation)
    table = altering.table
    old = table.own.get("collation") or charsets.ASSUMED
    for key, column in table.columns.items():
        if is_text(column):
            was = charsets.charset_of(column.collation or old)
            if was == "binary":  # bytes stay bytes
                table.columns[key] = replace(column, collation=was)
                continue
            table.columns[key] = replace(column, type=widened(column, was, charset), collation=collation)
    table.options |= {"charset": charset, "collation": collation}


# Other actions of ALTER TABLE


def add(altering: Altering, part: Cursor) -> None:
    if part.sees("ADD", "PARTITION"):
        partitions.add_partitions(altering.table, altering.statement, part)
        return
    shared.add(altering, part)
    altering.going_on = None  # every action says what it is


def drop(altering: Altering, part: Cursor) -> None:
    if part.sees("DROP", "PARTITION"):
        altering.going_on = lambda other, cursor: partitions.drop_partitions(other.table, cursor)
        partitions.drop_partitions(altering.table, part)
        return
    before = set(altering.table.columns)
    shared.drop(altering, part)
    altering.going_on = None
    for column in before - set(altering.table.columns):
        _drop_beside(altering.table, column)


def modify(altering: Altering, part: Cursor) -> None:
    """MODIFY states the column anew, its check too."""
    start = part.at
    part.take("MODIFY")
    _forget_check(altering, part)
    part.at = start
    shared.modify(altering, part)
    altering.going_on = None


def change(altering: Altering, part: Cursor) -> None:
    start = part.at
    part.take("CHANGE")
    _forget_check(altering, part)
    old, new = part.peek().text, part.peek(1).text
    part.at = start
    shared.change(altering, part)
    _rename_in_key(altering.table, old, new)


def _forget_check(altering: Altering, part: Cursor) -> None:
    """Takes away the check beside the column that comes next."""
    part.take("COLUMN")
    part.take("IF", "EXISTS")
    _drop_beside(altering.table, part.peek().text.lower())


def _drop_beside(table: TableDraft, column: str) -> None:
    beside: dict[str, str] = table.own.get("beside", {})
    gone = {check for check, owner in beside.items() if owner == column}
    table.checks = [check for check in table.checks if check.name.lower() not in gone]
    for check in gone:
        del beside[check]


def rename(altering: Altering, part: Cursor) -> None:
    """The check beside a column keeps its name, and stays beside it."""
    start = part.at
    old, new = part.peek(2).text.lower(), part.peek(4).text.lower()
    column = part.sees("RENAME", "COLUMN")
    shared.rename(altering, part)
    if column:
        _rename_in_key(altering.table, part.tokens[start + 2].text, part.tokens[start + 4].text)
    beside: dict[str, str] = altering.table.own.get("beside", {})
    for check, owner in beside.items():
        if column and owner == old:
            beside[check] = new


def _rename_in_key(table: TableDraft, old: str, new: str) -> None:
    """The partition key names a column in its canonical form, in quotes."""
    if table.partition_key:
        table.partition_key = table.partition_key.replace(quoted(old), quoted(new))
    if "subpartition_key" in table.options:
        table.options["subpartition_key"] = table.options["subpartition_key"].replace(quoted(old), quoted(new))


def alter(altering: Altering, part: Cursor) -> None:
    """`ALTER INDEX i INVISIBLE` and its like; ALTER COLUMN is everybody's."""
    if part.sees("ALTER", "INDEX") or part.sees("ALTER", "KEY"):
        part.at += 2
        part.take("IF", "EXISTS")
        name = part.name().text.lower()
        used = not part.take_any("INVISIBLE", "IGNORED")
        part.rest()
        table = altering.table
        table.indexes = [replace(i, valid=used) if i.name.lower() == name else i for i in table.indexes]
        return
    name = part.peek(2 if part.peek(1).up == "COLUMN" else 1).text.lower()
    shared.alter(altering, part)
    altering.going_on = None
    if column := altering.table.columns.get(name):  # a new default, or none, is one for updates too
        altering.table.columns[name] = replace(column, on_update=None)


def partition(altering: Altering, part: Cursor) -> None:
    partitions.partition_by(altering.table, altering.statement, part)


def remove(altering: Altering, part: Cursor) -> None:
    part.take("REMOVE")
    part.take("PARTITIONING")
    partitions.remove_partitioning(altering.table)


def reorganize(altering: Altering, part: Cursor) -> None:
    partitions.reorganize(altering.table, altering.statement, part)


def coalesce(altering: Altering, part: Cursor) -> None:
    partitions.coalesce(altering.table, part)


def ordered(parts: list[Cursor]) -> list[Cursor]:
    """The server takes away before it adds, whatever the order of the words.

    What stands behind the comma of REORGANIZE PARTITION a, b or DROP PARTITION a, b belongs to it.
    """
    groups: list[list[Cursor]] = []
    for part in parts:
        if groups and groups[-1][0].sees("REORGANIZE", "PARTITION") and not part.sees("ADD"):
            first = groups[-1][0]
            groups[-1][0] = Cursor(first.tokens, first.closes, first.at, part.stop)
        elif groups and groups[-1][0].sees("DROP", "PARTITION") and part.peek(1).kind == "end":
            groups[-1].append(part)
        else:
            groups.append([part])
    drops = [group for group in groups if group[0].sees("DROP")]
    others = [group for group in groups if not group[0].sees("DROP")]
    return [part for group in (*drops, *others) for part in group]


# Databases


def create_database(draft: Draft, statement: Statement) -> None:
    """CREATE and ALTER DATABASE: the character set that its tables have where they say nothing."""
    cursor = statement.cursor
    cursor.until(("DATABASE", "SCHEMA"))
    cursor.next()
    cursor.take("IF", "NOT", "EXISTS")
    name = draft.current_schema
    if cursor and cursor.peek().up not in ("CHARACTER", "CHARSET", "COLLATE", "DEFAULT", "UPGRADE"):
        name = cursor.name().text
    found: dict[str, str] = {}
    while cursor:
        if cursor.take("CHARACTER", "SET") or cursor.take("CHARSET"):
            cursor.take("=")
            found["charset"] = cursor.next().text
        elif cursor.take("COLLATE"):
            cursor.take("=")
            found["collation"] = cursor.next().text
        else:
            cursor.next()
    if collation := found.get("collation") or (charsets.default_collation(found["charset"]) if found else None):
        collation = charsets.collation_name(collation)
        draft.own.setdefault("databases", {})[name] = {
            "charset": charsets.charset_of(collation),
            "collation": collation,
        }
    if statement.cursor.tokens[0].up == "ALTER" and not found:
        raise NotKept("ALTER DATABASE changes nothing that the model holds")


def _database_charset(draft: Draft, table: TableDraft) -> dict[str, str]:
    databases: dict[str, dict[str, str]] = draft.own.get("databases", {})
    return databases.get(table.schema, {})
