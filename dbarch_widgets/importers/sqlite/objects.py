"""Views, triggers, virtual tables and the keys of indexes, out of the statements that SQLite stores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dbarch_widgets.importers.sqlite.declared import Cursor, split_commas
from dbarch_widgets.importers.sqlite.tokens import Token, fold, spell, tokens, unquote, written
from dbarch_widgets.model.objects import Trigger


@dataclass(frozen=True)
class IndexText:
    """The keys of a CREATE INDEX as written, without order and collation, and its WHERE."""

    keys: tuple[str, ...]
    where: str | None = None


def read_index(text: str) -> IndexText:
    """Raises Unread: it is no CREATE INDEX."""
    cursor = Cursor(tokens(text))
    cursor.skip_create("INDEX")
    cursor.qualified_name()
    cursor.expect_word("ON")
    cursor.next()
    keys = tuple(_index_key(item) for item in split_commas(cursor.group()))
    where = spell(cursor.rest()) if cursor.take_word("WHERE") else None
    return IndexText(keys, where)


def _index_key(items: list[Token]) -> str:
    if items[-1].upper in ("ASC", "DESC"):
        items = items[:-1]
    if len(items) > 2 and items[-2].upper == "COLLATE":
        items = items[:-2]
    return spell(items)


def view_query(text: str) -> str:
    """The query of a CREATE VIEW. A list of column names becomes a WITH around it, as the model has no other place.

    Raises:
        Unread: it is no CREATE VIEW.
    """
    cursor = Cursor(tokens(text))
    cursor.skip_create("VIEW")
    _, name = cursor.qualified_name()
    columns = cursor.group() if cursor.text() == "(" else None
    cursor.expect_word("AS")
    query = spell(cursor.rest())
    if columns is None:
        return query
    return f"WITH {written(name)}({spell(columns)}) AS ({query}) SELECT * FROM {written(name)}"


def read_trigger(text: str) -> tuple[str, Trigger]:
    """The table or view (in SQLite's folded form) that the trigger watches, and the trigger.

    Raises:
        Unread: it is no CREATE TRIGGER.
    """
    cursor = Cursor(tokens(text))
    cursor.skip_create("TRIGGER")
    _, name = cursor.qualified_name()
    timing: Literal["before", "after", "instead of"] = "before"
    if cursor.take_word("AFTER"):
        timing = "after"
    elif cursor.take_word("INSTEAD"):
        cursor.expect_word("OF")
        timing = "instead of"
    else:
        cursor.take_word("BEFORE")
    event = cursor.next().upper.lower()
    columns: list[str] = []
    while cursor.word() != "ON":
        item = cursor.next()
        if item.text != "," and item.upper != "OF":
            columns.append(unquote(item))
    cursor.expect_word("ON")
    _, table = cursor.qualified_name()
    when, body = _when_and_body(cursor)
    trigger = Trigger(name, "", timing, (event,), for_each_row=True, when=when, columns=tuple(columns), body=body)
    return fold(table), trigger


def _when_and_body(cursor: Cursor) -> tuple[str | None, str]:
    items = cursor.rest()
    begin = next((at for at, item in enumerate(items) if item.upper == "BEGIN"), len(items))
    head = items[:begin]
    if len(head) >= 3 and [item.upper for item in head[:3]] == ["FOR", "EACH", "ROW"]:
        head = head[3:]
    when = spell(head[1:]) if head and head[0].upper == "WHEN" else None
    return when, spell(items[begin:])


def module_of(text: str) -> tuple[str, str, str]:
    """Name, module and arguments of a CREATE VIRTUAL TABLE.

    Raises:
        Unread: it is no CREATE VIRTUAL TABLE.
    """
    cursor = Cursor(tokens(text))
    cursor.skip_create("TABLE")
    _, name = cursor.qualified_name()
    cursor.expect_word("USING")
    module = unquote(cursor.next())
    return name, module, spell(cursor.group()) if cursor.text() == "(" else ""
