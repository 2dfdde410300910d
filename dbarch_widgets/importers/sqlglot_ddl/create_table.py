"""CREATE TABLE: the columns and constraints, and what stands behind the closing parenthesis."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.importers.sqlglot_ddl.columns import add_column
from dbarch_widgets.importers.sqlglot_ddl.constraints import add_constraint, starts_constraint
from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, NotKept, Unread
from dbarch_widgets.importers.sqlglot_ddl.draft import Draft, TableDraft
from dbarch_widgets.importers.sqlglot_ddl.indexes import index_element
from dbarch_widgets.importers.sqlglot_ddl.repairs import repair_here
from dbarch_widgets.importers.sqlglot_ddl.selects import projected
from dbarch_widgets.importers.sqlglot_ddl.statement import Statement
from dbarch_widgets.model.schema import Column

_WORDS_BEFORE = frozenset(["CREATE", "OR", "REPLACE", "GLOBAL", "LOCAL", "PRIVATE", "TEMPORARY", "TEMP", "VOLATILE", "TRANSIENT", "DYNAMIC", "HYBRID", "EXTERNAL", "ICEBERG", "EVENT", "SHARDED", "DUPLICATED", "BLOCKCHAIN", "IMMUTABLE", "UNLOGGED", "SNAPSHOT"])  # fmt: skip
_TEMPORARY = frozenset({"TEMPORARY", "TEMP", "PRIVATE", "VOLATILE"})


def create_table(draft: Draft, statement: Statement) -> None:
    """`CREATE TABLE`; a second definition of a name is refused and the first is kept, unless it is `OR REPLACE`."""
    cursor = statement.cursor
    before = {token.up for token in cursor.until(lambda c: c.peek().up not in _WORDS_BEFORE)}
    cursor.expect("TABLE")
    if_absent = cursor.take("IF", "NOT", "EXISTS")
    if _TEMPORARY & before and "GLOBAL" not in before:
        raise NotKept("a temporary table is no part of the schema")
    parts = cursor.dotted()
    if parts[-1].text.startswith("#"):
        raise NotKept("a temporary table is no part of the schema")
    if_absent = cursor.take("IF", "NOT", "EXISTS") or if_absent
    qname, key = draft.created(parts)
    old = draft.tables.get(key)
    if old and "REPLACE" not in before:
        if if_absent or statement.guarded:
            raise NotKept(f"{qname} is already defined (line {old.line}); the first definition is kept")
        raise Unread(f"{qname} is already defined (line {old.line}); the first definition is kept")
    if key in draft.views and "REPLACE" not in before:
        raise Unread(f"{qname} is already defined as a view")
    table = TableDraft(qname.schema, qname.name, file=draft.file, line=draft.line)
    if kind := before & {"EXTERNAL", "ICEBERG", "DYNAMIC", "TRANSIENT", "HYBRID", "GLOBAL"}:
        table.options["kind"] = " ".join(sorted(kind)).lower().replace("global", "global temporary")
        table.kind = "foreign" if "EXTERNAL" in kind else "table"
    _body(draft, table, statement, cursor)
    _options(draft, table, statement, cursor)
    draft.put(table)


def _body(draft: Draft, table: TableDraft, statement: Statement, cursor: Cursor) -> None:
    if copy := cursor.take_any("LIKE", "CLONE", "COPY"):
        _copy_of(draft, table, cursor, copy)
    elif cursor.sees("(", "LIKE"):
        inner = cursor.group()
        inner.next()
        _copy_of(draft, table, inner, "LIKE")
    elif cursor.sees("(") and not cursor.sees("(", "SELECT") and not cursor.sees("(", "WITH"):
        elements(draft, table, statement, cursor.group())


def elements(draft: Draft, table: TableDraft, statement: Statement, inner: Cursor) -> None:
    """The columns first, then the constraints, so that they may stand in any order.

    Raises:
        Unread: nothing of it could be understood.
    """
    late: list[Cursor] = []
    failed: list[str] = []
    for part in inner.parts():
        try:
            if starts_constraint(part) or (
                draft.dialect.index_elements and index_element(draft, table, statement, part, look=True)
            ):
                late.append(part)
            elif not _other_element(draft, table, statement, part):
                add_column(draft, table, statement, part)
        except Unread as error:
            failed.append(str(error))
    for part in late:
        try:
            _constraint(draft, table, statement, part)
        except Unread as error:
            failed.append(str(error))
    if failed and not table.columns:
        raise Unread(failed[0])
    for reason in failed:
        statement.remark(reason)


def _constraint(draft: Draft, table: TableDraft, statement: Statement, part: Cursor) -> None:
    if not starts_constraint(part):
        index_element(draft, table, statement, part)
    elif not add_constraint(draft, table, statement, part):
        raise Unread(f"the constraint is not understood {part.here()}")
    if part:
        statement.remark(f"{statement.words(part.rest())[:60]!r} behind a constraint is not understood")


def _other_element(draft: Draft, table: TableDraft, statement: Statement, part: Cursor) -> bool:
    """What stands in the list and is neither column nor constraint."""
    if part.take("PERIOD", "FOR"):
        name = part.name().text
        table.options["period"] = f"{name} {statement.words(part.rest())}"
    elif part.take("SUPPLEMENTAL", "LOG"):
        part.rest()
    elif part.take("LIKE"):
        _copy_of(draft, table, part, "LIKE")
    else:
        return False
    return True


def _copy_of(draft: Draft, table: TableDraft, cursor: Cursor, word: str) -> None:
    """`LIKE other` copies columns, keys, checks and indexes; foreign keys only where a CLONE does."""
    source = draft.table(cursor.dotted())
    table.columns.update(source.columns)
    table.primary_key = source.primary_key
    table.unique, table.checks = list(source.unique), list(source.checks)
    table.indexes = [replace(index, file=draft.file) for index in source.indexes]
    table.taken, table.defaults = set(source.taken), dict(source.defaults)
    table.options.update(source.options)
    table.partition_key = source.partition_key
    table.kind = source.kind if source.kind == "partitioned" else table.kind
    if word in ("CLONE", "COPY"):
        table.foreign_keys = list(source.foreign_keys)
    cursor.until(lambda c: c.peek().up in ("COMMENT", "OPTIONS"))


def _options(draft: Draft, table: TableDraft, statement: Statement, cursor: Cursor) -> None:
    """What stands behind the columns."""
    while cursor:
        token = cursor.peek()
        if cursor.take("AS") or (token.up in ("SELECT", "WITH") and cursor.sees("SELECT")):
            _as_select(draft, table, statement, cursor)
        elif cursor.take("COMMENT"):
            cursor.take("=")
            table.comment = cursor.next().text or None
        elif cursor.sees("PARTITION", "BY"):
            (draft.dialect.partition_by or _partition)(table, statement, cursor)
        elif found := repair_here(draft.dialect, "table", cursor):
            repair, kept = found
            if repair.name:
                draft.notes.add(repair.name, statement.line(token), draft.file)
            if repair.loses:
                statement.remark(repair.name)
            if "comment" in kept:
                table.comment = kept["comment"] or None
            table.options.update({key: value for key, value in kept.items() if key != "comment"})
        elif not cursor.take(","):
            words = statement.words(cursor.rest())
            statement.remark(f"{words[:80]!r} behind the columns is not understood")


def _partition(table: TableDraft, statement: Statement, cursor: Cursor) -> None:
    """`PARTITION BY …` up to the list of partitions; the single partitions are no tables here."""
    cursor.take("PARTITION", "BY")
    start = cursor.at
    cursor.until(lambda c: (c.at > start + 1 and c.tokens[c.at - 1].up == ")") or c.peek().up in _AFTER_PARTITION)
    table.partition_key = statement.words(cursor.tokens[start : cursor.at])
    table.kind = "partitioned"
    if cursor.take("INTERVAL"):
        table.options["interval"] = statement.words(cursor.group().rest())
    while word := cursor.take_any("SUBPARTITION", "PARTITIONS", "SUBPARTITIONS"):
        if word == "SUBPARTITION":
            cursor.until(("(", "CLUSTER", "OPTIONS"))
            cursor.group()
        else:
            cursor.next()
    if cursor.sees("(", "PARTITION") or cursor.sees("(", "SUBPARTITION"):
        listed = cursor.group()
        table.options["partitions"] = str(sum(1 for part in listed.parts() if part.sees("PARTITION")))


_AFTER_PARTITION = frozenset({"CLUSTER", "OPTIONS", "AS", "PARTITIONS", "SUBPARTITION", "COMMENT"})


def _as_select(draft: Draft, table: TableDraft, statement: Statement, cursor: Cursor) -> None:
    if cursor.take_any("NODE", "EDGE"):
        table.options["graph"] = cursor.tokens[cursor.at - 1].up.lower()
        return
    tokens = cursor.rest()
    if not tokens:
        return
    names = projected(draft, statement.source[tokens[0].start : tokens[-1].end])
    if table.columns:
        return
    for name, type_ in names.columns:
        table.columns[draft.dialect.column_key(name)] = Column(name, type_, line=draft.line)
    if names.reason:
        statement.remark(names.reason)
