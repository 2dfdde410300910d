"""Triggers whose statements stand in the trigger itself, as SQL Server and Oracle write them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, NotKept, Unread
from dbarch_widgets.importers.sqlglot_ddl.draft import Draft
from dbarch_widgets.importers.sqlglot_ddl.statement import Statement
from dbarch_widgets.importers.sqlglot_ddl.tokens import Token
from dbarch_widgets.model.objects import Trigger

LONGEST_BODY = 20_000
_EVENTS = ("INSERT", "UPDATE", "DELETE")
_BODY = ("AS", "BEGIN", "DECLARE", "CALL", "COMPOUND")


@dataclass
class _Head:
    """What stands between the name of a trigger and its body."""

    timing: Literal["before", "after", "instead of"] = "after"
    events: dict[str, None] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    table: list[Token] | None = None
    each_row: bool = False
    when: str | None = None


def create_trigger(draft: Draft, statement: Statement) -> None:
    """`CREATE TRIGGER name … ON table … body`; it calls no function, so `function` is empty."""
    cursor = statement.cursor
    cursor.until(("TRIGGER",))
    cursor.expect("TRIGGER")
    parts = cursor.dotted()
    qname, key = draft.created(parts)
    head = _head(draft, statement, cursor)
    if head.table is None:
        raise Unread("the trigger names no table")
    table = draft.table(head.table)
    cursor.take("AS")
    body = cursor.rest()
    text = statement.source[body[0].start : body[-1].end] if body else ""
    trigger = Trigger(
        qname.name,
        "",
        head.timing,
        tuple(head.events),
        head.each_row,
        when=head.when,
        columns=head.columns,
        body=text[:LONGEST_BODY] or None,
        file=draft.file,
        line=draft.line,
    )
    same = draft.dialect.table_key(qname.name)
    table.triggers = [old for old in table.triggers if draft.dialect.table_key(old.name) != same]
    table.triggers.append(trigger)
    draft.trigger_tables[key] = draft.key(table.schema, table.name)


def _head(draft: Draft, statement: Statement, cursor: Cursor) -> _Head:
    head = _Head()
    while cursor and not (head.table and cursor.peek().up in _BODY):
        if cursor.take("FOR", "EACH", "ROW"):
            head.each_row = True
        elif cursor.take("INSTEAD", "OF"):
            head.timing = "instead of"
        elif word := cursor.take_any("BEFORE", "AFTER", "FOR"):
            head.timing = "before" if word == "BEFORE" else "after"
        elif head.table is None and cursor.take("ON"):
            head.table = _target(cursor)
        elif word := cursor.take_any(*_EVENTS):
            head.events[word.lower()] = None
            if cursor.take("OF"):
                head.columns = _columns(draft, cursor)
        elif cursor.take("REFERENCING"):
            while cursor.take_any("NEW", "OLD", "PARENT"):
                cursor.take("AS")
                cursor.next()
        elif cursor.take("WHEN"):
            head.when = statement.expression(cursor.group().rest())
        else:
            cursor.skip()
    return head


def _target(cursor: Cursor) -> list[Token]:
    if cursor.take("ALL", "SERVER") or cursor.take("DATABASE") or cursor.take("SCHEMA"):
        raise NotKept("a trigger on the database itself is not kept")
    if cursor.take("NESTED", "TABLE"):
        cursor.until(("OF",))
        cursor.take("OF")
    parts = cursor.dotted()
    if len(parts) > 1 and parts[-1].up == "SCHEMA":
        raise NotKept("a trigger on the database itself is not kept")
    return parts


def _columns(draft: Draft, cursor: Cursor) -> tuple[str, ...]:
    found = [draft.dialect.fold(cursor.name())]
    while cursor.take(","):
        found.append(draft.dialect.fold(cursor.name()))
    return tuple(found)
