"""DROP and RENAME of whole objects, COMMENT ON, GRANT and REVOKE."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dbarch_widgets.importers.sqlglot_ddl import changes
from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, NotKept, Unread
from dbarch_widgets.importers.sqlglot_ddl.draft import Draft
from dbarch_widgets.importers.sqlglot_ddl.indexes import drop_index
from dbarch_widgets.importers.sqlglot_ddl.statement import Statement
from dbarch_widgets.model.objects import Grant, Role
from dbarch_widgets.model.schema import QName

_BEFORE = ("MATERIALIZED", "TEMPORARY", "TEMP", "PUBLIC", "EXTERNAL", "DYNAMIC", "FORCE")
_FORGOTTEN = frozenset(
    ["SCHEMA", "DATABASE", "USER", "ROLE", "SYNONYM", "TYPE", "DOMAIN", "EVENT", "TASK", "STREAM", "STAGE", "PACKAGE"]
)


def drop(draft: Draft, statement: Statement) -> None:
    """`DROP TABLE | VIEW | INDEX | SEQUENCE | TRIGGER | FUNCTION … name, name …`."""
    cursor = statement.cursor
    cursor.expect("DROP")
    cursor.take_any(*_BEFORE)
    kind = cursor.next().up
    if_there = cursor.take("IF", "EXISTS") or statement.guarded
    missing = []
    for part in cursor.parts():
        try:
            _one(draft, kind, part)
        except Unread as error:
            if isinstance(error, NotKept) or not if_there:
                missing.append(error)
    if missing:
        raise missing[0]


def _one(draft: Draft, kind: str, part: Cursor) -> None:
    if kind == "INDEX":
        _index(draft, part)
        return
    if kind in ("DATABASE", "SCHEMA"):
        _schema(draft, draft.dialect.fold(part.dotted()[-1]), kind)
        return
    parts = part.dotted()
    if kind == "TABLE":
        changes.drop_table(draft, draft.table(parts))
    elif kind == "VIEW":
        _pop(draft, draft.views, parts, "view")
    elif kind == "SEQUENCE":
        _pop(draft, draft.sequences, parts, "sequence")
    elif kind in ("FUNCTION", "PROCEDURE", "PROC"):
        _pop(draft, draft.functions, parts, "routine")
    elif kind == "TRIGGER":
        _trigger(draft, parts)
    elif kind in ("TYPE", "DOMAIN") and draft.key(*draft.split(parts)) in draft.domains:
        _pop(draft, draft.domains, parts, "type")
    elif kind in ("ROLE", "USER"):
        draft.roles.pop(draft.dialect.fold(parts[-1]), None)
    else:
        raise NotKept(f"DROP {kind} changes nothing that the model holds")


def _pop(draft: Draft, among: dict[QName, Any], parts: list[Any], word: str) -> None:
    schema, name = draft.split(parts)
    if among.pop(draft.key(schema, name), None) is None:
        raise Unread(f"{word} {QName(schema, name)} is not defined before this statement")


def _schema(draft: Draft, name: str, kind: str) -> None:
    """With a schema goes what is in it; a database of SQL Server or Snowflake is more than the model names."""
    if kind == "DATABASE" and not draft.dialect.schema_from_database:
        raise NotKept("DROP DATABASE changes nothing that the model holds")
    key = draft.dialect.table_key(name)
    for table in [table for place, table in draft.tables.items() if place.schema == key]:
        changes.drop_table(draft, table)
    for among in (draft.views, draft.sequences, draft.functions):
        kept: Any = among
        for place in [place for place in kept if place.schema == key]:
            del kept[place]


def _trigger(draft: Draft, parts: list[Any]) -> None:
    schema, name = draft.split(parts)
    owner = draft.trigger_tables.pop(draft.key(schema, name), None)
    table = draft.tables.get(owner) if owner else None
    if table is None:
        raise Unread(f"trigger {QName(schema, name)} is not defined before this statement")
    table.triggers = [t for t in table.triggers if draft.dialect.table_key(t.name) != draft.dialect.table_key(name)]


def _index(draft: Draft, part: Cursor) -> None:
    """`DROP INDEX i ON t`, `DROP INDEX t.i` (SQL Server's old form) or `DROP INDEX i`."""
    parts = part.dotted()
    if part.take("ON"):
        table = draft.table(part.dotted())
        name = draft.dialect.fold(parts[-1])
    else:
        schema, name = draft.split(parts)
        found = draft.owner_of_index(schema, name)
        if found is None and len(parts) > 1:
            found = draft.find_table(parts[:-1])
        if found is None:
            raise Unread(f"index {name!r} is not defined before this statement")
        table = found
    part.rest()
    if not (drop_index(draft, table, name) or changes.drop_constraint(table, name)):
        raise Unread(f"there is no index {name!r} on table {table.qname}")


def rename_tables(draft: Draft, statement: Statement) -> None:
    """`RENAME TABLE a TO b, c TO d` (MySQL), `RENAME a TO b` (Oracle)."""
    cursor = statement.cursor
    cursor.expect("RENAME")
    cursor.take_any("TABLE", "TABLES")
    for part in cursor.parts():
        old = part.dotted()
        part.expect("TO")
        new = part.dotted()
        key = draft.key(*draft.split(old))
        if key in draft.views:
            qname, new_key = draft.created(new)
            draft.views[new_key] = replace(draft.views.pop(key), schema=qname.schema, name=qname.name)
        else:
            changes.rename_table(draft, draft.table(old), new)


def comment_on(draft: Draft, statement: Statement) -> None:
    """`COMMENT [IF EXISTS] ON TABLE | COLUMN | VIEW | INDEX … name IS 'text'`."""
    cursor = statement.cursor
    cursor.expect("COMMENT")
    if_there = cursor.take("IF", "EXISTS")
    cursor.expect("ON")
    cursor.take_any("MATERIALIZED")
    kind = cursor.next().up
    parts = cursor.dotted()
    cursor.until(("IS",))
    cursor.expect("IS")
    text = cursor.next().text or None
    try:
        _comment(draft, kind, parts, text)
    except Unread:
        if not if_there:
            raise


def _comment(draft: Draft, kind: str, parts: list[Any], text: str | None) -> None:
    key = draft.key(*draft.split(parts))
    if kind in ("TABLE", "VIEW", "MVIEW") and key in draft.views:
        draft.views[key] = replace(draft.views[key], comment=text)
    elif kind == "TABLE":
        draft.table(parts).comment = text
    elif kind == "COLUMN":
        if len(parts) < 2:
            raise Unread("a comment on a column needs its table")
        table = draft.table(parts[:-1])
        column = draft.column(table, parts[-1])
        table.columns[draft.dialect.column_key(column.name)] = replace(column, comment=text)
    elif kind == "INDEX" and (owner := draft.owner_of_index(*draft.split(parts))):
        same = draft.dialect.fold(parts[-1]).lower()
        owner.indexes = [replace(i, comment=text) if i.name.lower() == same else i for i in owner.indexes]
    elif kind in ("FUNCTION", "PROCEDURE") and key in draft.functions:
        draft.functions[key] = replace(draft.functions[key], comment=text)
    else:
        raise NotKept(f"a comment on {kind.lower()} has no place in the model")


def grant(draft: Draft, statement: Statement) -> None:
    """`GRANT privileges ON [TABLE] name TO roles [WITH GRANT OPTION]`."""
    cursor = statement.cursor
    cursor.expect("GRANT")
    privileges, columns = _privileges(draft, cursor)
    if not cursor.take("ON"):
        _membership(draft, cursor, privileges)
        return
    kind = cursor.take_any("TABLE", "VIEW", "OBJECT") if not cursor.sees("TABLE", ".") else ""
    if cursor.take(":", ":") or cursor.take("::"):
        kind = kind or "OBJECT"
    if cursor.peek().up in (
        "ALL",
        "SCHEMA",
        "DATABASE",
        "WAREHOUSE",
        "FUTURE",
        "FUNCTION",
        "PROCEDURE",
        "*",
        "DIRECTORY",
    ):
        raise NotKept(f"dbarch keeps no grants on {cursor.peek().text}")
    parts = cursor.dotted()
    if cursor.take(".", "*"):
        raise NotKept("dbarch keeps no grants on whole databases")
    if cursor.sees("("):
        columns = tuple(draft.dialect.fold(part.name()) for part in cursor.group().parts())
    cursor.expect("TO")
    roles = _roles(draft, cursor)
    option = cursor.take("WITH", "GRANT", "OPTION")
    given = [
        Grant(role, privileges, columns, option, role not in draft.roles, draft.line, file=draft.file) for role in roles
    ]
    key = draft.key(*draft.split(parts))
    if table := draft.find_table(parts):
        table.grants += given
    elif key in draft.views:
        draft.views[key] = replace(draft.views[key], grants=(*draft.views[key].grants, *given))
    elif key in draft.functions or key in draft.sequences or kind not in ("TABLE", "VIEW", ""):
        raise NotKept("dbarch keeps grants on tables and views only")
    else:
        raise Unread(f"table {key} is not defined before this statement")


def _privileges(draft: Draft, cursor: Cursor) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found: list[str] = []
    columns: tuple[str, ...] = ()
    while cursor and cursor.peek().up not in ("ON", "TO"):
        words = cursor.until((",", "ON", "TO", "("))
        if words:
            found.append(" ".join(token.up for token in words))
        if cursor.sees("("):
            columns = tuple(draft.dialect.fold(part.name()) for part in cursor.group().parts())
        cursor.take(",")
    shown = ["ALL" if word == "ALL PRIVILEGES" else word for word in found]
    return tuple(shown), columns


def _roles(draft: Draft, cursor: Cursor) -> list[str]:
    roles = []
    while True:
        cursor.take_any("ROLE", "USER", "SHARE")
        token = cursor.name()
        name = draft.dialect.fold(token)
        if cursor.take("@"):  # MySQL: 'user'@'host'
            name += "@" + cursor.name().text
        roles.append("public" if token.up == "PUBLIC" else name)
        if not cursor.take(","):
            return roles


def _membership(draft: Draft, cursor: Cursor, granted: tuple[str, ...]) -> None:
    """`GRANT role TO role`: kept where the statement before made the member."""
    cursor.expect("TO")
    for member in _roles(draft, cursor):
        if member in draft.roles:
            role = draft.roles[member]
            draft.roles[member] = replace(role, member_of=(*role.member_of, *granted))


def create_role(draft: Draft, statement: Statement) -> None:
    """`CREATE ROLE name`, `CREATE USER name`."""
    cursor = statement.cursor
    cursor.until(("ROLE", "USER", "LOGIN"))
    login = cursor.peek().up != "ROLE"
    cursor.next()
    cursor.take("IF", "NOT", "EXISTS")
    for name in _roles(draft, cursor):
        draft.roles.setdefault(name, Role(name, login=login, line=draft.line))


def revoke(draft: Draft, statement: Statement) -> None:
    """`REVOKE privileges ON table FROM role`: takes off what was granted before."""
    cursor = statement.cursor
    cursor.expect("REVOKE")
    cursor.take("GRANT", "OPTION", "FOR")
    privileges, _ = _privileges(draft, cursor)
    if not cursor.take("ON"):
        raise NotKept("")
    cursor.take_any("TABLE", "VIEW", "OBJECT")
    cursor.take("::")
    table = draft.find_table(cursor.dotted())
    if table is None or not cursor.take("FROM"):
        raise NotKept("there is no grant on this that the model holds")
    gone = set(_roles(draft, cursor))
    kept = []
    for given in table.grants:
        left = () if "ALL" in privileges else tuple(p for p in given.privileges if p not in privileges)
        if given.role not in gone:
            kept.append(given)
        elif left:
            kept.append(replace(given, privileges=left))
    table.grants = kept
