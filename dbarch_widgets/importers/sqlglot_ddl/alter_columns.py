"""ALTER TABLE: adding columns, constraints and indexes, and changing columns."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.importers.sqlglot_ddl import changes
from dbarch_widgets.importers.sqlglot_ddl.altering import Altering
from dbarch_widgets.importers.sqlglot_ddl.columns import add_column, change_column
from dbarch_widgets.importers.sqlglot_ddl.constraints import add_constraint, starts_constraint
from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, NotKept, Unread
from dbarch_widgets.importers.sqlglot_ddl.indexes import index_element
from dbarch_widgets.importers.sqlglot_ddl.repairs_bigquery import description
from dbarch_widgets.importers.sqlglot_ddl.tokens import Token


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
    altering.going_on = alter
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
