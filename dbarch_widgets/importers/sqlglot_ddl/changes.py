"""What later statements do to what is there: drop and rename columns, constraints and tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dbarch_widgets.importers.sqlglot_ddl.cursor import Unread
from dbarch_widgets.importers.sqlglot_ddl.draft import Draft, TableDraft
from dbarch_widgets.importers.sqlglot_ddl.tokens import Token, tokenize
from dbarch_widgets.model.schema import Index, QName


def in_primary_key(table: TableDraft, name: str) -> bool:
    return table.primary_key is not None and name in table.primary_key.columns


def drop_column(draft: Draft, table: TableDraft, name: str) -> None:
    """Takes the column away, with the constraints and the index keys that name it."""
    del table.columns[draft.dialect.column_key(name)]
    if in_primary_key(table, name):
        table.primary_key = None
    table.unique = [unique for unique in table.unique if name not in unique.columns]
    table.foreign_keys = [key for key in table.foreign_keys if name not in key.columns]
    table.checks = [check for check in table.checks if name not in _names(draft, check.expression, name)]
    table.indexes = [left for index in table.indexes if (left := _without(draft, index, name))]


def _without(draft: Draft, index: Index, name: str) -> Index | None:
    """What is left of an index without the column."""
    keys = tuple(key for key in index.keys if key.column != name)
    include = tuple(column for column in index.include if column != name)
    texts = [text for key in index.keys if (text := key.expression)] + ([index.where] if index.where else [])
    touched = len(keys) + len(include) < len(index.keys) + len(index.include)
    if not draft.dialect.shortens_indexes:
        touched = touched or any(_names(draft, text, name) for text in texts)
        return None if touched else index
    return replace(index, keys=keys, include=include) if keys else None


def _names(draft: Draft, text: str, name: str) -> list[str]:
    key = draft.dialect.column_key(name)
    tokens = tokenize(text, draft.dialect.lexis)
    return [name for token in tokens if token.kind in ("word", "name") and draft.column_key(token) == key]


def rename_column(draft: Draft, table: TableDraft, old: str, new: str) -> None:
    """Renames the column everywhere: keys, indexes, expressions, and the foreign keys of other tables to it.

    Raises:
        Unread: the table has a column of the new name.
    """
    old_key, new_key = draft.dialect.column_key(old), draft.dialect.column_key(new)
    if new_key != old_key and new_key in table.columns:
        raise Unread(f"column {new!r} is already in table {table.qname}")
    table.columns = {
        (new_key if key == old_key else key): (replace(column, name=new) if key == old_key else column)
        for key, column in table.columns.items()
    }

    def listed(columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if column == old else column for column in columns)

    def text(expression: str) -> str:
        return _renamed_text(draft, expression, old_key, new)

    if table.primary_key:
        table.primary_key = replace(table.primary_key, columns=listed(table.primary_key.columns))
    table.unique = [replace(unique, columns=listed(unique.columns)) for unique in table.unique]
    table.foreign_keys = [replace(key, columns=listed(key.columns)) for key in table.foreign_keys]
    table.checks = [replace(check, expression=text(check.expression)) for check in table.checks]
    table.indexes = [_renamed_index(index, old, new, text) for index in table.indexes]
    table.columns = {
        key: replace(column, generated=text(column.generated)) if column.generated else column
        for key, column in table.columns.items()
    }
    table.defaults = {name: new_key if key == old_key else key for name, key in table.defaults.items()}
    own = draft.key(table.schema, table.name)
    for other in draft.tables.values():
        for place, key in enumerate(other.foreign_keys):
            if draft.key(key.ref_schema, key.ref_table) == own and key.ref_columns:
                columns = tuple(
                    new if draft.dialect.column_key(column) == old_key else column for column in key.ref_columns
                )
                other.foreign_keys[place] = replace(key, ref_columns=columns)


def _renamed_index(index: Any, old: str, new: str, text: Callable[[str], str]) -> Any:
    keys = tuple(
        replace(key, column=new) if key.column == old else replace(key, expression=text(key.expression))
        if key.expression
        else key
        for key in index.keys
    )  # fmt: skip
    include = tuple(new if column == old else column for column in index.include)
    return replace(index, keys=keys, include=include, where=text(index.where) if index.where else None)


def _renamed_text(draft: Draft, expression: str, old_key: str, new: str) -> str:
    """The expression with the column's name replaced where it stands alone, quoted as it was."""
    parts, at = [], 0
    tokens = tokenize(expression, draft.dialect.lexis)
    for place, token in enumerate(tokens):
        calls = place + 1 < len(tokens) and tokens[place + 1].up == "("
        if token.kind in ("word", "name") and not calls and draft.column_key(token) == old_key:
            raw = expression[token.start : token.end]
            shown = raw[0] + new + raw[-1] if token.kind == "name" else new
            parts += [expression[at : token.start], shown]
            at = token.end
    return "".join([*parts, expression[at:]])


