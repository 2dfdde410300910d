"""ALTER TABLE: dropping, renaming, switching constraints on and off, settings."""

from __future__ import annotations

from dbarch_widgets.importers.sqlglot_ddl import changes
from dbarch_widgets.importers.sqlglot_ddl.altering import Altering
from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, NotKept, Unread
from dbarch_widgets.importers.sqlglot_ddl.indexes import drop_index
from dbarch_widgets.importers.sqlglot_ddl.repairs_bigquery import options


def drop(altering: Altering, part: Cursor) -> None:
    """`DROP COLUMN a`, `DROP (a, b)`, `DROP CONSTRAINT c`, `DROP PRIMARY KEY`, `DROP INDEX i` …"""
    part.take("DROP")
    table = altering.table
    if part.take("PRIMARY", "KEY"):
        if table.primary_key is None:
            raise Unread(f"table {table.qname} has no primary key")
        table.taken.discard(table.primary_key.name.lower())
        table.primary_key = None
        part.take_any("CASCADE")
        part.take_any("KEEP", "DROP") and part.take("INDEX")
    elif part.take("PARTITION") or part.take("PERIOD", "FOR") or part.take("SUPPLEMENTAL"):
        part.rest()
    elif word := part.take_any("CONSTRAINT", "CHECK", "INDEX", "KEY", "FOREIGN", "UNIQUE"):
        if word == "FOREIGN":
            part.expect("KEY")
        _drop_constraint(altering, part)
        altering.going_on = _drop_constraint
    else:
        part.take_any("COLUMN", "COLUMNS")
        altering.going_on = _drop_column
        if part.sees("("):
            for element in part.group().parts():
                _drop_column(altering, element)
            part.take("CASCADE") and part.take("CONSTRAINTS")
        else:
            _drop_column(altering, part)


def _drop_constraint(altering: Altering, part: Cursor) -> None:
    draft, table = altering.draft, altering.table
    if part.take_any("COLUMN"):
        altering.going_on = _drop_column
        _drop_column(altering, part)
        return
    part.take_any("CONSTRAINT")
    if_there = part.take("IF", "EXISTS")
    if part.sees("("):
        columns = tuple(draft.column(table, p.name()).name for p in part.group().parts())
        table.unique = [unique for unique in table.unique if unique.columns != columns]
        return
    name = draft.dialect.fold(part.name())
    if part.take("WITH"):
        part.group()
    part.take_any("CASCADE", "RESTRICT")
    part.take_any("KEEP", "DROP") and part.take("INDEX")
    if not (changes.drop_constraint(table, name) or drop_index(draft, table, name)) and not if_there:
        raise Unread(f"there is no constraint or index {name!r} on table {table.qname}")


def _drop_column(altering: Altering, part: Cursor) -> None:
    if part.take_any("CONSTRAINT"):
        altering.going_on = _drop_constraint
        _drop_constraint(altering, part)
        return
    part.take_any("COLUMN")
    if_there = part.take("IF", "EXISTS")
    token = part.name()
    part.take_any("CASCADE", "RESTRICT") and part.take("CONSTRAINTS")
    known = altering.draft.column_key(token) in altering.table.columns
    # SQL Server takes the name of a constraint here as well.
    if not known and (if_there or changes.drop_constraint(altering.table, altering.draft.dialect.fold(token))):
        return
    column = altering.draft.column(altering.table, token)
    changes.drop_column(altering.draft, altering.table, column.name)


def rename(altering: Altering, part: Cursor) -> None:
    """`RENAME TO t`, `RENAME COLUMN a TO b`, `RENAME INDEX i TO j`, `RENAME CONSTRAINT c TO d`."""
    part.take("RENAME")
    draft, table = altering.draft, altering.table
    if part.take("COLUMN"):
        part.take("IF", "EXISTS")
        old = draft.column(table, part.name())
        part.expect("TO")
        changes.rename_column(draft, table, old.name, draft.dialect.fold(part.name()))
    elif part.take_any("INDEX", "KEY", "CONSTRAINT"):
        name = draft.dialect.fold(part.name())
        part.expect("TO")
        changes.rename_constraint(draft, table, name, draft.dialect.fold(part.name()))
    else:
        part.take_any("TO", "AS", "=")
        changes.rename_table(draft, table, part.dotted())


def with_check(altering: Altering, part: Cursor) -> None:
    """SQL Server: `WITH CHECK | NOCHECK` before ADD or CHECK CONSTRAINT."""
    part.take("WITH")
    word = part.take_any("CHECK", "NOCHECK")
    if not word:
        raise Unread(f"WITH is not understood {part.here()}")
    altering.check = word
    if word == "NOCHECK":
        line = altering.statement.line(part.tokens[part.at - 1])
        altering.draft.notes.add("WITH NOCHECK: the constraints count as not validated", line, altering.draft.file)


def switch(altering: Altering, part: Cursor) -> None:
    """`CHECK | NOCHECK CONSTRAINT c`, `ENABLE | DISABLE …`: whether a constraint is enforced."""
    word = part.next().up
    on = word in ("CHECK", "ENABLE")
    validated = {"ENABLE": True, "CHECK": True if altering.check == "CHECK" else None}.get(word, False)
    if part.take_any("VALIDATE", "NOVALIDATE") == "NOVALIDATE":
        validated = False
    if not part.take("CONSTRAINT"):
        part.rest()
        raise NotKept(f"{word} of what is no constraint changes nothing that the model holds")
    if part.take("ALL"):
        names = [key.name for key in altering.table.foreign_keys] + [check.name for check in altering.table.checks]
        for name in names:
            changes.switch_constraint(altering.table, name, on, validated)
        return

    def one(other: Altering, cursor: Cursor) -> None:
        changes.switch_constraint(other.table, other.draft.dialect.fold(cursor.name()), on, validated)

    altering.going_on = one
    one(altering, part)


def setting(altering: Altering, part: Cursor) -> None:
    """`SET (…)`, `SET TAGS`, `SET OPTIONS`: settings of the table."""
    part.take("SET")
    if part.take("COMMENT"):
        part.take("=")
        altering.table.comment = part.next().text or None
    elif part.take("OPTIONS"):
        kept = dict(options(part.group()))
        altering.table.comment = kept.pop("comment", altering.table.comment)
        altering.table.options.update(kept)
    else:
        part.rest()


def nothing(altering: Altering, part: Cursor) -> None:
    """Storage, statistics, partitions: nothing that the model holds."""
    words = altering.statement.words(part.rest())
    raise NotKept(f"{words[:60]!r} changes nothing that the model holds")
