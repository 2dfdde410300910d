"""Primary keys of chosen values (a code, a name): they begin with the tenant, together with the foreign keys that point at them.

A foreign key hangs on the index of the key that it refers to, so that both change in one transaction; the index is built before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dbarch_widgets.deliverables.migration.draft import short
from dbarch_widgets.deliverables.migration.foreign_keys import foreign_key_steps
from dbarch_widgets.deliverables.migration.indexes import concurrently
from dbarch_widgets.deliverables.migration.locks import locks, together
from dbarch_widgets.deliverables.migration.step import Step
from dbarch_widgets.deliverables.tenancy.places import Tenancy
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import ForeignKey, Index, IndexKey, PrimaryKey, QName, Schema, Table
from dbarch_widgets.rules.access import accesses
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.tenancy.foreign_key_without_tenant import with_tenant
from dbarch_widgets.sql.write.postgres import columns as parts
from dbarch_widgets.sql.write.postgres.names import at, qualified
from dbarch_widgets.sql.write.postgres.tables import index
from dbarch_widgets.sql.write.words import named, names


@dataclass(frozen=True)
class Chosen:
    """A primary key that gets the tenant. `keys` are the foreign keys that point at it: table, as it is, as it is to be."""

    finding: Finding
    table: QName
    key: PrimaryKey
    column: str
    keys: tuple[tuple[QName, ForeignKey, ForeignKey], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, *self.key.columns)


def chosen_keys(rules: Context, tenancy: Tenancy, findings: Iterable[Finding]) -> tuple[Chosen, ...]:
    """Those of the findings that are on a primary key, where all that point at it can carry the tenant as well."""
    columns = {place.table: place.column for place in tenancy.of("own", "first", "parent")}
    found = []
    for finding in findings:
        table = rules.schema.find(QName(finding.schema or "", finding.table or ""))
        if table is None or table.primary_key is None or finding.object != table.primary_key.name:
            continue
        pointing = rules.schema.referencing(table.qname)
        here = [(child, key) for child, key in pointing if set(key.ref_columns) == set(table.primary_key.columns)]
        tied = [(child.qname, key, with_tenant(rules, key, columns.get(child.qname, ""))) for child, key in here]
        plain = table.kind == "table" and all(child.kind == "table" and child.qname in columns for child, _ in here)
        ready = tuple((child, key, new) for child, key, new in tied if new is not None)
        if plain and len(ready) == len(tied):
            found.append(Chosen(finding, table.qname, table.primary_key, columns[table.qname], ready))
    return tuple(found)


def indexes_for(schema: Schema, chosen: Iterable[Chosen]) -> Iterator[str]:
    """An index for each of the foreign keys, where the table cannot be searched by it yet."""
    for one in chosen:
        for place, _, new in one.keys:
            table = schema.table(place)
            if not any(each.where is None and each.leads_with(new.columns) for each in accesses(table)):
                name = short(f"{table.name}_{'_'.join(new.columns)}_idx")
                yield f"CREATE INDEX {named(name)} ON {qualified(place)} ({names(new.columns)})"


def statements(chosen: Iterable[Chosen]) -> Iterator[str]:
    """What they come to, for reading into a schema."""
    for one in chosen:
        place = qualified(one.table)
        yield from (f"ALTER TABLE {qualified(child)} DROP CONSTRAINT {named(old.name)}" for child, old, _ in one.keys)
        yield f"ALTER TABLE {place} DROP CONSTRAINT {named(one.key.name)}"
        yield f"ALTER TABLE {place} ADD {parts.primary_key(replace(one.key, columns=one.columns))}"
        yield from (f"ALTER TABLE {qualified(child)} ADD {parts.foreign_key(new)}" for child, _, new in one.keys)


def steps(schema: Schema, chosen: Iterable[Chosen]) -> Iterator[Step]:
    """The index, the change, the checks of the rows."""
    for one in chosen:
        table = schema.table(one.table)
        made = Index(
            f"{one.key.name[:50]}_to_be", tuple(map(IndexKey, one.columns)), unique=True, include=one.key.include
        )
        because = (one.finding,)
        yield Step(
            f"Make the unique index that becomes the primary key of {one.table}",
            (f"DROP INDEX CONCURRENTLY IF EXISTS {at(table.schema, made.name)}", concurrently(index(table, made))),
            (f"DROP INDEX CONCURRENTLY IF EXISTS {at(table.schema, made.name)}",),
            one.table,
            (made.name,),
            locks("CREATE INDEX CONCURRENTLY", one.table),
            locks("DROP INDEX CONCURRENTLY", one.table),
            transaction=False,
            because=because,
            notes=("It reads the table twice and waits for every transaction that is older than it.",),
        )
        yield _change(table, one, made)
        for place, _, new in one.keys:
            valid = foreign_key_steps(schema, schema.table(place), new)[-1]
            # Whose rows are whose is known only after the first stage: no check can be run before.
            yield replace(valid, because=because, checks=())


def _change(table: Table, one: Chosen, made: Index) -> Step:
    place, name = qualified(one.table), one.key.name
    again = Index(f"{name[:50]}_again", tuple(map(IndexKey, one.key.columns)), unique=True, include=one.key.include)
    drops = [f"ALTER TABLE {qualified(child)} DROP CONSTRAINT {named(old.name)}" for child, old, _ in one.keys]

    def swapped(to: str, keys: list[tuple[QName, ForeignKey]]) -> list[str]:
        loose = [(child, replace(key, validated=False)) for child, key in keys]
        return [
            *drops,
            f"ALTER TABLE {place} DROP CONSTRAINT {named(name)}",
            f"ALTER TABLE {place} ADD CONSTRAINT {named(name)} PRIMARY KEY USING INDEX {named(to)}{parts.late(one.key)}",
            *(f"ALTER TABLE {qualified(child)} ADD {parts.foreign_key(key)}" for child, key in loose),
        ]

    valid = [
        f"ALTER TABLE {qualified(child)} VALIDATE CONSTRAINT {named(old.name)}"
        for child, old, _ in one.keys
        if old.validated
    ]
    down = [
        f"DROP INDEX CONCURRENTLY IF EXISTS {at(table.schema, again.name)}",
        concurrently(index(table, again)),
        "BEGIN",
        *swapped(again.name, [(child, old) for child, old, _ in one.keys]),
        "COMMIT",
        *valid,
    ]
    held = together(
        locks("ADD UNIQUE USING INDEX", one.table),
        *(locks("DROP FK CONSTRAINT", child, one.table) for child, _, _ in one.keys),
    )
    return Step(
        f"Let the primary key of {one.table} begin with {one.column}",
        tuple(swapped(made.name, [(child, new) for child, _, new in one.keys])),
        tuple(down),
        one.table,
        (name,),
        held,
        down_transaction=False,
        because=(one.finding,),
        notes=(
            "The index is there: only the catalog changes. The foreign keys that point at it change with it, and are validated after.",
            "Going back needs values that are unique among all tenants.",
        ),
    )
