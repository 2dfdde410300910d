"""MySQL's triggers and routines, whose bodies stand in the statement, and its sequences."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from dbarch_widgets.importers.sqlglot_ddl import objects
from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, NotKept, Unread
from dbarch_widgets.importers.sqlglot_ddl.draft import Draft
from dbarch_widgets.importers.sqlglot_ddl.mysql_expressions import quoted
from dbarch_widgets.importers.sqlglot_ddl.mysql_types import parts_of, print_type
from dbarch_widgets.importers.sqlglot_ddl.statement import Statement
from dbarch_widgets.importers.sqlglot_ddl.tokens import Token, tokenize
from dbarch_widgets.importers.sqlglot_ddl.types import read_type
from dbarch_widgets.model.objects import Function, Trigger
from dbarch_widgets.sql.split_lexis import MYSQL

_TIMING: dict[str, Literal["before", "after"]] = {"BEFORE": "before", "AFTER": "after"}
_ACCESS = ("CONTAINS", "NO", "READS", "MODIFIES")


def create_trigger(draft: Draft, statement: Statement) -> None:
    """`CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW body`."""
    cursor = statement.cursor
    replaces = cursor.peek(1).up == "OR"
    cursor.until(("TRIGGER",))
    cursor.expect("TRIGGER")
    if_absent = cursor.take("IF", "NOT", "EXISTS")
    parts = cursor.dotted()
    qname, _ = draft.created(parts)
    timing, event = cursor.take_any("BEFORE", "AFTER"), cursor.take_any("INSERT", "UPDATE", "DELETE")
    cursor.expect("ON")
    on = cursor.dotted()
    cursor.expect("FOR", "EACH", "ROW")
    if cursor.take_any("FOLLOWS", "PRECEDES"):
        cursor.name()
    if not timing or not event:
        raise Unread("the trigger does not say when it runs")
    table = draft.table(on)
    place = draft.key(table.schema, qname.name)
    if place in draft.trigger_tables and not replaces:
        message = f"trigger {qname} is already defined; the first definition is kept"
        raise NotKept(message) if if_absent else Unread(message)
    table.triggers = [trigger for trigger in table.triggers if trigger.name.lower() != qname.name.lower()]
    table.triggers.append(
        Trigger(
            qname.name,
            "",
            _TIMING[timing],
            (event.lower(),),
            for_each_row=True,
            body=_body(statement, cursor),
            file=draft.file,
            line=draft.line,
        )
    )
    draft.trigger_tables[place] = draft.key(table.schema, table.name)


def _body(statement: Statement, cursor: Cursor) -> str:
    tokens = cursor.rest()
    if not tokens:
        raise Unread("there is no body")
    return statement.source[tokens[0].start : tokens[-1].end].rstrip("; \n\t")


def create_routine(draft: Draft, statement: Statement) -> None:
    """`CREATE FUNCTION | PROCEDURE name (arguments) … body`."""
    cursor = statement.cursor
    replaces = cursor.peek(1).up == "OR"
    cursor.until(("FUNCTION", "PROCEDURE"))
    kind: Literal["function", "procedure"] = "function" if cursor.next().up == "FUNCTION" else "procedure"
    if_absent = cursor.take("IF", "NOT", "EXISTS")
    qname, key = draft.created(cursor.dotted())
    if not cursor.sees("("):
        raise NotKept("a function from a library is not kept")
    if key in draft.functions and not replaces and draft.functions[key].kind == kind:
        message = f"{kind} {qname} is already defined; the first definition is kept"
        raise NotKept(message) if if_absent else Unread(message)
    arguments = ", ".join(_argument(statement, part, kind) for part in cursor.group().parts())
    returns = None
    if kind == "function":
        cursor.expect("RETURNS")
        returns = _type(statement, cursor)
    found = Function(
        qname.schema,
        qname.name,
        arguments,
        returns,
        "sql",
        kind,
        security_definer=True,
        file=draft.file,
        line=draft.line,
    )
    found = _characteristics(found, cursor)
    draft.functions[key] = replace(found, body=_body(statement, cursor))


def _argument(statement: Statement, part: Cursor, kind: str) -> str:
    mode = "" if kind == "function" else "in "
    more = part.peek(1).kind in ("word", "name") and part.peek(2).kind != "end"
    if more and (word := part.take_any("IN", "OUT", "INOUT")):
        mode = "" if kind == "function" else f"{word.lower()} "
    name = part.name().text
    return f"{mode}{quoted(name)} {_type(statement, part)}"


def _type(statement: Statement, cursor: Cursor) -> str:
    """A type as the catalog's DTD_IDENTIFIER has it: with the character set where one is written."""
    written = read_type(cursor, statement.source)
    if written is None:
        raise Unread(f"expected a type {cursor.here()}")
    shown = print_type(written)
    while True:
        if not (cursor.take("CHARACTER", "SET") or cursor.take_any("CHARSET", "COLLATE")):
            break
        cursor.next()
    name, _, _ = parts_of(shown)
    return "longtext" if name == "json" else shown


