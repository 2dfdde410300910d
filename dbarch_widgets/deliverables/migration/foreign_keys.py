"""Foreign keys: NOT VALID first and validated after; on partitioned tables one partition at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dbarch_widgets.deliverables.migration.constraints import (
    alter,
    renamed,
    same_but_name,
    swap,
    unvalidated,
    validated,
)
from dbarch_widgets.deliverables.migration.draft import Draft, bare, named_apart
from dbarch_widgets.deliverables.migration.indexes import turned_whole
from dbarch_widgets.deliverables.migration.locks import locks, together
from dbarch_widgets.deliverables.migration.step import Check as Rows
from dbarch_widgets.deliverables.migration.step import Lock, Step
from dbarch_widgets.model.schema import ForeignKey, Schema, Table
from dbarch_widgets.sql.write.postgres import columns as parts
from dbarch_widgets.sql.write.postgres.names import qualified
from dbarch_widgets.sql.write.words import generated, named


def added(draft: Draft) -> None:
    """NOT VALID under a lock that lets reads go on, validated after."""
    for before, after in draft.sides:
        for old, new in named_apart(before.foreign_keys, after.foreign_keys):
            if new is None or draft.new.find(new.target) is None:
                continue
            if old is None:
                for step in foreign_key_steps(draft.new, after, new):
                    draft.add(step)
            elif bare(old) != bare(new):
                _foreign_key_changed(draft, after, old, new)


def foreign_key_steps(schema: Schema, table: Table, key: ForeignKey, name: str | None = None) -> list[Step]:
    """Add, then validate; a partitioned table takes no NOT VALID one before PostgreSQL 18, its partitions do."""
    at_once = table.kind == "partitioned"
    apart = replace(key, name=name or key.name, validated=key.validated if at_once else False)
    before = _on_partitions(schema, table, apart, key) if at_once and key.validated and key.enforced else []
    add = Step(
        f"Add foreign key {apart.name} from {table.qname} to {key.target}",
        (alter(table, f"ADD {parts.foreign_key(apart)}"),),
        (alter(table, f"DROP CONSTRAINT {named(apart.name)}"),),
        table.qname,
        (key.name, *key.columns),
        locks("ADD FK" if at_once else "ADD FK NOT VALID", table.qname, key.target),
        locks("DROP FK CONSTRAINT", table.qname, key.target),
        checks=(_orphans(table, key),) if at_once else (),
    )
    if before:
        held = together(add.locks, (Lock(key.target, "ACCESS EXCLUSIVE"),))
        notes = ("It takes over those of the partitions, and reads no row.",)
        return [*before, replace(add, locks=held, checks=(), notes=notes)]
    if at_once or not (key.validated and key.enforced):
        return [add]
    return [add, replace(validated(table, apart.name, "VALIDATE FK", _orphans(table, key), key), names=add.names)]


def _leaves(schema: Schema, table: Table) -> Iterator[Table]:
    for part in schema.partitions(table.qname):
        if part.kind == "partitioned":
            yield from _leaves(schema, part)
        else:
            yield part


def _on_partitions(schema: Schema, table: Table, apart: ForeignKey, key: ForeignKey) -> list[Step]:
    """The key on each partition, NOT VALID and then validated: measured on 18.6, the one on the whole then reads nothing."""
    leaves = list(_leaves(schema, table))
    if not leaves:
        return []
    own = {}
    for leaf in leaves:
        taken = {each.name for each in (*leaf.foreign_keys, *table.foreign_keys, apart)}
        own[leaf.qname] = generated(leaf.name, "_".join(apart.columns), "fkey", taken)
    loose = [replace(apart, name=own[leaf.qname], validated=False) for leaf in leaves]
    title = f"foreign key {apart.name} on the {len(leaves)} partitions of {table.qname}"
    add = Step(
        f"Add {title}, for rows that are written from now on",
        tuple(alter(leaf, f"ADD {parts.foreign_key(each)}") for leaf, each in zip(leaves, loose, strict=True)),
        tuple(alter(leaf, f"DROP CONSTRAINT IF EXISTS {named(own[leaf.qname])}") for leaf in leaves),
        table.qname,
        (key.name, *key.columns),
        together(*(locks("ADD FK NOT VALID", leaf.qname, key.target) for leaf in leaves)),
        together(*(locks("DROP FK CONSTRAINT", leaf.qname, key.target) for leaf in leaves)),
    )
    valid = Step(
        f"Validate {title}",
        tuple(alter(leaf, f"VALIDATE CONSTRAINT {named(own[leaf.qname])}") for leaf in leaves),
        (),
        table.qname,
        add.names,
        together(*(locks("VALIDATE FK", leaf.qname, key.target) for leaf in leaves)),
        (),
        transaction=False,
        checks=(_orphans(table, key),),
        notes=("It reads one partition after the other; reads and writes go on.",),
    )
    return [add, valid]


def _orphans(table: Table, key: ForeignKey) -> Rows:
    pairs = zip(key.columns, key.ref_columns, strict=True)
    join = " AND ".join(f"p.{named(theirs)} = c.{named(mine)}" for mine, theirs in pairs)
    given = " AND ".join(f"c.{named(mine)} IS NOT NULL" for mine in key.columns)
    exists = f"NOT EXISTS (SELECT FROM {qualified(key.target)} AS p WHERE {join})"
    sql = f"SELECT c.* FROM {qualified(table.qname)} AS c WHERE {given} AND {exists}"
    return Rows(f"{table.qname}: rows without their row in {key.target}, for {key.name}", sql)


def _foreign_key_changed(draft: Draft, table: Table, old: ForeignKey, new: ForeignKey) -> None:
    if same_but_name(old, new):
        draft.add(renamed(table, old.name, new.name))
    elif bare(replace(old, validated=True)) == bare(new):
        step = validated(table, new.name, "VALIDATE FK", _orphans(table, new), new)
        draft.add(unvalidated(table, step, old.name, parts.foreign_key(old), "DROP FK CONSTRAINT"))
    else:
        apart = f"{new.name[:50]}_to_be"
        for step in foreign_key_steps(draft.new, table, new, apart):
            draft.add(step)
        swap(draft, table, apart, new.name, lambda: parts.foreign_key(old), "DROP FK CONSTRAINT")
        last = draft.steps[-1]
        held = (*locks("DROP FK CONSTRAINT", table.qname, old.target), Lock(new.target, "ACCESS EXCLUSIVE"))
        draft.steps[-1] = replace(last, locks=together(last.locks, held), down_locks=None)


def dropped(draft: Draft) -> None:
    for before, after in draft.pairs:
        for old, new in named_apart(before.foreign_keys, after.foreign_keys):
            if old is not None and new is None and draft.old.find(old.target):
                steps = foreign_key_steps(draft.old, after, old)
                draft.add(turned_whole(steps, f"Drop foreign key {old.name} of {after.qname}"))
