"""A column as CREATE TABLE and ALTER TABLE write it: name, type, and what stands beside it in any order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from dbarch_widgets.importers.sqlglot_ddl.constraints import add_constraint
from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, Unread
from dbarch_widgets.importers.sqlglot_ddl.draft import Draft, TableDraft
from dbarch_widgets.importers.sqlglot_ddl.repairs import repair_here
from dbarch_widgets.importers.sqlglot_ddl.statement import Statement
from dbarch_widgets.importers.sqlglot_ddl.tokens import Token
from dbarch_widgets.importers.sqlglot_ddl.types import read_type
from dbarch_widgets.model.schema import Column

# What ends an expression that no parenthesis holds.
_AFTER_EXPRESSION = frozenset(
    [
        "NOT",
        "NULL",
        "CONSTRAINT",
        "PRIMARY",
        "UNIQUE",
        "CHECK",
        "REFERENCES",
        "COLLATE",
        "COMMENT",
        "AUTO_INCREMENT",
        "AUTOINCREMENT",
        "IDENTITY",
        "GENERATED",
        "ENABLE",
        "DISABLE",
        "WITH",
        "KEY",
        "VIRTUAL",
        "STORED",
        "PERSISTED",
        "PERSISTENT",
        "INVISIBLE",
        "VISIBLE",
        "FIRST",
        "AFTER",
        "OPTIONS",
        "FOR",
        "ROWGUIDCOL",
        "SPARSE",
        "CHARACTER",
        "MASKING",
        "TAG",
        "DEFAULT",
        "ENCRYPT",
        "STORAGE",
        "COLUMN_FORMAT",
        "COMPRESSED",
        "SRID",
        "ON",
        "MASKED",
        "RENAME",
        "ENFORCED",
        "NOORDER",
    ]
)


class ColumnReading:
    """One column while it is read; `fields` become those of the model's Column."""

    def __init__(self, draft: Draft, table: TableDraft, statement: Statement, name: Token) -> None:
        self.draft, self.table, self.statement = draft, table, statement
        self.name = draft.dialect.fold(name)
        self.fields: dict[str, Any] = {}
        self.constraint: str | None = None
        self.position: tuple[str, Token | None] | None = None
        self.line = statement.line(name)

    def set(self, **fields: Any) -> None:
        self.fields.update(fields)

    def expression(self, tokens: Sequence[Token]) -> str:
        return self.statement.expression(tokens)

    def expect_expression(self, cursor: Cursor) -> Sequence[Token]:
        """Takes an expression that ends where the next attribute begins."""
        start = cursor.at
        if cursor.sees("NULL") or cursor.sees("NEXT", "VALUE", "FOR"):
            cursor.at += 3 if cursor.sees("NEXT") else 1
        cursor.until(_ends_expression)
        if cursor.at == start:
            raise Unread(f"expected an expression {cursor.here()}")
        return cursor.tokens[start : cursor.at]

    def constraint_here(self, cursor: Cursor) -> bool:
        """Takes a constraint beside the column and adds it to the table."""
        name, self.constraint = self.constraint, None
        return add_constraint(self.draft, self.table, self.statement, cursor, column=self.name, name=name)


def add_column(draft: Draft, table: TableDraft, statement: Statement, cursor: Cursor) -> ColumnReading:
    """Takes a whole column definition, up to the end of the cursor, and adds the column and its constraints.

    Raises:
        Unread: the table has a column of that name, or a constraint beside it cannot be; the table is as before.
    """
    reading = ColumnReading(draft, table, statement, cursor.name())
    key = draft.dialect.column_key(reading.name)
    if key in table.columns:
        raise Unread(f"column {reading.name!r} is defined twice in {table.qname}")
    before = _Lengths(table)
    # Constraints beside the column need it to be there; what it is, is known at the end.
    table.columns[key] = Column(reading.name, "", line=reading.line)
    try:
        printed = _type(reading, cursor)
        attributes(reading, cursor)
    except Unread:
        before.restore(table)
        del table.columns[key]
        raise
    if not printed and "generated" not in reading.fields:
        statement.remark(f"column {reading.name!r} has no type")
    nullable = table.columns[key].nullable and reading.fields.pop("nullable", True)
    table.columns[key] = replace(table.columns[key], type=printed, **{**reading.fields, "nullable": nullable})
    return reading


