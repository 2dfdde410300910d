"""Indexes: made and dropped CONCURRENTLY, outside of transactions; on partitioned tables one partition at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dbarch_widgets.deliverables.migration.draft import Draft, bare, named_apart
from dbarch_widgets.deliverables.migration.locks import locks, together
from dbarch_widgets.deliverables.migration.step import Check, Step
from dbarch_widgets.model.schema import Index, IndexKey, Schema, Table
from dbarch_widgets.sql.write.postgres.names import at, qualified
from dbarch_widgets.sql.write.postgres.tables import index, index_on
from dbarch_widgets.sql.write.words import enclosed, generated, named

_HEAD = re.compile(r"CREATE (UNIQUE )?INDEX ")


def added(draft: Draft) -> None:
    """New and changed ones, and those that were renamed. A changed one is made under a name of its own first."""
    for before, after in draft.sides:
        for old, new in named_apart(before.indexes, after.indexes):
            if new is None or (old is not None and bare(old) == bare(new)):
                continue
            if old is None:
                draft.add(_made(draft, after, new))
            elif bare(replace(old, name=new.name)) == bare(new):
                draft.add(_renamed(after, old, new))
            elif replace(bare(old), comment=None) != replace(bare(new), comment=None):
                _replace(draft, after, old, new)


def dropped(draft: Draft) -> None:
    """Those that go, but for one that a new key of the same name is made of."""
    for before, after in draft.pairs:
        keys = {key.name for key in after.key_constraints} - {key.name for key in before.key_constraints}
        for old, new in named_apart(before.indexes, after.indexes):
            if old is not None and new is None and old.name not in keys:
                draft.add(turned(_made(draft, after, old), f"Drop index {old.name} of {after.qname}"))


def turned(step: Step, title: str) -> Step:
    """The step that does backwards what another does forwards."""
    return replace(
        step,
        title=title,
        up=step.down,
        down=step.up,
        locks=step.locks if step.down_locks is None else step.down_locks,
        down_locks=step.locks,
        rewrites=step.rewrites if step.down_rewrites is None else step.down_rewrites,
        down_rewrites=step.rewrites,
        transaction=step.transaction if step.down_transaction is None else step.down_transaction,
        down_transaction=step.transaction,
        checks=(),
        notes=tuple(f"Going back: {note[0].lower()}{note[1:]}" for note in step.notes),
    )


def turned_whole(steps: Sequence[Step], title: str) -> Step:
    """One step that takes away what several make; going back is theirs one after the other, from wherever it was interrupted."""
    gone = next(step for step in reversed(steps) if step.down)
    clear = [sql.replace("DROP CONSTRAINT ", "DROP CONSTRAINT IF EXISTS ", 1) for sql in gone.down]
    back = (gone.locks if gone.down_locks is None else gone.down_locks, *(step.locks for step in steps))
    return replace(
        turned(gone, title),
        down=(*clear, *(sql for step in steps for sql in step.up)),
        down_locks=together(*back),
        down_transaction=False,
        notes=tuple(f"Going back: {note[0].lower()}{note[1:]}" for step in steps for note in step.notes),
    )


def _made(draft: Draft, table: Table, new: Index) -> Step:
    title = f"Make index {new.name} on {table.qname}"
    name = at(table.schema, new.name)
    comment = () if new.comment is None else (_comment(name, new.comment),)
    if table.kind == "partitioned":
        return _on_partitions(draft.new, table, new, title, comment)
    if draft.is_new(table.qname):
        up, down = (index(table, new), *comment), (f"DROP INDEX {name}",)
        return Step(title, up, down, table.qname, (new.name,), notes=("The table is empty.",))
    return Step(
        title,
        # A build that was interrupted leaves an index that is not valid; it is in the way of the next one.
        (f"DROP INDEX CONCURRENTLY IF EXISTS {name}", concurrently(index(table, new)), *comment),
        (f"DROP INDEX CONCURRENTLY IF EXISTS {name}",),
        table.qname,
        (new.name,),
        locks("CREATE INDEX CONCURRENTLY", table.qname),
        locks("DROP INDEX CONCURRENTLY", table.qname),
        transaction=False,
        checks=(duplicates(table, new),) if new.unique else (),
        notes=("It reads the table twice and waits for every transaction that is older than it.",),
    )


def concurrently(sql: str) -> str:
    """CREATE INDEX as CREATE INDEX CONCURRENTLY."""
    return _HEAD.sub(lambda match: f"{match.group()}CONCURRENTLY ", sql, count=1)


def _comment(name: str, text: str) -> str:
    from dbarch_widgets.sql.write.words import literal

    return f"COMMENT ON INDEX {name} IS {literal(text)}"


def _on_partitions(schema: Schema, table: Table, new: Index, title: str, comment: tuple[str, ...]) -> Step:
    """PostgreSQL has no CONCURRENTLY on the whole: an empty shell on the parent, the partitions' one by one, joined."""
    up = [index_on(f"ONLY {qualified(table.qname)}", new)]
    for part, parent, name, parent_name in _below(schema, table, new):
        own = replace(new, name=name)
        if part.kind == "partitioned":
            up.append(index_on(f"ONLY {qualified(part.qname)}", own))
        else:
            up += [
                f"DROP INDEX CONCURRENTLY IF EXISTS {at(part.schema, name)}",
                concurrently(index_on(qualified(part.qname), own)),
            ]
        up.append(f"ALTER INDEX {at(parent.schema, parent_name)} ATTACH PARTITION {at(part.schema, name)}")
    name = at(table.schema, new.name)
    return Step(
        title,
        (f"DROP INDEX IF EXISTS {name}", *up, *comment),
        (f"DROP INDEX IF EXISTS {name}",),
        table.qname,
        (new.name,),
        locks("CREATE INDEX", table.qname),
        locks("DROP INDEX", table.qname),
        transaction=False,
        checks=(duplicates(table, new),) if new.unique else (),
        notes=(
            "The lock on the partitioned table is held for a moment; each partition's index is built with writes going on.",
        ),
    )


