"""Tables: made, renamed, attached, with their settings; those that go are kept in a schema of their own."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.deliverables.migration.draft import Draft, short
from dbarch_widgets.deliverables.migration.locks import locks, together
from dbarch_widgets.deliverables.migration.step import KEPT, Step
from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.sql.write.base import Script
from dbarch_widgets.sql.write.postgres import columns as parts
from dbarch_widgets.sql.write.postgres import tables as writer
from dbarch_widgets.sql.write.postgres.names import qualified
from dbarch_widgets.sql.write.postgres.objects import identity_sequences
from dbarch_widgets.sql.write.postgres.tables import storage_option
from dbarch_widgets.sql.write.words import named


def made_and_renamed(draft: Draft) -> None:
    """New tables without indexes and foreign keys, then new names."""
    for table in draft.came:
        draft.add(_made(draft, table))
    for before, after in draft.pairs:
        if before.qname != after.qname:
            draft.add(_renamed(before.qname, after.qname))


def _made(draft: Draft, table: Table) -> Step:
    script = Script()
    only = replace(draft.new, tables=(table,))
    writer.write_tables(only, draft.types, identity_sequences(draft.new), script)
    statements = tuple(statement for section in script.sections.values() for statement in section)
    held = locks("ATTACH PARTITION", table.qname, table.partition_of) if table.partition_of else ()
    back = locks("DROP COLUMN", table.partition_of) if table.partition_of else ()
    return Step(
        f"Make table {table.qname}",
        statements,
        (f"DROP TABLE {qualified(table.qname)}",),
        table.qname,
        (table.name,),
        held,
        back,
        notes=("Going back drops the rows that it got since.",),
    )


def _moves(old: QName, new: QName) -> list[str]:
    moved = [f"ALTER TABLE {qualified(old)} RENAME TO {named(new.name)}"] if old.name != new.name else []
    if old.schema != new.schema:
        between = QName(old.schema, new.name)
        moved.append(f"ALTER TABLE {qualified(between)} SET SCHEMA {named(new.schema)}")
    return moved


def _renamed(old: QName, new: QName) -> Step:
    return Step(
        f"Rename table {old} to {new}",
        tuple(_moves(old, new)),
        tuple(_moves(new, old)),
        new,
        (old.name, new.name),
        locks("RENAME COLUMN", old),
        notes=("Programs that name the old table fail from this moment on.",),
    )


def settings(draft: Draft) -> None:
    """Storage parameters, logging, and what a table inherits or is a partition of."""
    for before, after in draft.pairs:
        _options(draft, before, after)
        place = f"ALTER TABLE {qualified(after.qname)}"
        if before.unlogged != after.unlogged:
            form, words = ("SET UNLOGGED", "SET LOGGED") if after.unlogged else ("SET LOGGED", "SET UNLOGGED")
            title = f"{'Leave the log out of' if after.unlogged else 'Write the log of'} {after.qname}"
            draft.add(
                Step(title, (f"{place} {form}",), (f"{place} {words}",), after.qname, (after.name,),
                     locks(form, after.qname), rewrites=True)
            )  # fmt: skip
        for parent in dict.fromkeys((*before.inherits, *after.inherits)):
            if (parent in before.inherits) != (parent in after.inherits):
                both = [f"{place} {word} {qualified(parent)}" for word in ("INHERIT", "NO INHERIT")]
                up, down = both if parent in after.inherits else both[::-1]
                title = f"Change what {after.qname} inherits"
                draft.add(Step(title, (up,), (down,), after.qname, (parent.name,), locks("DROP COLUMN", after.qname)))
        _partition(draft, before, after)


def _options(draft: Draft, before: Table, after: Table) -> None:
    if dict(before.options) == dict(after.options):
        return
    up, down = (_set(after, to.options, was.options) for to, was in ((after, before), (before, after)))
    title = f"Set storage parameters of {after.qname}"
    names = tuple(sorted(before.options.keys() | after.options.keys()))
    draft.add(Step(title, up, down, after.qname, names, locks("SET (fillfactor)", after.qname)))


def _set(table: Table, to: object, was: object) -> tuple[str, ...]:
    new, old = dict(to), dict(was)  # type: ignore[call-overload]
    place = f"ALTER TABLE {qualified(table.qname)}"
    given = ", ".join(storage_option(name, value) for name, value in new.items() if old.get(name) != value)
    gone = ", ".join(named(name) for name in old if name not in new)
    return (*((f"{place} SET ({given})",) if given else ()), *((f"{place} RESET ({gone})",) if gone else ()))


def _partition(draft: Draft, before: Table, after: Table) -> None:
    if (before.partition_of, before.partition_bound) == (after.partition_of, after.partition_bound):
        return
    steps = []
    for table, word in ((before, "DETACH"), (after, "ATTACH")):
        if table.partition_of:
            bound = f" {table.partition_bound or 'DEFAULT'}" if word == "ATTACH" else ""
            steps.append(
                f"ALTER TABLE {qualified(table.partition_of)} {word} PARTITION {qualified(after.qname)}{bound}"
            )
    back = []
    for table, word in ((after, "DETACH"), (before, "ATTACH")):
        if table.partition_of:
            bound = f" {table.partition_bound or 'DEFAULT'}" if word == "ATTACH" else ""
            back.append(f"ALTER TABLE {qualified(table.partition_of)} {word} PARTITION {qualified(after.qname)}{bound}")
    parent = after.partition_of or before.partition_of
    title = f"Change which partition {after.qname} is"
    draft.add(
        Step(
            title, tuple(steps), tuple(back), after.qname, (after.name,), locks("DETACH PARTITION", after.qname, parent)
        )
    )


def dropped(draft: Draft) -> None:
    """Out of sight, not gone: the table lies in the schema dbarch_kept until somebody drops it there."""
    for table in draft.went:
        if table.partition_of and any(table.partition_of == other.qname for other in draft.went):
            continue  # it goes with its parent
        kept = QName(KEPT, short(f"{table.schema}.{table.name}"))
        place = f"ALTER TABLE {qualified(table.qname)}"
        drop = [f"{place} DROP CONSTRAINT {named(key.name)}" for key in table.foreign_keys]
        add = [f"{place} ADD {parts.foreign_key(key)}" for key in table.foreign_keys]
        draft.add(
            Step(
                f"Put table {table.qname} aside",
                (*drop, *_moves(table.qname, kept)),
                (*_moves(kept, table.qname), *add),
                table.qname,
                (table.name,),
                together(
                    locks("RENAME COLUMN", table.qname),
                    *(locks("DROP FK CONSTRAINT", table.qname, key.target) for key in table.foreign_keys),
                ),
                rollback="data kept aside",
                notes=(f"It stays as {qualified(kept)} until you drop that.",),
            )
        )
