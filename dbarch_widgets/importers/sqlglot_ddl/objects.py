"""Views, sequences, triggers, routines, types and schemas."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, NotKept, Unread
from dbarch_widgets.importers.sqlglot_ddl.draft import Draft
from dbarch_widgets.importers.sqlglot_ddl.statement import Statement
from dbarch_widgets.importers.sqlglot_ddl.types import read_type
from dbarch_widgets.model.objects import Domain, Function, Sequence, View
from dbarch_widgets.model.schema import QName

LONGEST_BODY = 20_000


def create_view(draft: Draft, statement: Statement) -> None:
    """`CREATE [OR REPLACE] [MATERIALIZED] VIEW name [(columns)] … AS query`."""
    cursor = statement.cursor
    before = {token.up for token in cursor.until(("VIEW", "LOG"))}
    if cursor.take("LOG"):
        raise NotKept("a log of a materialized view is not kept")
    cursor.expect("VIEW")
    if_absent = cursor.take("IF", "NOT", "EXISTS")
    qname, key = draft.created(cursor.dotted())
    if key in draft.tables:
        raise Unread(f"{qname} is already defined as a table")
    if key in draft.views and not {"REPLACE", "ALTER"} & before:
        if if_absent or statement.guarded:
            raise NotKept(f"view {qname} is already defined; the first definition is kept")
        raise Unread(f"view {qname} is already defined; the first definition is kept")
    if cursor.sees("("):
        cursor.group()
    comment = _view_options(cursor)
    query = cursor.rest()
    if not query:
        raise Unread("the view has no query")
    sql = statement.source[query[0].start : query[-1].end].rstrip("; \t\r\n")
    invoker = "INVOKER" in before
    draft.views[key] = View(
        qname.schema, qname.name, sql, "MATERIALIZED" in before, invoker, comment=comment, file=draft.file,
        line=draft.line,
    )  # fmt: skip


def _view_options(cursor: Cursor) -> str | None:
    comment = None
    while cursor and not cursor.take("AS"):
        if cursor.take("COMMENT"):
            cursor.take("=")
            comment = cursor.next().text or None
        elif cursor.sees("OPTIONS", "("):
            from dbarch_widgets.importers.sqlglot_ddl.repairs_bigquery import description

            cursor.next()
            comment = description(cursor.group())
        else:
            cursor.skip()
    return comment


def create_sequence(draft: Draft, statement: Statement) -> None:
    """`CREATE SEQUENCE name START WITH n INCREMENT BY n …`."""
    cursor = statement.cursor
    before = {token.up for token in cursor.until(("SEQUENCE",))}
    cursor.expect("SEQUENCE")
    if_absent = cursor.take("IF", "NOT", "EXISTS")
    qname, key = draft.created(cursor.dotted())
    if key in draft.sequences and "REPLACE" not in before:
        message = f"sequence {qname} is already defined; the first definition is kept"
        raise NotKept(message) if if_absent or statement.guarded else Unread(message)
    type_ = "bigint"
    if cursor.take("AS") and (written := read_type(cursor, statement.source)):
        type_ = draft.dialect.print_type(written)
    numbers: dict[str, int] = {}
    while cursor:
        word = cursor.next().up
        if word in ("START", "INCREMENT"):
            cursor.take_any("WITH", "BY")
            cursor.take("=")
            numbers[word] = _number(cursor)
    draft.sequences[key] = Sequence(
        qname.schema, qname.name, type_, numbers.get("START"), numbers.get("INCREMENT"), line=draft.line
    )


def _number(cursor: Cursor) -> int:
    sign = -1 if cursor.take("-") else 1
    token = cursor.next()
    try:
        return sign * int(token.text)
    except ValueError:
        raise Unread(f"expected a whole number, not {token.text[:40]!r}") from None


def create_routine(draft: Draft, statement: Statement) -> None:
    """`CREATE FUNCTION | PROCEDURE name (arguments) … body`."""
    cursor = statement.cursor
    cursor.until(("FUNCTION", "PROCEDURE", "PROC"))
    kind: Literal["function", "procedure"] = "function" if cursor.next().up == "FUNCTION" else "procedure"
    cursor.take("IF", "NOT", "EXISTS")
    qname, key = draft.created(cursor.dotted())
    arguments = ""
    if cursor.sees("("):
        arguments = statement.words(cursor.group().rest())
    elif cursor.peek().text.startswith("@"):
        arguments = statement.words(cursor.until(("AS", "WITH", "RETURNS")))
    returns = language = None
    while cursor and cursor.peek().up not in ("AS", "IS", "BEGIN", "RETURN"):
        if cursor.take("RETURNS"):
            cursor.take("TABLE")
            written = read_type(cursor, statement.source)
            returns = draft.dialect.print_type(written) if written else "TABLE"
        elif cursor.take("LANGUAGE"):
            language = cursor.next().text.lower()
        else:
            cursor.skip()
    if draft.dialect.name == "oracle" and cursor.take("RETURN"):
        written = read_type(cursor, statement.source)
        returns = draft.dialect.print_type(written) if written else None
    body = cursor.rest()
    text = statement.source[body[0].start : body[-1].end] if body else ""
    draft.functions[key] = Function(
        qname.schema,
        qname.name,
        arguments,
        returns,
        language or draft.dialect.language,
        kind,
        body=text[:LONGEST_BODY] or None,
        file=draft.file,
        line=draft.line,
    )


def create_type(draft: Draft, statement: Statement) -> None:
    """`CREATE TYPE name FROM type` and `CREATE DOMAIN`: other types are named and not kept."""
    cursor = statement.cursor
    cursor.until(("TYPE", "DOMAIN"))
    cursor.next()
    cursor.take("IF", "NOT", "EXISTS")
    qname, key = draft.created(cursor.dotted())
    if not cursor.take("FROM"):
        raise NotKept(f"dbarch keeps no model of the composite type {qname}")
    written = read_type(cursor, statement.source)
    if written is None:
        raise Unread(f"expected a type {cursor.here()}")
    nullable = not cursor.take("NOT", "NULL")
    draft.domains[key] = Domain(qname.schema, qname.name, draft.dialect.print_type(written), nullable, line=draft.line)


def create_synonym(draft: Draft, statement: Statement) -> None:
    """`CREATE SYNONYM name FOR table`: later statements may use either name."""
    cursor = statement.cursor
    cursor.until(("SYNONYM",))
    cursor.next()
    _, key = draft.created(cursor.dotted())
    cursor.expect("FOR")
    target = draft.key(*draft.split(cursor.dotted()))
    draft.synonyms[key] = target
    raise NotKept("a synonym is not kept; later statements may use it")


def create_schema(_draft: Draft, statement: Statement) -> None:
    """`CREATE SCHEMA name`: the model has schemas only as parts of names."""
    cursor = statement.cursor
    cursor.until(("SCHEMA", "DATABASE"))
    cursor.rest()


def use(draft: Draft, statement: Statement) -> None:
    """`USE name` decides where later objects go, where a database is a schema."""
    cursor = statement.cursor
    cursor.take("USE")
    word = cursor.take_any("DATABASE", "SCHEMA", "ROLE", "WAREHOUSE", "SECONDARY", "CATALOG")
    parts = cursor.dotted() if cursor else []
    if not parts or word in ("ROLE", "WAREHOUSE", "SECONDARY", "CATALOG"):
        raise NotKept("")
    names = draft.dialect.path(parts)
    if draft.dialect.schema_from_database or word == "SCHEMA" or len(names) > 1:
        draft.current_schema = draft.dialect.fold(names[-1])
    raise NotKept("")


def alter_view(draft: Draft, statement: Statement) -> None:
    """`ALTER VIEW`: a new query, a new name or a comment."""
    cursor = statement.cursor
    start = cursor.at
    cursor.take("ALTER")
    cursor.take("MATERIALIZED")
    cursor.expect("VIEW")
    cursor.take("IF", "EXISTS")
    schema, name = draft.split(cursor.dotted())
    key = draft.key(schema, name)
    if cursor.take("RENAME", "TO"):
        if key not in draft.views:
            raise Unread(f"view {QName(schema, name)} is not defined before this statement")
        new, new_key = draft.created(cursor.dotted())
        draft.views[new_key] = replace(draft.views.pop(key), schema=new.schema, name=new.name)
    elif cursor.take("SET", "COMMENT"):
        cursor.take("=")
        if key in draft.views:
            draft.views[key] = replace(draft.views[key], comment=cursor.next().text or None)
    elif any(token.up == "AS" for token in cursor.tokens[cursor.at : cursor.stop]):
        cursor.at = start
        create_view(draft, statement)
    else:
        raise NotKept("what this changes on a view is not kept")