def change_column(
    draft: Draft, table: TableDraft, statement: Statement, cursor: Cursor, old: Column, *, keep: bool
) -> ColumnReading:
    """Takes the new definition of a column that is there. `keep`: what it does not say stays as it was."""
    reading = ColumnReading(draft, table, statement, cursor.name())
    key = draft.dialect.column_key(old.name)
    printed = _type(reading, cursor)
    attributes(reading, cursor)
    base = old if keep else Column(old.name, old.type, nullable=not _in_primary_key(table, old.name), line=old.line)
    table.columns[key] = replace(base, type=printed or old.type, **reading.fields)
    return reading


def _in_primary_key(table: TableDraft, name: str) -> bool:
    return table.primary_key is not None and name in table.primary_key.columns


def _type(reading: ColumnReading, cursor: Cursor) -> str:
    written = read_type(cursor, reading.statement.source)
    return reading.draft.dialect.print_type(written) if written else ""


class _Lengths:
    """How many constraints a table had, to go back to."""

    def __init__(self, table: TableDraft) -> None:
        self.primary_key = table.primary_key
        self.lengths = [len(found) for found in _lists(table)]

    def restore(self, table: TableDraft) -> None:
        table.primary_key = self.primary_key
        for found, length in zip(_lists(table), self.lengths, strict=True):
            del found[length:]


def _lists(table: TableDraft) -> tuple[list[Any], ...]:
    return (table.unique, table.foreign_keys, table.checks, table.indexes)


def attributes(reading: ColumnReading, cursor: Cursor) -> None:
    """Takes everything that stands beside a column after its type."""
    own = reading.draft.dialect.attributes
    while cursor:
        token = cursor.peek()
        handler = own.get(token.up) or _ATTRIBUTES.get(token.up)
        start = cursor.at
        if handler is not None and token.kind in ("word", "mark"):
            handler(reading, cursor)
        if cursor.at == start and not _repair(reading, cursor):
            unknown = cursor.skip()
            unknown += cursor.until(_known)
            reading.statement.remark(
                f"{reading.statement.words(unknown)[:60]!r} beside column {reading.name!r} is not understood"
            )


def _known(cursor: Cursor) -> bool:
    return cursor.peek().up in _ATTRIBUTES


def _ends_expression(cursor: Cursor) -> bool:
    token = cursor.peek()
    return token.kind == "word" and token.up in _AFTER_EXPRESSION and not cursor.sees("COLLATE", "(")


def _repair(reading: ColumnReading, cursor: Cursor) -> bool:
    token = cursor.peek()
    found = repair_here(reading.draft.dialect, "column", cursor)
    if found is None:
        return False
    repair, kept = found
    statement, draft = reading.statement, reading.draft
    if repair.name:
        draft.notes.add(repair.name, statement.line(token), draft.file)
    if repair.loses:
        statement.remark(repair.name)
    reading.table.options.update(kept)
    return True


# One function per word that can begin an attribute.


def _not(reading: ColumnReading, cursor: Cursor) -> None:
    if cursor.take("NOT", "NULL"):
        reading.constraint = None
        reading.set(nullable=False)


def _null(reading: ColumnReading, cursor: Cursor) -> None:
    cursor.take("NULL")
    reading.constraint = None
    reading.set(nullable=True)


def _default(reading: ColumnReading, cursor: Cursor) -> None:
    cursor.take("DEFAULT")
    on_null = cursor.take("ON", "NULL")
    if on_null:
        cursor.take("FOR", "INSERT", "ONLY")
        cursor.take("FOR", "INSERT", "AND", "UPDATE")
        reading.set(nullable=False)
        note(reading, cursor, "DEFAULT ON NULL read as DEFAULT and NOT NULL")
    if reading.constraint:
        reading.table.defaults[reading.constraint.lower()] = reading.draft.dialect.column_key(reading.name)
        reading.table.taken.add(reading.constraint.lower())
        reading.constraint = None
    text = reading.expression(reading.expect_expression(cursor))
    reading.set(default=None if text.upper() == "NULL" else text)


def note(reading: ColumnReading, cursor: Cursor, text: str) -> None:
    """One line of the report's notes."""
    place = cursor.tokens[max(cursor.at - 1, 0)]
    reading.draft.notes.add(text, reading.statement.line(place), reading.draft.file)


def _constraint(reading: ColumnReading, cursor: Cursor) -> None:
    cursor.take("CONSTRAINT")
    if cursor.peek().up not in ("PRIMARY", "UNIQUE", "CHECK", "REFERENCES", "NOT", "NULL", "DEFAULT"):
        reading.constraint = reading.draft.dialect.fold(cursor.name())