def _characteristics(found: Function, cursor: Cursor) -> Function:
    while cursor:
        if cursor.take("COMMENT"):
            found = replace(found, comment=cursor.next().text or None)
        elif cursor.take("LANGUAGE"):
            cursor.next()
        elif cursor.take("NOT", "DETERMINISTIC"):
            continue
        elif cursor.take("DETERMINISTIC"):
            found = replace(found, volatility="immutable")
        elif cursor.take("SQL", "SECURITY"):
            found = replace(found, security_definer=cursor.next().up == "DEFINER")
        elif cursor.peek().up in _ACCESS and cursor.peek(1).up == "SQL":
            cursor.at += 2
        elif cursor.peek().up in _ACCESS and cursor.sees(cursor.peek().up, "SQL", "DATA"):
            cursor.at += 3
        else:
            return found
        cursor.take("DATA")
    return found


def create_view(draft: Draft, statement: Statement) -> None:
    """CREATE VIEW; names behind the view's own become aliases in its query, as in the server's catalog."""
    cursor = statement.cursor
    start = cursor.at
    cursor.until(("VIEW",))
    cursor.next()
    cursor.take("IF", "NOT", "EXISTS")
    _, key = draft.created(cursor.dotted())
    names = [part.name().text for part in cursor.group().parts()] if cursor.sees("(") else []
    cursor.at = start
    objects.create_view(draft, statement)
    if names:
        view = draft.views[key]
        sql = _with_aliases(view.sql, names)
        if sql is None:
            statement.remark("the names of the view's columns are not kept")
        else:
            draft.views[key] = replace(view, sql=sql)


def _with_aliases(sql: str, names: list[str]) -> str | None:
    """The query with these names for its columns; None where it does not list as many."""
    cursor = Cursor(tokenize(sql, MYSQL))
    if not cursor.take("SELECT"):
        return None
    cursor.take_any("DISTINCT", "ALL", "DISTINCTROW")
    head = sql[: cursor.peek().start]
    listed = cursor.until(("FROM", "UNION", "WHERE", "LIMIT", "WITH", "HAVING", "ORDER", "GROUP"))
    if not listed:
        return None
    parts = [part.until(("AS",)) for part in Cursor(listed).parts()]
    if len(parts) != len(names) or any(not part or part[-1].up == "*" or _named(part) for part in parts):
        return None
    shown = [f"{sql[part[0].start : part[-1].end]} AS {quoted(name)}" for part, name in zip(parts, names, strict=True)]
    return f"{head}{', '.join(shown)}{sql[listed[-1].end :]}"


def _named(part: list[Token]) -> bool:
    """Whether an alias without AS may stand at the end."""
    before = part[-2] if len(part) > 1 else None
    return part[-1].kind in ("word", "name") and before is not None and (before.kind != "mark" or before.up == ")")


def create_sequence(draft: Draft, statement: Statement) -> None:
    """MariaDB's: they start at 1 and go up by 1 where nothing else is said."""
    before = set(draft.sequences)
    objects.create_sequence(draft, statement)
    for key in draft.sequences.keys() - before:
        found = draft.sequences[key]
        draft.sequences[key] = replace(
            found, start=1 if found.start is None else found.start, increment=found.increment or 1
        )
