"""ALTER TABLE: each action by its first words; several actions stand between commas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dbarch_widgets.importers.sqlglot_ddl import changes
from dbarch_widgets.importers.sqlglot_ddl.columns import add_column, change_column
from dbarch_widgets.importers.sqlglot_ddl.constraints import add_constraint, starts_constraint
from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, NotKept, Unread
from dbarch_widgets.importers.sqlglot_ddl.draft import Draft, TableDraft
from dbarch_widgets.importers.sqlglot_ddl.indexes import drop_index, index_element
from dbarch_widgets.importers.sqlglot_ddl.repairs import repair_here
from dbarch_widgets.importers.sqlglot_ddl.statement import Statement
from dbarch_widgets.importers.sqlglot_ddl.tokens import Token

Action = Callable[["Altering", Cursor], None]
_WORDS = ("ADD", "DROP", "ALTER", "MODIFY", "CHANGE", "RENAME", "SET", "ENABLE", "DISABLE", "CHECK", "NOCHECK", "WITH")


class Altering:
    """One ALTER TABLE while it is read. `check` is what stood behind WITH: CHECK, NOCHECK or nothing."""

    def __init__(self, draft: Draft, table: TableDraft, statement: Statement) -> None:
        self.draft, self.table, self.statement = draft, table, statement
        self.check = ""
        # `ADD a INT, b INT` and `DROP COLUMN a, b`: the action goes on behind the comma.
        self.going_on: Action | None = None


def alter_table(draft: Draft, statement: Statement) -> None:
    """`ALTER TABLE name action, action …`.

    What the actions before a refused one changed stays.
    """
    cursor = statement.cursor
    cursor.expect("ALTER")
    cursor.take_any("ONLINE", "OFFLINE", "ICEBERG", "EXTERNAL", "DYNAMIC")
    cursor.take("IGNORE")
    cursor.expect("TABLE")
    if_there = cursor.take("IF", "EXISTS")
    cursor.take("ONLY")
    parts = cursor.dotted()
    if if_there and draft.find_table(parts) is None:
        raise NotKept("the table is not there, which the statement allows")
    altering = Altering(draft, draft.table(parts), statement)
    done, failed = 0, ""
    for part in draft.dialect.ordered(_actions(cursor)):
        if failed:
            break
        try:
            _action(altering, part)
            done += 1
            if part:
                statement.remark(f"{statement.words(part.rest())[:80]!r} in ALTER TABLE is not understood")
        except NotKept:
            if not done:
                raise
        except Unread as error:
            failed = str(error)
    if failed:
        if not done:
            raise Unread(failed)
        statement.remark(failed)


def _actions(cursor: Cursor) -> list[Cursor]:
    """The parts between commas; Oracle writes its actions one behind the other."""
    return list(cursor.parts())


def _action(altering: Altering, part: Cursor) -> None:
    while part:
        before = part.at
        up = part.peek().up
        action = altering.draft.dialect.actions.get(up) or _ACTIONS.get(up)
        if action is not None:
            action(altering, part)
        elif altering.going_on is not None:
            altering.going_on(altering, part)
        elif not table_option(altering, part):
            raise Unread(f"the action {altering.statement.words(part.rest())[:60]!r} is not understood")
        if part.at == before:
            raise Unread(f"the action {altering.statement.words(part.rest())[:60]!r} is not understood")
        if part and part.peek().up not in _WORDS and not table_option(altering, part):
            return


def table_option(altering: Altering, part: Cursor) -> bool:
    """An option as CREATE TABLE has them: `ENGINE = …`, `COMMENT = …`."""
    if part.take("COMMENT"):
        part.take("=")
        altering.table.comment = part.next().text or None
        return True
    token = part.peek()
    found = repair_here(altering.draft.dialect, "table", part)
    if found is None:
        return False
    repair, kept = found
    if repair.name:
        altering.draft.notes.add(repair.name, altering.statement.line(token), altering.draft.file)
    altering.table.options.update(kept)
    return True


# Adding


def add(altering: Altering, part: Cursor) -> None:
    """`ADD [COLUMN] …`, `ADD (a …, b …)`, `ADD CONSTRAINT …`, `ADD INDEX …`."""
    part.take("ADD")
    altering.going_on = _add_one
    if part.sees("(") or part.sees("COLUMN", "("):
        part.take("COLUMN")
        for element in part.group().parts():
            _add_one(altering, element)
            _finish(altering, element)
        return
    if part.take("PARTITION"):
        part.rest()
        raise NotKept("single partitions are not kept")
    _add_one(altering, part)


def _add_one(altering: Altering, part: Cursor) -> None:
    draft, table, statement = altering.draft, altering.table, altering.statement
    if _default_for(altering, part):
        return
    if starts_constraint(part):
        part_start = part.at
        if not add_constraint(draft, table, statement, part, validated=altering.check != "NOCHECK"):
            part.at = part_start
            raise Unread(f"the constraint is not understood {part.here()}")
        return
    if draft.dialect.index_elements and index_element(draft, table, statement, part):
        return
    if part.take("PERIOD", "FOR"):
        name = part.name().text
        table.options["period"] = f"{name} {statement.words(part.rest())}"
        return
    if part.take("SUPPLEMENTAL", "LOG"):
        part.rest()
        return
    part.take("COLUMN")
    if_absent = part.take("IF", "NOT", "EXISTS")
    if part.sees("("):
        for element in part.group().parts():
            _add_one(altering, element)
        return
    if if_absent and draft.column_key(part.peek()) in table.columns:
        part.rest()
        return
    position, inner = _split_position(part)
    reading = add_column(draft, table, statement, inner)
    part.at = part.stop
    _move(altering, draft.dialect.column_key(reading.name), position)


def _finish(altering: Altering, part: Cursor) -> None:
    if part:
        altering.statement.remark(f"{altering.statement.words(part.rest())[:60]!r} is not understood")


def _default_for(altering: Altering, part: Cursor) -> bool:
    """SQL Server: `[CONSTRAINT name] DEFAULT value FOR column`."""
    start, name = part.at, None
    if part.take("CONSTRAINT"):
        name = altering.draft.dialect.fold(part.name())
    if not part.take("DEFAULT"):
        part.at = start
        return False
    value = part.until(("FOR",))
    part.expect("FOR")
    column = altering.draft.column(altering.table, part.name())
    part.take("WITH", "VALUES")
    key = altering.draft.dialect.column_key(column.name)
    if name:
        altering.table.defaults[name.lower()] = key
        altering.table.taken.add(name.lower())
    text = altering.statement.expression(value)
    altering.table.columns[key] = replace(column, default=None if text.upper() == "NULL" else text)
    return True


def _split_position(part: Cursor) -> tuple[tuple[str, Token | None] | None, Cursor]:
    """MySQL's `FIRST` and `AFTER column` at the end of a definition."""
    last, before = part.tokens[part.stop - 1], part.tokens[part.stop - 2]
    if before.up == "AFTER" and part.stop - 2 > part.at:
        return ("after", last), Cursor(part.tokens, part.closes, part.at, part.stop - 2)
    if last.up == "FIRST" and part.stop - 1 > part.at + 1:
        return ("first", None), Cursor(part.tokens, part.closes, part.at, part.stop - 1)
    return None, Cursor(part.tokens, part.closes, part.at, part.stop)