def drop_constraint(table: TableDraft, name: str) -> bool:
    """Takes a constraint, or a named default, off the table; False where it has none of the name."""
    same = name.lower()
    if table.primary_key and table.primary_key.name.lower() == same:
        table.primary_key = None
    elif same in table.defaults:
        key = table.defaults.pop(same)
        if key in table.columns:
            table.columns[key] = replace(table.columns[key], default=None)
    else:
        lists: tuple[list[Any], ...] = (table.unique, table.foreign_keys, table.checks)
        for found in lists:
            kept = [constraint for constraint in found if constraint.name.lower() != same]
            if len(kept) < len(found):
                found[:] = kept
                break
        else:
            return False
    table.taken.discard(same)
    return True


def rename_constraint(draft: Draft, table: TableDraft, old: str, new: str) -> None:
    """Renames a constraint or an index of the table.

    Raises:
        Unread: there is none of that name.
    """
    same = old.lower()
    if table.primary_key and table.primary_key.name.lower() == same:
        table.primary_key = replace(table.primary_key, name=new)
        return
    lists: tuple[list[Any], ...] = (table.unique, table.foreign_keys, table.checks, table.indexes)
    for found in lists:
        for place, item in enumerate(found):
            if item.name.lower() == same:
                found[place] = replace(item, name=new)
                table.taken.discard(same)
                table.taken.add(new.lower())
                if draft.index_tables.pop(draft.key(table.schema, old), None):
                    draft.index_tables[draft.key(table.schema, new)] = draft.key(table.schema, table.name)
                return
    if same in table.defaults:
        table.defaults[new.lower()] = table.defaults.pop(same)
        return
    raise Unread(f"there is no constraint or index {old!r} on table {table.qname}")


def switch_constraint(table: TableDraft, name: str, on: bool, validated: bool | None) -> None:
    """Turns a foreign key or check on or off; `validated` None leaves that as it is.

    Raises:
        Unread: there is none of that name.
    """
    same = name.lower()
    lists: tuple[list[Any], ...] = (table.foreign_keys, table.checks)
    for found in lists:
        for place, item in enumerate(found):
            if item.name.lower() == same:
                trusted = item.validated if validated is None else validated
                found[place] = replace(item, enforced=on, validated=trusted)
                return
    keys = [unique.name.lower() for unique in table.unique]
    if same not in keys and not (table.primary_key and table.primary_key.name.lower() == same):
        raise Unread(f"there is no constraint {name!r} on table {table.qname}")


def rename_table(draft: Draft, table: TableDraft, parts: list[Token]) -> None:
    """Renames or moves the table, and what points at it.

    Raises:
        Unread: there is a table of the new name.
    """
    old = draft.key(table.schema, table.name)
    schema, name = draft.split(parts) if len(parts) > 1 else (table.schema, draft.dialect.fold(parts[-1]))
    new = draft.key(schema, name)
    if new != old and (new in draft.tables or new in draft.views):
        raise Unread(f"{QName(schema, name)} is already defined")
    draft.tables.pop(old, None)
    old_name = table.name
    table.schema, table.name = schema, name
    draft.dialect.renamed_table(table, old_name)
    draft.tables[new] = table
    for other in draft.tables.values():
        for place, key in enumerate(other.foreign_keys):
            if draft.key(key.ref_schema, key.ref_table) == old:
                other.foreign_keys[place] = replace(key, ref_schema=schema, ref_table=name)
    for owners in (draft.index_tables, draft.trigger_tables):
        for name_key, owner in owners.items():
            if owner == old:
                owners[name_key] = new


def swap_tables(draft: Draft, one: TableDraft, other: TableDraft) -> None:
    """The two tables change names; foreign keys go on pointing at the table that they pointed at."""
    keys = draft.key(one.schema, one.name), draft.key(other.schema, other.name)
    one.schema, one.name, other.schema, other.name = other.schema, other.name, one.schema, one.name
    draft.tables[keys[1]], draft.tables[keys[0]] = one, other
    moved = {keys[0]: one, keys[1]: other}
    for table in draft.tables.values():
        for place, key in enumerate(table.foreign_keys):
            target = moved.get(draft.key(key.ref_schema, key.ref_table))
            if target is not None:
                table.foreign_keys[place] = replace(key, ref_schema=target.schema, ref_table=target.name)


def drop_table(draft: Draft, table: TableDraft) -> None:
    """Takes the table away, with its indexes and triggers."""
    key = draft.key(table.schema, table.name)
    draft.tables.pop(key, None)
    for index in table.indexes:
        draft.index_tables.pop(draft.key(table.schema, index.name), None)
    for trigger in table.triggers:
        draft.trigger_tables.pop(draft.key(table.schema, trigger.name), None)
