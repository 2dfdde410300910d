"""Rights on everything but tables and views, who owns it, and what PostgreSQL gives by itself.

A grant says only what differs from that: `GRANT EXECUTE … TO PUBLIC` on a function changes nothing and is not kept, a
`REVOKE … FROM PUBLIC` is kept as a grant that is `revoked`. So a text and the catalog of a database that ran it agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from dbarch_widgets.model.objects import Domain, EnumType, Function, Grant, Namespace, Sequence
from dbarch_widgets.model.schema import QName, Schema

RightsKind = Literal["function", "sequence", "type", "schema", "database", "table"]
Has = Function | Sequence | EnumType | Domain | Namespace

# What PUBLIC has on every new object, by kind; nothing on tables, views, sequences and schemas.
BY_ITSELF: Mapping[RightsKind, tuple[str, ...]] = {
    "function": ("execute",),
    "type": ("usage",),
    "database": ("connect", "temporary"),
}
ON_TABLES = ("select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain")
# What ALL stands for, by the plural of the kind, in the words of PostgreSQL 17 and later (MAINTAIN).
ALL_ON: Mapping[str, tuple[str, ...]] = {
    "tables": ON_TABLES,
    "sequences": ("select", "update", "usage"),
    "functions": ("execute",),
    "types": ("usage",),
    "schemas": ("create", "usage"),
    "databases": ("connect", "create", "temporary"),
    "large objects": ("select", "update"),
}
# The schema `public` comes with it; CREATE too before PostgreSQL 15.
IN_PUBLIC = ("usage",)
CREATE_IN_PUBLIC_UNTIL = 15


@dataclass(frozen=True)
class Rights:
    """The grants on one object. `name` is its name in words, `words` has the arguments of a function."""

    kind: RightsKind
    words: str
    grants: tuple[Grant, ...]
    thing: Has | None = None

    @property
    def title(self) -> str:
        """`function app.pay(numeric)`; the database has no name."""
        return f"{self.kind} {self.words}".strip()

    @property
    def owner(self) -> str | None:
        """Whose the object is; None where nobody says so, and of a sequence of a column, which follows its table."""
        if self.thing is None or (isinstance(self.thing, Sequence) and self.thing.owned_by):
            return None
        return self.thing.owner


def rights_of(schema: Schema) -> Iterator[Rights]:
    """The rights on the database, its schemas, sequences, types and functions; those without grants too."""
    yield Rights("database", "", schema.database_grants)
    for namespace in schema.namespaces:
        yield Rights("schema", namespace.name, namespace.grants, namespace)
    for sequence in schema.sequences:
        yield Rights("sequence", str(QName(sequence.schema, sequence.name)), sequence.grants, sequence)
    types: tuple[EnumType | Domain, ...] = (*schema.enums, *schema.domains)
    for each in types:
        yield Rights("type", str(QName(each.schema, each.name)), each.grants, each)
    for function in schema.functions:
        name = f"{QName(function.schema, function.name)}({function.arguments})"
        yield Rights("function", name, function.grants, function)


def all_grants(schema: Schema) -> Iterator[Grant]:
    """Every grant there is, on tables and views too."""
    for table in schema.tables:
        yield from table.grants
    for view in schema.views:
        yield from view.grants
    for each in rights_of(schema):
        yield from each.grants


def by_itself(kind: RightsKind, name: str = "") -> tuple[str, ...]:
    """What PUBLIC has on a new object of the kind."""
    return IN_PUBLIC if (kind, name) == ("schema", "public") else BY_ITSELF.get(kind, ())


def public_may(kind: RightsKind, grants: Iterable[Grant], privilege: str, name: str = "") -> bool:
    """Whether PUBLIC holds the privilege: given, or by itself and not taken back."""
    mine = [grant for grant in grants if grant.role == "public" and privilege in grant.privileges]
    if any(not grant.revoked for grant in mine):
        return True
    return privilege in by_itself(kind, name) and not mine


def places_of(schema: Schema) -> dict[str, None]:
    """The schemas that something of the model lies in, in the order of first use."""
    groups = (schema.tables, schema.views, schema.enums, schema.domains, schema.sequences, schema.functions)
    found = dict.fromkeys(thing.schema for group in groups for thing in group)
    found.update(dict.fromkeys(extension.schema for extension in schema.extensions if extension.schema))
    return found


def telling(schema: Schema) -> Schema:
    """The schema with only those namespaces of which its objects do not say all."""
    used = {*places_of(schema), "public"}
    kept = tuple(
        each for each in schema.namespaces if each.grants or each.owner or each.comment or each.name not in used
    )
    return schema if kept == schema.namespaces else replace(schema, namespaces=kept)
