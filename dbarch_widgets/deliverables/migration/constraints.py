"""Keys and checks: NOT VALID first and validated after, unique ones on an index that is there already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dbarch_widgets.deliverables.migration.draft import Draft, bare, named_apart
from dbarch_widgets.deliverables.migration.indexes import concurrently, duplicates, turned, turned_whole
from dbarch_widgets.deliverables.migration.locks import locks, together
from dbarch_widgets.deliverables.migration.step import Check as Rows
from dbarch_widgets.deliverables.migration.step import Step
from dbarch_widgets.model.schema import Check, Exclusion, ForeignKey, Index, IndexKey, PrimaryKey, Table, Unique
from dbarch_widgets.sql.write.postgres import columns as parts
from dbarch_widgets.sql.write.postgres.names import at, qualified
from dbarch_widgets.sql.write.postgres.tables import index
from dbarch_widgets.sql.write.words import enclosed, named

Key = PrimaryKey | Unique | Exclusion


def alter(table: Table, command: str) -> str:
    return f"ALTER TABLE {qualified(table.qname)} {command}"


def renamed(table: Table, old: str, new: str) -> Step:
    return Step(
        f"Rename constraint {old} of {table.qname} to {new}",
        (alter(table, f"RENAME CONSTRAINT {named(old)} TO {named(new)}"),),
        (alter(table, f"RENAME CONSTRAINT {named(new)} TO {named(old)}"),),
        table.qname,
        (old, new),
        locks("RENAME CONSTRAINT", table.qname),
    )


def same_but_name(old: object, new: object) -> bool:
    return bool(bare(replace(old, name=new.name)) == bare(new))  # type: ignore[type-var, attr-defined]


# Primary keys, unique and exclusion constraints


def _keys(table: Table) -> list[Key]:
    return [*table.key_constraints, *table.exclusions]


def keys_added(draft: Draft) -> None:
    """New ones; a changed one is dropped and made in one transaction, on an index that was built before."""
    for before, after in draft.pairs:
        for old, new in named_apart(_keys(before), _keys(after)):
            if new is None or draft.from_parent(before, after, "key_constraints", new.name) or _inherited(after, draft):
                continue
            if old is None:
                for step in _key_steps(draft, after, new, promoted(before, new)):
                    draft.add(step)
            elif bare(old) != bare(new):
                if same_but_name(old, new):
                    draft.add(renamed(after, old.name, new.name))
                else:
                    _key_replaced(draft, after, old, new)


def _inherited(table: Table, draft: Draft) -> bool:
    """Whether the table's keys are its parent's: those of a partition come and go with it."""
    return table.partition_of is not None and draft.new.find(table.partition_of) is not None


def keys_dropped(draft: Draft) -> None:
    for before, after in draft.pairs:
        for old, new in named_apart(_keys(before), _keys(after)):
            if old is not None and new is None and not _inherited(after, draft):
                steps = _key_steps(draft, after, old)
                title = f"Drop constraint {old.name} of {after.qname}"
                needed = [step for step in steps if old.name not in step.names]
                draft.add(turned_whole(steps[len(needed) :], title))
                for step in reversed(needed):
                    draft.add(turned(step, title))


def _definition(key: Key) -> str:
    if isinstance(key, PrimaryKey):
        return parts.primary_key(key)
    return parts.unique(key) if isinstance(key, Unique) else parts.exclusion(key)


def _index_of(key: PrimaryKey | Unique, name: str) -> Index:
    nulls = key.nulls_distinct if isinstance(key, Unique) else True
    keys = tuple(IndexKey(column) for column in key.columns)
    return Index(name, keys, unique=True, nulls_distinct=nulls, include=key.include)


def promoted(before: Table, key: Key) -> Index | None:
    """The unique index that is there already under the name of the new key, and becomes it."""
    if isinstance(key, Exclusion):
        return None
    made = _index_of(key, key.name)
    return next((each for each in before.indexes if replace(bare(each), comment=None) == made), None)


def _key_steps(draft: Draft, table: Table, key: Key, there: Index | None = None) -> list[Step]:
    """The index CONCURRENTLY, then the constraint on it; at once where that does not go."""
    title = f"Add constraint {key.name} to {table.qname}"
    drop = (alter(table, f"DROP CONSTRAINT {named(key.name)}"),)
    if isinstance(key, Exclusion) or table.kind == "partitioned":
        form = "ADD EXCLUDE" if isinstance(key, Exclusion) else "ADD UNIQUE"
        note = "There is no way without the lock: PostgreSQL builds the index of such a constraint under it."
        held = locks(form, table.qname), locks("DROP CONSTRAINT", table.qname)
        checks = () if isinstance(key, Exclusion) else (duplicates(table, _index_of(key, key.name)),)
        up = (alter(table, f"ADD {_definition(key)}"),)
        return [Step(title, up, drop, table.qname, (key.name,), *held, checks=checks, notes=(note,))]
    made = _index_of(key, key.name)
    name = at(table.schema, key.name)
    build = Step(
        f"Make the unique index of {key.name} on {table.qname}",
        (f"DROP INDEX CONCURRENTLY IF EXISTS {name}", concurrently(index(table, made))),
        (f"DROP INDEX CONCURRENTLY IF EXISTS {name}",),
        table.qname,
        (key.name, *key.columns),
        locks("CREATE INDEX CONCURRENTLY", table.qname),
        locks("DROP INDEX CONCURRENTLY", table.qname),
        transaction=False,
        checks=(duplicates(table, made),),
        notes=("It reads the table twice and waits for every transaction that is older than it.",),
    )
    kind = "PRIMARY KEY" if isinstance(key, PrimaryKey) else "UNIQUE"
    using = alter(table, f"ADD CONSTRAINT {named(key.name)} {kind} USING INDEX {named(key.name)}{parts.late(key)}")
    join = Step(
        title,
        (using,),
        drop,
        table.qname,
        (key.name, *key.columns),
        locks("ADD UNIQUE USING INDEX", table.qname),
        locks("DROP CONSTRAINT", table.qname),
        notes=("The index is there: only the catalog changes.",),
    )
    needed = _not_null_steps(draft, table, key) if isinstance(key, PrimaryKey) else []
    if there is not None:
        # Going back the index is built beside the constraint, which it then outlives.
        apart = replace(made, name=f"{key.name[:50]}_again")
        again = (
            f"DROP INDEX CONCURRENTLY IF EXISTS {at(table.schema, apart.name)}",
            concurrently(index(table, apart)),
            *drop,
            f"ALTER INDEX {at(table.schema, apart.name)} RENAME TO {named(key.name)}",
        )
        return [*needed, replace(join, down=again, down_transaction=False)]
    return [*needed, build, join]


def _not_null_steps(draft: Draft, table: Table, key: PrimaryKey) -> list[Step]:
    """The columns of a primary key become NOT NULL with it, under its lock, unless they are so before."""
    from dbarch_widgets.deliverables.migration.columns import not_null_steps

    before = next((old for old, new in draft.pairs if new.qname == table.qname), None)
    loose = [
        name for name in key.columns if before is None or (before.has_column(name) and before.column(name).nullable)
    ]
    return [step for name in loose for step in not_null_steps(table, name)]


def _key_replaced(draft: Draft, table: Table, old: Key, new: Key) -> None:
    change = (alter(table, f"DROP CONSTRAINT {named(old.name)}, ADD {_definition(new)}"),)
    back = (alter(table, f"DROP CONSTRAINT {named(new.name)}, ADD {_definition(old)}"),)
    held = locks("ADD UNIQUE", table.qname)
    title = f"Change constraint {new.name} of {table.qname}"
    checks = () if isinstance(new, Exclusion) else (duplicates(table, _index_of(new, new.name)),)
    draft.add(Step(title, change, back, table.qname, (new.name,), held, checks=checks))


# Checks


def checks_added(draft: Draft) -> None:
    """NOT VALID under a short lock, validated while writes go on."""
    for before, after in draft.pairs:
        for old, new in named_apart(before.checks, after.checks):
            if new is None or draft.from_parent(before, after, "checks", new.name) or _done(draft, after, old):
                continue
            if old is None:
                for step in _check_steps(after, new):
                    draft.add(step)
            elif bare(old) != bare(new):
                _check_changed(draft, after, old, new)


def _done(draft: Draft, table: Table, check: Check | None) -> bool:
    return check is not None and (table.qname, check.name) in draft.checks_done


def _check_steps(table: Table, check: Check, name: str | None = None) -> list[Step]:
    apart = replace(check, name=name or check.name, validated=False)
    add = Step(
        f"Add check {apart.name} to {table.qname}, for rows that are written from now on",
        (alter(table, f"ADD {parts.check(apart)}"),),
        (alter(table, f"DROP CONSTRAINT {named(apart.name)}"),),
        table.qname,
        (check.name,),
        locks("ADD CHECK NOT VALID", table.qname),
        locks("DROP CONSTRAINT", table.qname),
    )
    if not (check.validated and check.enforced):
        return [add]
    rows = Rows(
        f"{table.qname}: rows against {check.name}",
        f"SELECT * FROM {qualified(table.qname)} WHERE NOT {enclosed(check.expression)}",
    )
    return [add, replace(validated(table, apart.name, "VALIDATE CHECK", rows), names=add.names)]


def validated(table: Table, name: str, form: str, rows: Rows | None, parent: ForeignKey | None = None) -> Step:
    return Step(
        f"Validate {name} of {table.qname}",
        (alter(table, f"VALIDATE CONSTRAINT {named(name)}"),),
        (),
        table.qname,
        (name,),
        locks(form, table.qname, parent.target if parent else None),
        (),
        checks=(rows,) if rows else (),
        notes=("It reads the table; reads and writes go on.",),
    )


def _check_changed(draft: Draft, table: Table, old: Check, new: Check) -> None:
    if same_but_name(old, new):
        draft.add(renamed(table, old.name, new.name))
    elif bare(replace(old, validated=True)) == bare(new):
        rows = Rows(
            f"{table.qname}: rows against {new.name}",
            f"SELECT * FROM {qualified(table.qname)} WHERE NOT {enclosed(new.expression)}",
        )
        step = validated(table, new.name, "VALIDATE CHECK", rows)
        draft.add(unvalidated(table, step, old.name, parts.check(old), "ADD CHECK NOT VALID"))
    else:
        apart = f"{new.name[:50]}_to_be"
        for step in _check_steps(table, new, apart):
            draft.add(step)
        swap(draft, table, apart, new.name, lambda: parts.check(old), "DROP CONSTRAINT")


def unvalidated(table: Table, step: Step, name: str, definition: str, form: str) -> Step:
    """Back to a constraint that is not valid: dropped and made again in one transaction."""
    back = (alter(table, f"DROP CONSTRAINT {named(name)}"), alter(table, f"ADD {definition}"))
    return replace(
        step, down=back, down_locks=together(locks("DROP CONSTRAINT", table.qname), locks(form, table.qname))
    )


def swap(draft: Draft, table: Table, apart: str, name: str, old: Callable[[], str], form: str) -> None:
    """The new one takes the name of the old one."""
    drop, rename = f"DROP CONSTRAINT {named(name)}", f"RENAME CONSTRAINT {named(apart)} TO {named(name)}"
    back = f"RENAME CONSTRAINT {named(name)} TO {named(apart)}"
    held = together(locks(form, table.qname), locks("RENAME CONSTRAINT", table.qname))
    draft.add(
        Step(
            f"Let {apart} take the place of {name} of {table.qname}",
            (alter(table, drop), alter(table, rename)),
            (alter(table, back), alter(table, f"ADD {old()}")),
            table.qname,
            (name,),
            held,
            notes=("Going back checks every row under the lock.",),
        )
    )


def checks_dropped(draft: Draft) -> None:
    for before, after in draft.pairs:
        for old, new in named_apart(before.checks, after.checks):
            if old is None or new is not None or draft.from_parent(before, after, "checks", old.name):
                continue
            if _done(draft, after, old):
                continue
            draft.add(turned_whole(_check_steps(after, old), f"Drop check {old.name} of {after.qname}"))
