"""Keys, foreign keys and checks, as written beside a column, in the table's list, or in ALTER TABLE."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, Unread
from dbarch_widgets.importers.sqlglot_ddl.dialect import Place
from dbarch_widgets.importers.sqlglot_ddl.draft import Draft, TableDraft
from dbarch_widgets.importers.sqlglot_ddl.expressions import bare, columns_used, text_of
from dbarch_widgets.importers.sqlglot_ddl.repairs import repair_here
from dbarch_widgets.importers.sqlglot_ddl.statement import Statement
from dbarch_widgets.model.schema import Action, Check, ForeignKey, Index, IndexKey, PrimaryKey, Unique

_ACTIONS: dict[tuple[str, ...], Action] = {
    ("NO", "ACTION"): "no action",
    ("RESTRICT",): "restrict",
    ("CASCADE",): "cascade",
    ("SET", "NULL"): "set null",
    ("SET", "DEFAULT"): "set default",
}
# What begins a constraint in a list of columns, where it cannot be the name of a column.
_STARTS = (
    ("CONSTRAINT",),
    ("PRIMARY", "KEY"),
    ("FOREIGN", "KEY"),
    ("UNIQUE",),
    ("CHECK", "("),
    ("CHECK", "NOT", "FOR", "REPLICATION", "("),
)


@dataclass
class Tail:
    """What stands behind a constraint."""

    deferrable: bool = False
    deferred: bool = False
    validated: bool = True
    enforced: bool = True
    include: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)


class Given(NamedTuple):
    """Where a constraint stands and what stood before it. `beside` holds the column that it is written beside."""

    draft: Draft
    table: TableDraft
    statement: Statement
    cursor: Cursor
    name: str | None
    beside: tuple[str, ...]
    line: int
    validated: bool


def starts_constraint(cursor: Cursor) -> bool:
    """Whether a constraint comes next, not a column."""
    return any(cursor.sees(*words) for words in _STARTS)


def add_constraint(
    draft: Draft,
    table: TableDraft,
    statement: Statement,
    cursor: Cursor,
    *,
    column: str | None = None,
    name: str | None = None,
    validated: bool = True,
) -> bool:
    """Takes one constraint and adds it to the table; False where none comes next.

    `column` is the one that it is written beside, `name` what stood behind CONSTRAINT.

    Raises:
        Unread: it names a column that the table does not have, or a second primary key.
    """
    start = cursor.peek()
    if name is None and cursor.take("CONSTRAINT") and not any(cursor.sees(*words) for words in _STARTS[1:]):
        name = draft.dialect.fold(cursor.name())
    line = statement.line(start)
    given = Given(draft, table, statement, cursor, name, (column,) if column else (), line, validated)
    if cursor.take("PRIMARY", "KEY") or (column and cursor.take("KEY")):
        _primary(given)
    elif cursor.take("UNIQUE"):
        _unique(given)
    elif cursor.take("FOREIGN", "KEY") or (column and cursor.sees("REFERENCES")):
        _foreign(given)
    elif cursor.take("CHECK"):
        _check(given)
    else:
        return False
    return True


def _primary(given: Given) -> None:
    draft, table, statement, cursor, name, beside, line, _ = given
    tail = read_tail(draft, statement, cursor, "key", stop_at_group=True)
    if not beside and cursor.peek().kind in ("word", "name") and not cursor.sees("USING"):
        cursor.next()  # MySQL takes a name here and forgets it
        tail = _joined(tail, read_tail(draft, statement, cursor, "key", stop_at_group=True))
    keys = key_list(draft, table, statement, cursor.group()) if cursor.sees("(") else ()
    columns = _plain(draft, table, statement, keys) or beside
    tail = _joined(tail, read_tail(draft, statement, cursor, "key"))
    tail.options.pop("method", None)
    tail.options.pop("index comment", None)
    if table.primary_key is not None:
        raise Unread(f"table {table.qname} already has a primary key")
    if not columns:
        raise Unread("the primary key names no column")
    name = _taken(table, name) or draft.free_name(table, "primary", columns)
    table.primary_key = PrimaryKey(name, columns, tail.include, tail.deferrable, tail.deferred, line)
    _keep_options(table, tail, name)
    for column in columns:
        key = draft.dialect.column_key(column)
        table.columns[key] = replace(table.columns[key], nullable=False)


def _unique(given: Given) -> None:
    draft, table, statement, cursor, name, beside, line, _ = given
    cursor.take_any("KEY", "INDEX")
    tail = read_tail(draft, statement, cursor, "key", stop_at_group=True)
    if not beside and cursor.peek().kind in ("word", "name") and not cursor.sees("USING"):
        name = draft.dialect.fold(cursor.name())
        tail = _joined(tail, read_tail(draft, statement, cursor, "key", stop_at_group=True))
    keys = key_list(draft, table, statement, cursor.group()) if cursor.sees("(") else ()
    keys = keys or tuple(IndexKey(column) for column in beside)
    tail = _joined(tail, read_tail(draft, statement, cursor, "key"))
    columns = tuple(key.column for key in keys if key.column is not None)
    name = _taken(table, name) or draft.free_name(table, "unique", columns)
    method = tail.options.pop("method", "").lower()
    if method == "hash":
        keys = tuple(replace(key, order="asc") for key in keys)  # such an index has no order
    more = any(key.length or (key.order == "desc" and draft.dialect.index_elements) for key in keys)
    comment = tail.options.pop("index comment", None)
    if len(columns) < len(keys) or more or comment:
        index = Index(
            name, keys, method or draft.dialect.default_method, unique=True, comment=comment, file=draft.file, line=line
        )
        table.indexes.append(index)
        return
    table.unique.append(
        Unique(
            name,
            columns,
            include=tail.include,
            deferrable=tail.deferrable,
            initially_deferred=tail.deferred,
            line=line,
        )
    )
    _keep_options(table, tail, name)


def _foreign(given: Given) -> None:
    draft, table, statement, cursor, name, beside, line, validated = given
    columns = beside
    if not beside:
        if not cursor.sees("("):
            index_name = draft.dialect.fold(cursor.name())  # MySQL's name of the index behind the key
            name = name or index_name
        keys = key_list(draft, table, statement, cursor.group())
        columns = tuple(key.column for key in keys if key.column is not None)
        if len(columns) < len(keys):
            raise Unread("a foreign key on an expression")
    cursor.expect("REFERENCES")
    target = draft.split(cursor.dotted())
    listed = cursor.group() if cursor.sees("(") else None
    ref_columns = tuple(draft.dialect.fold(part.name()) for part in listed.parts()) if listed else ()
    actions: dict[str, Action] = {}
    match = "simple"
    tail = Tail(validated=validated, enforced=draft.dialect.enforces)
    while cursor:
        if cursor.take("ON", "DELETE"):
            actions["on_delete"] = _action(cursor)
        elif cursor.take("ON", "UPDATE"):
            actions["on_update"] = _action(cursor)
        elif cursor.take("MATCH"):
            match = cursor.next().up.lower()
        elif not tail_clause(draft, statement, cursor, "constraint", tail):
            break
    table.foreign_keys.append(
        ForeignKey(
            _taken(table, name) or draft.free_name(table, "foreign", columns),
            columns,
            *target,
            ref_columns,
            on_delete=actions.get("on_delete", draft.dialect.default_action),
            on_update=actions.get("on_update", draft.dialect.default_action),
            match="full" if match == "full" else "simple",
            deferrable=tail.deferrable,
            initially_deferred=tail.deferred,
            validated=tail.validated,
            enforced=tail.enforced,
            line=line,
        )
    )


def _action(cursor: Cursor) -> Action:
    for words, action in _ACTIONS.items():
        if cursor.take(*words):
            return action
    raise Unread(f"expected an action {cursor.here()}")


def _check(given: Given) -> None:
    draft, table, statement, cursor, name, beside, line, validated = given
    if beside and draft.dialect.check_named_after_column:
        name = beside[0]
        table.own.setdefault("beside", {})[name.lower()] = draft.dialect.column_key(name)
    tail = read_tail(draft, statement, cursor, "constraint", stop_at_group=True)
    inner = cursor.group().rest()
    tail = _joined(tail, read_tail(draft, statement, cursor, "constraint"))
    used = [key for key in columns_used(inner, draft.column_key) if key in table.columns]
    columns = (table.columns[used[0]].name,) if len(used) == 1 else ()
    name = _taken(table, name) or draft.free_name(table, "check", columns)
    expression = text_of(bare(inner), statement.source)
    table.checks.append(
        Check(name, expression, validated=validated and tail.validated, enforced=tail.enforced, line=line)
    )


def _taken(table: TableDraft, name: str | None) -> str | None:
    if name:
        table.taken.add(name.lower())
    return name


def key_list(draft: Draft, table: TableDraft, statement: Statement, inner: Cursor) -> tuple[IndexKey, ...]:
    """The keys between the parentheses of an index or a constraint.

    Raises:
        Unread: a plain name among them is no column of the table.
    """
    return tuple(_key(draft, table, statement, part) for part in inner.parts())


def _key(draft: Draft, table: TableDraft, statement: Statement, part: Cursor) -> IndexKey:
    first, second = part.peek(), part.peek(1)
    found = table.columns.get(draft.column_key(first)) if first.kind in ("word", "name") else None
    follows = second.up in ("", "ASC", "DESC", "COLLATE", "NULLS") and second.kind in ("end", "word")
    length = None
    if found and second.up == "(" and part.peek(2).kind == "number" and part.peek(3).up == ")":
        length, follows = int(float(part.peek(2).text)), True
    if found and follows:
        part.at += 4 if length is not None else 1
        key = IndexKey(found.name, length=length)
    elif first.kind in ("word", "name") and follows:
        raise Unread(f"column {first.text!r} is not in table {table.qname}")
    else:
        tokens = part.until(("ASC", "DESC", "NULLS"))
        key = IndexKey(expression=statement.expression(tokens))
    return _ordered(part, key)


def _ordered(part: Cursor, key: IndexKey) -> IndexKey:
    while part:
        if word := part.take_any("ASC", "DESC"):
            key = replace(key, order="desc" if word == "DESC" else "asc")
        elif part.take("NULLS"):
            key = replace(key, nulls="first" if part.next().up == "FIRST" else "last")
        elif part.take("COLLATE"):
            key = replace(key, collation=part.name().text)
        else:
            raise Unread(f"the key of an index is not understood {part.here()}")
    return key


def _plain(draft: Draft, table: TableDraft, statement: Statement, keys: tuple[IndexKey, ...]) -> tuple[str, ...]:
    columns = tuple(key.column for key in keys if key.column is not None)
    if len(columns) < len(keys):
        raise Unread("a primary key on an expression")
    if any(key.length for key in keys) and draft.dialect.index_elements:
        table.own["primary_lengths"] = tuple(key.length for key in keys)
    elif any(key.length for key in keys):
        statement.remark("the lengths of the primary key's columns are not kept")
    return columns


def _joined(first: Tail, second: Tail) -> Tail:
    return Tail(
        first.deferrable or second.deferrable,
        first.deferred or second.deferred,
        first.validated and second.validated,
        first.enforced and second.enforced,
        first.include or second.include,
        {**first.options, **second.options},
    )


def _keep_options(table: TableDraft, tail: Tail, name: str) -> None:
    for key, value in tail.options.items():
        table.options[key] = name if value == "*" else value


def read_tail(draft: Draft, statement: Statement, cursor: Cursor, place: Place, *, stop_at_group: bool = False) -> Tail:
    """Takes what stands behind a constraint: DEFERRABLE, NOT ENFORCED, and the dialect's own clauses."""
    tail = Tail()
    while cursor and not (stop_at_group and cursor.sees("(")):
        if not tail_clause(draft, statement, cursor, place, tail):
            break
    return tail