def _key(reading: ColumnReading, cursor: Cursor) -> None:
    reading.constraint_here(cursor)


def _foreign(reading: ColumnReading, cursor: Cursor) -> None:
    if cursor.sees("FOREIGN", "KEY", "REFERENCES"):
        cursor.at += 2
        reading.constraint_here(cursor)


def _collate(reading: ColumnReading, cursor: Cursor) -> None:
    cursor.take("COLLATE")
    cursor.take("=")
    reading.set(collation=cursor.name().text)


def _comment(reading: ColumnReading, cursor: Cursor) -> None:
    cursor.take("COMMENT")
    cursor.take("=")
    reading.set(comment=cursor.next().text or None)


def _identity(reading: ColumnReading, cursor: Cursor) -> None:
    cursor.next()
    if cursor.sees("("):
        cursor.group()
    while cursor.take_any("START", "INCREMENT"):
        cursor.take_any("WITH", "BY")
        cursor.take("=")
        cursor.take("-")
        cursor.next()
    cursor.take_any("ORDER", "NOORDER")
    reading.set(identity="by default", nullable=False)


def _sequence_options(cursor: Cursor) -> None:
    """`START WITH 1 INCREMENT BY 1 CACHE 20 NOCYCLE`: how the numbers run is not kept."""
    while word := cursor.take_any(*_SEQUENCE):
        if word in ("START", "INCREMENT"):
            cursor.take_any("WITH", "BY")
            cursor.take("LIMIT", "VALUE")
        if word in ("START", "INCREMENT", "MINVALUE", "MAXVALUE", "CACHE"):
            cursor.take("-")
            if cursor.peek().kind == "number":
                cursor.next()


_SEQUENCE = [
    "START",
    "INCREMENT",
    "MINVALUE",
    "MAXVALUE",
    "CACHE",
    "NOMINVALUE",
    "NOMAXVALUE",
    "NOCACHE",
    "CYCLE",
    "NOCYCLE",
    "ORDER",
    "NOORDER",
    "KEEP",
    "NOKEEP",
    "SCALE",
    "NOSCALE",
    "GLOBAL",
    "SESSION",
]


def _generated(reading: ColumnReading, cursor: Cursor) -> None:
    cursor.take("GENERATED")
    always = bool(cursor.take("ALWAYS"))
    if not always:
        cursor.take("BY", "DEFAULT")
        cursor.take("ON", "NULL")
    cursor.expect("AS")
    if cursor.take("IDENTITY"):
        if cursor.sees("("):
            cursor.group()
        _sequence_options(cursor)
        reading.set(identity="always" if always else "by default", nullable=False)
    elif word := cursor.take_any("ROW", "TRANSACTION_ID", "SEQUENCE_NUMBER"):
        edge = cursor.take_any("START", "END")
        cursor.take("HIDDEN")
        reading.table.options[f"{word} {edge}".lower()] = reading.name
    else:
        _computed(reading, cursor, "virtual")


def _as(reading: ColumnReading, cursor: Cursor) -> None:
    cursor.take("AS")
    _computed(reading, cursor, "virtual")


def _computed(reading: ColumnReading, cursor: Cursor, kind: str) -> None:
    """A generated column. The expression may stand without parentheses in SQL Server."""
    tokens = reading.expect_expression(cursor)
    word = cursor.take_any("STORED", "PERSISTED", "PERSISTENT", "VIRTUAL", "MATERIALIZED")
    if word:
        kind = "virtual" if word == "VIRTUAL" else "stored"
    reading.set(generated=reading.expression(tokens), generated_kind=kind)


def _on(reading: ColumnReading, cursor: Cursor) -> None:
    if cursor.take("ON", "UPDATE"):
        reading.set(on_update=reading.expression(reading.expect_expression(cursor)))


_ATTRIBUTES: dict[str, Callable[[ColumnReading, Cursor], None]] = {
    "NOT": _not,
    "NULL": _null,
    "DEFAULT": _default,
    "CONSTRAINT": _constraint,
    "PRIMARY": _key,
    "UNIQUE": _key,
    "CHECK": _key,
    "REFERENCES": _key,
    "FOREIGN": _foreign,
    "COLLATE": _collate,
    "COMMENT": _comment,
    "AUTO_INCREMENT": _identity,
    "AUTOINCREMENT": _identity,
    "IDENTITY": _identity,
    "GENERATED": _generated,
    "AS": _as,
    "ON": _on,
}