def _move(altering: Altering, key: str, position: tuple[str, Token | None] | None) -> None:
    if position is None:
        return
    table = altering.table
    column = table.columns.pop(key)
    items = list(table.columns.items())
    place = 0
    if position[1] is not None:
        after = altering.draft.column_key(position[1])
        place = next((n + 1 for n, (name, _) in enumerate(items) if name == after), len(items))
    items.insert(place, (key, column))
    table.columns.clear()
    table.columns.update(items)


# Changing


def modify(altering: Altering, part: Cursor) -> None:
    """`MODIFY [COLUMN] a type …`: MySQL states the column anew, Oracle and Snowflake only what changes."""
    part.take("MODIFY")
    altering.going_on = _modify_one
    if part.sees("("):
        for element in part.group().parts():
            _modify_one(altering, element)
            _finish(altering, element)
        return
    _modify_one(altering, part)


def _modify_one(altering: Altering, part: Cursor) -> None:
    draft, table = altering.draft, altering.table
    if part.sees("CONSTRAINT") or part.sees("PARTITION") or part.sees("PRIMARY", "KEY") or part.sees("LOB"):
        part.rest()
        return
    part.take("COLUMN")
    part.take("IF", "EXISTS")
    old = draft.column(table, part.peek())
    if part.peek(1).up in ("SET", "DROP", "COMMENT", "UNSET", "TYPE"):
        part.next()
        _column_change(altering, part, old.name)
        return
    position, inner = _split_position(part)
    change_column(draft, table, altering.statement, inner, old, keep=draft.dialect.name != "mysql")
    part.at = part.stop
    _move(altering, draft.dialect.column_key(old.name), position)


def change(altering: Altering, part: Cursor) -> None:
    """MySQL: `CHANGE [COLUMN] old new type …`."""
    part.take("CHANGE")
    part.take("COLUMN")
    part.take("IF", "EXISTS")
    draft, table = altering.draft, altering.table
    old = draft.column(table, part.name())
    new = draft.dialect.fold(part.peek())
    position, inner = _split_position(part)
    changes.rename_column(draft, table, old.name, new)
    renamed = table.columns[draft.dialect.column_key(new)]
    change_column(draft, table, altering.statement, inner, renamed, keep=False)
    part.at = part.stop
    _move(altering, draft.dialect.column_key(new), position)


