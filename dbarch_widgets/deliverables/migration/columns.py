"""Columns: added without a rewrite where there is a way, retyped with what hangs on them, dropped with their data kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dbarch_widgets.deliverables.migration.backfill import backfill
from dbarch_widgets.deliverables.migration.draft import Draft, qualified_kept
from dbarch_widgets.deliverables.migration.identities import (
    become_identity,
    identity_changed,
    serial_to_identity,
    was_serial,
)
from dbarch_widgets.deliverables.migration.locks import locks, together
from dbarch_widgets.deliverables.migration.moved import as_moved
from dbarch_widgets.deliverables.migration.retype import retyped
from dbarch_widgets.deliverables.migration.step import Check, Rollback, Step
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.sql.write.postgres import columns as parts
from dbarch_widgets.sql.write.postgres.names import qualified
from dbarch_widgets.sql.write.postgres.objects import identity_sequences
from dbarch_widgets.sql.write.words import after_default, generated, literal, named, names

_CALL = re.compile(r"(\w+)\s*\(")
# They give the same for all rows of a statement, so that PostgreSQL stores the value once for all old rows.
_STABLE = frozenset(
    {
        "now",
        "statement_timestamp",
        "transaction_timestamp",
        "current_setting",
        "timezone",
        "date_trunc",
        "coalesce",
        "nullif",
    }
)


def column_pairs(draft: Draft, before: Table, after: Table) -> Iterator[tuple[Column | None, Column | None]]:
    """(old, new) of each column; a partition's own are its parent's and are left to it."""
    renamed = {
        change.name: change.before
        for change in draft.diff.changes
        if (change.kind, change.object, change.table) == ("renamed", "column", after.qname)
    }
    gone = {column.name for column in before.columns}
    for column in after.columns:
        was = renamed.get(column.name, column.name) or column.name
        old = before.column(was) if before.has_column(was) else None
        gone.discard(was)
        if not draft.from_parent(before, after, "columns", column.name):
            yield old, column
    for name in before.column_names:
        if name in gone and not draft.from_parent(before, after, "columns", name):
            yield before.column(name), None


def added_and_changed(draft: Draft) -> None:
    for before, after in draft.pairs:
        for old, new in column_pairs(draft, before, after):
            if new is None:
                continue
            if old is None:
                _add(draft, after, new)
                continue
            if old.name != new.name:
                draft.add(_renamed(after, old, new))
            _change(draft, before, after, old, new)


def _alter(table: Table, command: str) -> str:
    return f"ALTER TABLE {qualified(table.qname)} {command}"


def _drop(table: Table, column: Column) -> str:
    return _alter(table, f"DROP COLUMN {named(column.name)}")


def _renamed(table: Table, old: Column, new: Column) -> Step:
    return Step(
        f"Rename column {old.name} of {table.qname} to {new.name}",
        (_alter(table, f"RENAME COLUMN {named(old.name)} TO {named(new.name)}"),),
        (_alter(table, f"RENAME COLUMN {named(new.name)} TO {named(old.name)}"),),
        table.qname,
        (old.name, new.name),
        locks("RENAME COLUMN", table.qname),
        notes=("Programs that name the old column fail from this moment on.",),
    )


# Added columns


def _add(draft: Draft, table: Table, new: Column) -> None:
    plain = replace(new, nullable=True, default=None, identity=None)
    if new.identity:
        _add_identity(draft, table, new)
    elif new.generated is not None:
        form = "ADD COLUMN generated stored" if new.generated_kind == "stored" else "ADD COLUMN nullable"
        draft.add(_added(draft, table, new, form))
    elif new.default is not None and is_volatile(new.default):
        draft.add(_added(draft, table, plain, "ADD COLUMN nullable"))
        draft.add(_default(table, None, new))
        draft.add(backfill(table, new.name, after_default(new.default)))
        _not_null(draft, table, new)
    elif new.default is None and not new.nullable:
        draft.add(_added(draft, table, plain, "ADD COLUMN nullable"))
        _not_null(draft, table, new)
        words = f"{table.qname}: {new.name} would have no value in these rows; give it a default, or fill it first"
        last = draft.steps[-2]
        draft.steps[-2] = replace(last, checks=(Check(words, f"SELECT * FROM {qualified(table.qname)}"),))
    else:
        draft.add(_added(draft, table, new, "ADD COLUMN const default"))


def is_volatile(default: str) -> bool:
    """Whether each row gets a value of its own."""
    return any(name.lower() not in _STABLE for name in _CALL.findall(default))


def _added(draft: Draft, table: Table, column: Column, form: str) -> Step:
    text = parts.column(replace(table, primary_key=None), column, draft.types)
    return Step(
        f"Add column {column.name} to {table.qname}",
        (_alter(table, f"ADD COLUMN {text}"),),
        (_drop(table, column),),
        table.qname,
        (column.name,),
        locks(form, table.qname),
        locks("DROP COLUMN", table.qname),
        rewrites=form == "ADD COLUMN generated stored",
        down_rewrites=False,
        notes=("Going back drops what was written into it since.",),
    )


def _not_null(draft: Draft, table: Table, new: Column) -> None:
    in_key = table.primary_key is not None and new.name in table.primary_key.columns
    if not new.nullable or in_key:
        for step in not_null_steps(table, new.name):
            draft.add(step)


def _add_identity(draft: Draft, table: Table, new: Column) -> None:
    """Nullable first, with numbers for new rows; old rows get theirs in batches; then it becomes an identity."""
    sequence = identity_sequences(draft.new).get((*table.qname, new.name))
    name = sequence.name if sequence else generated(table.name, new.name, "seq", set())
    numbers = qualified_kept(f"{table.schema}.{name}")
    plain = replace(new, nullable=True, default=None, identity=None)
    column = named(new.name)
    text = parts.column(replace(table, primary_key=None), plain, draft.types)
    quoted = literal(numbers)
    draft.add(
        Step(
            f"Add column {new.name} to {table.qname}, numbered for rows that are written from now on",
            (
                f"CREATE SEQUENCE {numbers}",
                _alter(table, f"ADD COLUMN {text}"),
                _alter(table, f"ALTER COLUMN {column} SET DEFAULT nextval({quoted})"),
            ),
            (_drop(table, new), f"DROP SEQUENCE {numbers}"),
            table.qname,
            (new.name,),
            locks("ADD COLUMN nullable", table.qname),
            locks("DROP COLUMN", table.qname),
        )
    )
    draft.add(backfill(table, new.name, f"nextval({quoted})"))
    for step in not_null_steps(table, new.name):
        draft.add(step)
    draft.add(become_identity(draft, table, new, sequence, numbers))


# Changed columns


def _change(draft: Draft, before: Table, after: Table, old: Column, new: Column) -> None:
    retypes = (old.type, old.collation) != (new.type, new.collation)
    numbers = was_serial(draft, after, old, new)
    if retypes:
        draft.add(retyped(draft, before, after, old, new))
    if numbers is not None:
        draft.add(serial_to_identity(draft, after, old, new, numbers))
    else:
        # A change of type brings the default of the new one.
        if not retypes and as_moved(draft, old.default) != new.default and not (old.generated or new.generated):
            draft.add(_default(after, old, new))
        if old.identity != new.identity:
            draft.add(identity_changed(draft, after, old, new))
    if old.generated and not new.generated:
        draft.add(_no_longer_generated(after, new))
    keys = [table.primary_key.columns if table.primary_key else () for table in (before, after)]
    if old.nullable and not new.nullable and new.name not in keys[1]:
        for step in not_null_steps(after, new.name):
            draft.add(step)
    elif new.nullable and not old.nullable and old.name not in keys[0]:
        draft.add(_nullable(after, new))


def _set_default(table: Table, column: Column | None, name: str) -> str:
    value = (
        "DROP DEFAULT" if column is None or column.default is None else f"SET DEFAULT {after_default(column.default)}"
    )
    return _alter(table, f"ALTER COLUMN {named(name)} {value}")


def _default(table: Table, old: Column | None, new: Column) -> Step:
    return Step(
        f"Set the default of {new.name} of {table.qname}",
        (_set_default(table, new, new.name),),
        (_set_default(table, old, new.name),),
        table.qname,
        (new.name,),
        locks("SET DEFAULT", table.qname),
    )


def _no_longer_generated(table: Table, new: Column) -> Step:
    return Step(
        f"Let {new.name} of {table.qname} be written, no longer generated",
        (_alter(table, f"ALTER COLUMN {named(new.name)} DROP EXPRESSION"),),
        (),
        table.qname,
        (new.name,),
        locks("SET DEFAULT", table.qname),
        (),
        rollback="not reversible",
    )


def not_null_steps(table: Table, name: str) -> list[Step]:
    """A check that is validated while writes go on lets SET NOT NULL do without reading the table."""
    column = named(name)
    check = named(f"{name[:40]}_is_not_null")
    rows = Check(
        f"{table.qname}: rows without {name}",
        f"SELECT * FROM {qualified(table.qname)} WHERE {column} IS NULL",
    )
    drop = _alter(table, f"DROP CONSTRAINT {check}")
    add = _alter(table, f"ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID")
    held = locks("ADD CHECK NOT VALID", table.qname), locks("DROP CONSTRAINT", table.qname)
    return [
        Step(f"Let new rows of {table.qname} have {name}", (add,), (drop,), table.qname, (name,), *held),
        Step(
            f"Validate that every row of {table.qname} has {name}",
            (_alter(table, f"VALIDATE CONSTRAINT {check}"),),
            (),
            table.qname,
            (name,),
            locks("VALIDATE CHECK", table.qname),
            (),
            checks=(rows,),
            notes=("It reads the table; reads and writes go on.",),
        ),
        Step(
            f"Let {name} of {table.qname} be NOT NULL",
            (_alter(table, f"ALTER COLUMN {column} SET NOT NULL"), drop),
            (add, _alter(table, f"ALTER COLUMN {column} DROP NOT NULL")),
            table.qname,
            (name,),
            locks("SET NOT NULL", table.qname),
            notes=("The check proves it (PostgreSQL 12 and later): the table is not read again.",),
        ),
    ]


def _nullable(table: Table, new: Column) -> Step:
    return Step(
        f"Let {new.name} of {table.qname} be NULL",
        (_alter(table, f"ALTER COLUMN {named(new.name)} DROP NOT NULL"),),
        (_alter(table, f"ALTER COLUMN {named(new.name)} SET NOT NULL"),),
        table.qname,
        (new.name,),
        locks("DROP NOT NULL", table.qname),
        notes=("Going back reads the table under the lock, and fails while a row has no value.",),
    )


# Dropped columns


def dropped(draft: Draft) -> None:
    """Last of all. The values are kept beside where the table has a key to find their rows by."""
    for before, after in draft.pairs:
        for old, new in column_pairs(draft, before, after):
            if old is not None and new is None:
                draft.add(_dropped(draft, after, old))


def _dropped(draft: Draft, table: Table, old: Column) -> Step:
    title = f"Drop column {old.name} of {table.qname}"
    text = parts.column(replace(table, primary_key=None), replace(old, nullable=True), draft.old_types)
    add = _alter(table, f"ADD COLUMN {text}")
    held = locks("DROP COLUMN", table.qname), locks("ADD COLUMN nullable", table.qname)
    note = "Going back puts the column at the end of the table."
    key = table.primary_key.columns if table.primary_key else ()
    if not key or old.generated is not None or old.name in key:
        rollback: Rollback = "reversible" if old.generated is not None else "not reversible"
        why = () if old.generated is not None else ("There is no key by which its values could be kept.",)
        up = (_drop(table, old),)
        return Step(title, up, (add,), table.qname, (old.name,), *held, rollback=rollback, notes=(note, *why))
    place = qualified(table.qname)
    kept = qualified_kept(f"{table.schema}.{table.name}.{old.name}")
    column = named(old.name)
    match = " AND ".join(f"t.{named(name)} = k.{named(name)}" for name in key)
    back = [add, f"UPDATE {place} AS t SET {column} = k.{column} FROM {kept} AS k WHERE {match}"]
    if not old.nullable:
        back.append(_alter(table, f"ALTER COLUMN {column} SET NOT NULL"))
    return Step(
        title,
        (
            f"CREATE TABLE {kept} AS SELECT {names(key)}, {column} FROM {place} WHERE {column} IS NOT NULL",
            _drop(table, old),
        ),
        (*back, f"DROP TABLE {kept}"),
        table.qname,
        (old.name,),
        together(held[0]),
        held[1],
        rollback="data kept aside",
        notes=(note, f"Its values stay in {kept} until you drop that.", "Rows written since have none in it."),
    )


__all__ = ["added_and_changed", "dropped", "not_null_steps"]