def tail_clause(draft: Draft, statement: Statement, cursor: Cursor, place: Place, tail: Tail) -> bool:
    if cursor.take("NOT", "DEFERRABLE") or cursor.take("INITIALLY", "IMMEDIATE"):
        return True
    if cursor.take("ENFORCED"):
        tail.enforced = True
        return True
    if cursor.take("DEFERRABLE"):
        tail.deferrable = True
    elif cursor.take("INITIALLY", "DEFERRED"):
        tail.deferrable = tail.deferred = True
    elif cursor.take("NOT", "ENFORCED"):
        tail.enforced = False
    elif cursor.take("NOT", "VALID"):
        tail.validated = False
    else:
        return _repaired(draft, statement, cursor, place, tail)
    return True


def _repaired(draft: Draft, statement: Statement, cursor: Cursor, place: Place, tail: Tail) -> bool:
    token = cursor.peek()
    found = repair_here(draft.dialect, place, cursor)
    if found is None:
        return False
    repair, kept = found
    if repair.name:
        draft.notes.add(repair.name, statement.line(token), draft.file)
    if repair.loses:
        statement.remark(repair.name)
    for key, value in kept.items():
        if key == "enforced":
            tail.enforced = value == "yes"
        elif key == "validated":
            tail.validated = value == "yes"
        else:
            tail.options[key] = value
    return True