def alter(altering: Altering, part: Cursor) -> None:
    """`ALTER [COLUMN] a …`, `ALTER INDEX …`, `ALTER CONSTRAINT …`."""
    part.take("ALTER")
    if part.take_any("INDEX", "KEY", "CONSTRAINT", "CHECK"):
        part.rest()
        return
    part.take("COLUMN")
    part.take("IF", "EXISTS")
    altering.going_on = lambda a, p: alter(a, p)
    draft, table = altering.draft, altering.table
    if part.sees("("):
        for element in part.group().parts():
            alter(altering, element)
        return
    old = draft.column(table, part.peek())
    if part.peek(1).up in ("SET", "DROP", "TYPE", "ADD", "COMMENT", "UNSET"):
        part.next()
        _column_change(altering, part, old.name)
        return
    # SQL Server states type and nullability anew; what is not said about NULL means NULL.
    reading = change_column(draft, table, altering.statement, part, old, keep=True)
    if "nullable" not in reading.fields:
        key = draft.dialect.column_key(old.name)
        table.columns[key] = replace(table.columns[key], nullable=not changes.in_primary_key(table, old.name))


def _column_change(altering: Altering, part: Cursor, name: str) -> None:
    draft, table, statement = altering.draft, altering.table, altering.statement
    key = draft.dialect.column_key(name)
    column = table.columns[key]
    if part.take("SET", "NOT", "NULL"):
        table.columns[key] = replace(column, nullable=False)
    elif part.take("DROP", "NOT", "NULL"):
        table.columns[key] = replace(column, nullable=True)
    elif part.take("DROP", "DEFAULT"):
        table.columns[key] = replace(column, default=None)
    elif part.take("SET", "DEFAULT"):
        text = statement.expression(part.rest())
        table.columns[key] = replace(column, default=None if text.upper() == "NULL" else text)
    elif part.take("SET", "DATA", "TYPE") or part.take("TYPE"):
        rewound = Cursor([_name_token(name), *part.rest()])
        change_column(draft, table, statement, rewound, column, keep=True)
    elif part.take("SET", "OPTIONS"):
        from dbarch_widgets.importers.sqlglot_ddl.repairs_bigquery import description

        table.columns[key] = replace(column, comment=description(part.group()) or column.comment)
    elif part.take("COMMENT"):
        table.columns[key] = replace(column, comment=part.next().text or None)
    elif part.take("UNSET", "COMMENT"):
        table.columns[key] = replace(column, comment=None)
    else:
        changed = statement.words(part.rest())
        statement.remark(f"{changed[:60]!r} of column {name!r} is not kept")


def _name_token(name: str) -> Token:
    return Token("name", name, "", 0, 0)


# Taking away and renaming


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
    if not (changes.drop_constraint(draft, table, name) or drop_index(draft, table, name)) and not if_there:
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
    if altering.draft.column_key(token) not in altering.table.columns:
        # SQL Server takes the name of a constraint here as well.
        if if_there or changes.drop_constraint(altering.draft, altering.table, altering.draft.dialect.fold(token)):
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


# The rest


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
        for constraint in (*altering.table.foreign_keys, *altering.table.checks):
            changes.switch_constraint(altering.table, constraint.name, on, validated)
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
        from dbarch_widgets.importers.sqlglot_ddl.repairs_bigquery import options

        kept = dict(options(part.group()))
        altering.table.comment = kept.pop("comment", altering.table.comment)
        altering.table.options.update(kept)
    else:
        part.rest()


def nothing(altering: Altering, part: Cursor) -> None:
    """Storage, statistics, partitions: nothing that the model holds."""
    words = altering.statement.words(part.rest())
    raise NotKept(f"{words[:60]!r} changes nothing that the model holds")


_ACTIONS: dict[str, Action] = {
    "ADD": add,
    "MODIFY": modify,
    "CHANGE": change,
    "ALTER": alter,
    "DROP": drop,
    "RENAME": rename,
    "WITH": with_check,
    "CHECK": switch,
    "NOCHECK": switch,
    "ENABLE": switch,
    "DISABLE": switch,
    "SET": setting,
    **dict.fromkeys(
        "MOVE SHRINK COMPRESS REBUILD TRUNCATE EXCHANGE SPLIT MERGE COALESCE REORGANIZE ANALYZE OPTIMIZE REPAIR IMPORT "
        "DISCARD SWITCH UNSET SUSPEND RESUME CLUSTER RECLUSTER SWAP ALLOCATE DEALLOCATE FORCE ORDER "
        "PARTITION CONVERT ALGORITHM LOCK LOGGING NOLOGGING CACHE NOCACHE PARALLEL NOPARALLEL READ ROW".split(),
        nothing,
    ),
}
