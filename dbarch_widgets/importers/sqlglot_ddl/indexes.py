"""Indexes: CREATE INDEX in its many forms, and the ones written inside CREATE TABLE."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.importers.sqlglot_ddl.constraints import Tail, key_list, tail_clause
from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, NotKept, Unread
from dbarch_widgets.importers.sqlglot_ddl.draft import Draft, TableDraft
from dbarch_widgets.importers.sqlglot_ddl.statement import Statement
from dbarch_widgets.model.schema import Index, IndexKey, Unique

_METHODS = frozenset(["BITMAP", "FULLTEXT", "SPATIAL", "COLUMNSTORE", "XML", "HASH", "VECTOR", "SEARCH", "JSON"])
_BEFORE = _METHODS | frozenset(
    ["CREATE", "OR", "REPLACE", "UNIQUE", "CLUSTERED", "NONCLUSTERED", "PRIMARY", "MULTIVALUE"]
)


def create_index(draft: Draft, statement: Statement) -> None:
    """`CREATE [UNIQUE] … INDEX name ON table (keys) …`."""
    cursor = statement.cursor
    words = {token.up for token in cursor.until(lambda c: c.peek().up not in _BEFORE)}
    cursor.expect("INDEX")
    if_absent = cursor.take("IF", "NOT", "EXISTS")
    parts = [] if cursor.sees("ON") else cursor.dotted()
    method = _using(cursor)
    cursor.expect("ON")
    cursor.take("ONLY")
    table = draft.table(cursor.dotted())
    if cursor.peek().kind == "word" and not cursor.sees("USING") and not cursor.sees("("):
        cursor.until(("(", "USING", "WITH", "ON"))  # an alias of the table (Oracle)
    name = draft.dialect.fold(parts[-1]) if parts else ""
    if _duplicate(table, name):
        message = f"index {name!r} is already on table {table.qname}; the first definition is kept"
        raise NotKept(message) if if_absent or statement.guarded else Unread(message)
    method = (
        next((word.lower() for word in sorted(words & _METHODS)), "")
        or method
        or _using(cursor)
        or draft.dialect.default_method
    )
    index = index_body(draft, table, statement, cursor, Index(name, (), method, unique="UNIQUE" in words))
    if "CLUSTERED" in words:
        table.options["clustered"] = index.name
    owner, _ = draft.created(parts) if len(parts) > 1 else (table.qname, None)
    draft.index_tables[draft.key(owner.schema, index.name)] = draft.key(table.schema, table.name)
    if index.unique and draft.dialect.unique_is_constraint and _only_columns(index):
        columns = tuple(key.column for key in index.keys if key.column)
        table.unique.append(Unique(index.name, columns, line=draft.line))
    else:
        table.indexes.append(index)


def _only_columns(index: Index) -> bool:
    return all(key.column and not key.length for key in index.keys) and index.where is None


def _using(cursor: Cursor) -> str:
    return cursor.next().up.lower() if cursor.take("USING") else ""


def _duplicate(table: TableDraft, name: str) -> bool:
    return bool(name) and name.lower() in table.taken and any(i.name.lower() == name.lower() for i in table.indexes)


def index_body(draft: Draft, table: TableDraft, statement: Statement, cursor: Cursor, index: Index) -> Index:
    """Takes the keys of an index and what stands behind them; a name is made up where there is none."""
    keys: tuple[IndexKey, ...] = ()
    if cursor.sees("("):
        keys = key_list(draft, table, statement, cursor.group())
    tail = Tail()
    where: str | None = None
    comment: str | None = None
    include: tuple[str, ...] = ()
    while cursor:
        if cursor.take("INCLUDE"):
            include = tuple(draft.column(table, part.name()).name for part in cursor.group().parts())
        elif cursor.take("WHERE"):
            where = statement.expression(cursor.until(_after_where))
        elif cursor.take("COMMENT"):
            cursor.take("=")
            comment = cursor.next().text or None
        elif cursor.take("USING"):
            method = cursor.next().up.lower()
            index = replace(index, method=index.method if index.method not in ("btree", "") else method)
        elif not tail_clause(draft, statement, cursor, "index", tail):
            words = statement.words(cursor.rest())
            statement.remark(f"{words[:60]!r} behind an index is not understood")
    if tail.options.pop("unusable", "") or tail.options.pop("disabled", ""):
        index = replace(index, valid=False)
    columns = tuple(key.column for key in keys if key.column)
    name = index.name or draft.free_name(table, "unique" if index.unique else "index", columns)
    table.taken.add(name.lower())
    return replace(
        index, name=name, keys=keys, include=include, where=where, comment=comment, file=draft.file, line=draft.line
    )


def _after_where(cursor: Cursor) -> bool:
    return cursor.sees("WITH", "(") or (cursor.sees("ON") and cursor.peek(1).kind in ("name", "word"))


def index_element(draft: Draft, table: TableDraft, statement: Statement, part: Cursor, *, look: bool = False) -> bool:
    """`KEY k (a)`, `INDEX i (a)`, `FULLTEXT KEY f (a)` inside CREATE TABLE or behind ADD. `look`: take nothing."""
    start = part.at
    method = part.take_any("FULLTEXT", "SPATIAL", "VECTOR").lower()
    unique = False
    found = part.take_any("KEY", "INDEX") or ((method and part.sees("(")) or (method and part.peek(1).up == "("))
    found = found and _is_index(part)
    if look or not found:
        part.at = start
        return bool(found)
    line = statement.line(part.peek())
    part.take("IF", "NOT", "EXISTS")
    name = ""
    if not part.sees("(") and not part.sees("USING"):
        name = draft.dialect.fold(part.name())
    tail = Tail()
    method = method or _using(part) or draft.dialect.default_method
    while part and not part.sees("("):
        if part.take("UNIQUE"):
            unique = True
        elif word := part.take_any("CLUSTERED", "NONCLUSTERED", "COLUMNSTORE", "HASH"):
            method = method if word.endswith("CLUSTERED") else word.lower()
        elif not tail_clause(draft, statement, part, "index", tail):
            raise Unread(f"the index is not understood {part.here()}")
    index = index_body(draft, table, statement, part, Index(name, (), method, unique=unique))
    table.indexes.append(replace(index, line=line))
    draft.index_tables[draft.key(table.schema, index.name)] = draft.key(table.schema, table.name)
    return True


def _is_index(part: Cursor) -> bool:
    """A parenthesis must follow soon: otherwise it is a column with the name `key` or `index`."""
    for ahead in range(8):
        token = part.peek(ahead)
        if token.up == "(":
            return ahead == 0 or part.peek(ahead + 1).kind != "number"
        if token.kind == "end":
            return ahead > 0 and part.peek(ahead - 1).up == "COLUMNSTORE"
    return False


def drop_index(draft: Draft, table: TableDraft, name: str) -> bool:
    """Takes an index, or the unique constraint behind one, off its table; False where it has none of the name."""
    same = name.lower()
    count = len(table.indexes) + len(table.unique)
    table.indexes = [index for index in table.indexes if index.name.lower() != same]
    table.unique = [unique for unique in table.unique if unique.name.lower() != same]
    if len(table.indexes) + len(table.unique) == count:
        return False
    table.taken.discard(same)
    draft.index_tables.pop(draft.key(table.schema, name), None)
    return True