def _below(schema: Schema, table: Table, new: Index) -> Iterator[tuple[Table, Table, str, str]]:
    """(partition, its parent, its index, the parent's index), parents before children."""
    ahead: list[tuple[Table, str]] = [(table, new.name)]
    for parent, parent_name in ahead:
        for part in schema.partitions(parent.qname):
            words = "_".join(key.column or "expr" for key in new.keys)
            taken = {each.name for each in part.indexes}
            name = generated(part.name, words, "idx", taken)
            ahead.append((part, name))
            yield part, parent, name, parent_name


def duplicates(table: Table, new: Index) -> Check:
    """Rows that a unique index would not take."""
    keys = [named(key.column) if key.column else enclosed(key.expression or "") for key in new.keys]
    conditions = [new.where] if new.where else []
    if new.nulls_distinct:
        conditions += [f"{key} IS NOT NULL" for key in keys]
    where = f" WHERE {' AND '.join(map(enclosed, conditions))}" if conditions else ""
    listed = ", ".join(keys)
    sql = (
        f"SELECT {listed}, count(*) AS rows FROM {qualified(table.qname)}{where} GROUP BY {listed} HAVING count(*) > 1"
    )
    return Check(f"{table.qname}: rows with the same {', '.join(map(_told, new.keys))}, for {new.name}", sql)


def _told(key: IndexKey) -> str:
    return key.column or key.expression or ""


def _renamed(table: Table, old: Index, new: Index) -> Step:
    return Step(
        f"Rename index {old.name} of {table.qname} to {new.name}",
        (f"ALTER INDEX {at(table.schema, old.name)} RENAME TO {named(new.name)}",),
        (f"ALTER INDEX {at(table.schema, new.name)} RENAME TO {named(old.name)}",),
        table.qname,
        (old.name, new.name),
    )


def _replace(draft: Draft, table: Table, old: Index, new: Index) -> None:
    """Under another name first, so that there is always one."""
    apart = replace(new, name=f"{new.name[:50]}_to_be")
    draft.add(_made(draft, table, apart))
    draft.add(turned(_made(draft, table, old), f"Drop index {old.name} of {table.qname}, which {apart.name} replaces"))
    draft.add(_renamed(table, apart, new))
