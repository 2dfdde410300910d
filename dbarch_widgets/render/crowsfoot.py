"""Schema → entities and relations with their cardinalities, as a crow's foot diagram draws them.

What DDL can say: a parent has any number of children, or at most one when a key of the child lies within the foreign
key's columns; a child has exactly one parent, or at most one when a column of the foreign key may be null.
Partitions are folded into their root, and so are inheritance children that add no column of their own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol

from dbarch_widgets.model.schema import Action, ForeignKey, QName, Schema, Table

ChildEnd = Literal["0..1", "0..N"]
ParentEnd = Literal["1", "0..1"]

_FEW_COLUMNS = 3


@dataclass(frozen=True)
class Entity:
    """A box of the diagram. `table` is None for one that a foreign key names but the schema does not have."""

    name: QName
    table: Table | None = None
    partitions: int = 0
    heirs: int = 0
    junction: bool = False


@dataclass(frozen=True)
class Relation:
    """A line of the diagram. `child_end` is how many children one parent has, `parent_end` how many parents one child.

    `child` and `parent` are entities; `holder` is the table that holds the key, which differs for a partition.
    `kind` "inherits" is table inheritance: `name` is then the parent's name and the ends mean nothing. `inferred` is how
    sure it is (0 to 1) that there is a relation which nobody declared, and `reason` why; None for a declared one.
    """

    name: str
    child: QName
    parent: QName
    holder: QName
    columns: tuple[str, ...] = ()
    ref_columns: tuple[str, ...] = ()
    child_end: ChildEnd = "0..N"
    parent_end: ParentEnd = "1"
    on_delete: Action = "no action"
    trusted: bool = True
    missing: bool = False
    kind: Literal["foreign key", "inherits"] = "foreign key"
    inferred: float | None = None
    reason: str = ""


@dataclass(frozen=True, eq=False)
class ErModel:
    """Entities in the order of the schema (ghosts last) and relations.

    Of a part, `hidden` counts an entity's cut relations, and `whole` is what it was cut from.
    """

    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    homes: dict[QName, QName] = field(default_factory=dict, repr=False)
    hidden: dict[QName, int] = field(default_factory=dict, repr=False)
    whole: ErModel | None = field(default=None, repr=False)

    @cached_property
    def by_name(self) -> dict[QName, Entity]:
        return {entity.name: entity for entity in self.entities}

    @cached_property
    def touching(self) -> dict[QName, list[Relation]]:
        """The relations of each entity; one to itself is listed once."""
        found: dict[QName, list[Relation]] = defaultdict(list)
        for relation in self.relations:
            found[relation.child].append(relation)
            if relation.parent != relation.child:
                found[relation.parent].append(relation)
        return dict(found)

    @cached_property
    def schemas(self) -> tuple[str, ...]:
        """The database schemas in order of first appearance."""
        return tuple(dict.fromkeys(entity.name.schema for entity in self.entities))

    @property
    def alone(self) -> tuple[Entity, ...]:
        """The entities without any relation."""
        return tuple(entity for entity in self.entities if entity.name not in self.touching)

    def home(self, name: QName) -> QName:
        """The entity that a table is drawn in: itself, or what it is folded into."""
        return self.homes.get(name, name)


class Inferred(Protocol):
    """A relation that nobody declared, told by names and types; `confidence` is from 0 to 1."""

    @property
    def table(self) -> QName: ...
    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def ref_table(self) -> QName: ...
    @property
    def ref_columns(self) -> tuple[str, ...]: ...
    @property
    def confidence(self) -> float: ...
    @property
    def reason(self) -> str: ...


def er_model(schema: Schema, inferred: Iterable[Inferred] = ()) -> ErModel:
    """The entities and relations of a schema, and the relations that were inferred between its tables.

    Raises:
        UnknownName: an inferred relation is about a table that is not there.
    """
    homes = _homes(schema)
    folded = Counter(home for home in homes.values())
    heirs = Counter(homes[table.qname] for table in schema.tables if table.qname in homes and not table.partition_of)
    drawn = [table for table in schema.tables if table.qname not in homes]
    entities = [
        Entity(
            table.qname,
            table,
            partitions=folded[table.qname] - heirs[table.qname],
            heirs=heirs[table.qname],
            junction=is_junction(table),
        )
        for table in drawn
    ]
    relations = (*_relations(schema, homes), *_inferred(schema, homes, inferred))
    ghosts = dict.fromkeys(relation.parent for relation in relations if relation.missing)
    return ErModel((*entities, *(Entity(name) for name in ghosts)), relations, homes)


def _homes(schema: Schema) -> dict[QName, QName]:
    """Each folded table with the table that it is drawn in."""
    direct: dict[QName, QName] = {}
    for table in schema.tables:
        if table.partition_of and schema.find(table.partition_of):
            direct[table.qname] = table.partition_of
        elif len(table.inherits) == 1 and _adds_nothing(table, schema.find(table.inherits[0])):
            direct[table.qname] = table.inherits[0]
    return {name: _root(name, direct) for name in direct}


def _adds_nothing(table: Table, parent: Table | None) -> bool:
    return parent is not None and set(table.column_names) <= set(parent.column_names)


def _root(name: QName, direct: dict[QName, QName]) -> QName:
    seen = {name}
    while name in direct and direct[name] not in seen:
        name = direct[name]
        seen.add(name)
    return name


def _relations(schema: Schema, homes: dict[QName, QName]) -> list[Relation]:
    """The relations; a partition's copy of its root's foreign key counts once."""
    found: list[Relation] = []
    seen: set[tuple[object, ...]] = set()
    for table in sorted(schema.tables, key=lambda table: table.qname in homes):
        for key in table.foreign_keys:
            relation = _relation(schema, table, key, homes)
            same = (relation.child, relation.parent, relation.columns, relation.ref_columns)
            if table.qname not in homes or same not in seen:
                found.append(relation)
            seen.add(same)
    inherited = [
        Relation(str(parent), table.qname, homes.get(parent, parent), table.qname, kind="inherits")
        for table in schema.tables
        if table.qname not in homes
        for parent in table.inherits
        if schema.find(parent)
    ]
    return [*found, *inherited]


def _relation(schema: Schema, table: Table, key: ForeignKey, homes: dict[QName, QName]) -> Relation:
    target = key.target
    return Relation(
        name=key.name,
        child=homes.get(table.qname, table.qname),
        parent=homes.get(target, target),
        holder=table.qname,
        columns=key.columns,
        ref_columns=key.ref_columns,
        child_end="0..1" if _at_most_one(table, key) else "0..N",
        parent_end="0..1" if _may_be_null(table, key) else "1",
        on_delete=key.on_delete,
        trusted=key.validated and key.enforced,
        missing=schema.find(target) is None,
    )


def _inferred(schema: Schema, homes: dict[QName, QName], inferred: Iterable[Inferred]) -> list[Relation]:
    """The inferred relations but for those that a foreign key declares too."""
    declared = {(table.qname, key.columns, key.target) for table in schema.tables for key in table.foreign_keys}
    found: dict[tuple[object, ...], Relation] = {}
    for each in inferred:
        table, target = schema.table(each.table), schema.table(each.ref_table)
        if (table.qname, tuple(each.columns), target.qname) in declared:
            continue
        child, parent = homes.get(table.qname, table.qname), homes.get(target.qname, target.qname)
        found.setdefault(
            (child, tuple(each.columns), parent),
            Relation(
                f"{'.'.join(each.columns)}>{target.qname}",
                child,
                parent,
                table.qname,
                tuple(each.columns),
                tuple(each.ref_columns),
                child_end="0..1" if _at_most_one(table, each) else "0..N",
                parent_end="0..1" if _may_be_null(table, each) else "1",
                inferred=each.confidence,
                reason=each.reason,
            ),
        )
    return list(found.values())


class _Columns(Protocol):
    @property
    def columns(self) -> tuple[str, ...]: ...


def _at_most_one(table: Table, key: _Columns) -> bool:
    columns = set(key.columns)
    return any(set(unique) <= columns for unique in table.keys() if unique)  # noqa: SIM118 - no dict


def _may_be_null(table: Table, key: _Columns) -> bool:
    primary = table.primary_key.columns if table.primary_key else ()
    return any(
        name not in primary and (not table.has_column(name) or table.column(name).nullable) for name in key.columns
    )


def is_junction(table: Table) -> bool:
    """Whether the table only joins others: a key made of exactly two or more foreign keys, and few other columns."""
    if len(table.foreign_keys) < 2:
        return False
    primary = set(table.primary_key.columns) if table.primary_key else set()
    for unique in table.keys():  # noqa: SIM118 - no dict
        key = set(unique)
        parts = {frozenset(foreign.columns) for foreign in table.foreign_keys if set(foreign.columns) <= key}
        others = set(table.column_names) - key - primary
        if len(parts) >= 2 and set().union(*parts) == key and len(others) <= _FEW_COLUMNS and not _nested(parts):
            return True
    return False


def _nested(parts: set[frozenset[str]]) -> bool:
    """Whether one part holds all the others, so that nothing is joined."""
    widest = max(parts, key=len)
    return all(part <= widest for part in parts)
