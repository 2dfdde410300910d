"""Roles for a schema that gives rights to nobody: an owner whom nobody logs in as, the application, and who only reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dbarch_widgets.deliverables.context import DeliveryContext
from dbarch_widgets.deliverables.migration.locks import locks
from dbarch_widgets.deliverables.migration.step import Step
from dbarch_widgets.deliverables.part import file_slug
from dbarch_widgets.deliverables.tenancy.places import Tenancy
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.sql.write.postgres.names import qualified
from dbarch_widgets.sql.write.words import named


@dataclass(frozen=True)
class OwnRoles:
    """`only_read` are tables that the application may read and not write: the tenants themselves."""

    owner: str
    app: str
    readonly: str
    only_read: frozenset[tuple[str, str]]

    def statements(self, schema: Schema) -> Iterator[str]:
        """What is read into the schema: the two roles and what they may."""
        for role in (self.app, self.readonly):
            yield f"CREATE ROLE {named(role)}"
        for table in schema.base_tables:
            some = "SELECT" if table.qname in self.only_read else "SELECT, INSERT, UPDATE, DELETE"
            yield f"GRANT {some} ON {qualified(table.qname)} TO {named(self.app)}"
            yield f"GRANT SELECT ON {qualified(table.qname)} TO {named(self.readonly)}"

    def usage(self, schema: Schema) -> list[str]:
        """Schemas, and sequences that a default asks."""
        found = []
        for space in dict.fromkeys(table.schema for table in schema.tables):
            found.append(f"GRANT USAGE ON SCHEMA {named(space)} TO {named(self.app)}, {named(self.readonly)}")
            found.append(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {named(space)} TO {named(self.app)}")
        return found

    def owning(self, schema: Schema) -> list[str]:
        """The tables to the owner, whom who runs this becomes a member of."""
        made = (
            f"DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{self.owner}') THEN "
            f"CREATE ROLE {named(self.owner)}; END IF; END$$"
        )
        spaces = dict.fromkeys(table.schema for table in schema.tables)
        return [
            made,
            f"GRANT {named(self.owner)} TO CURRENT_USER",
            *(f"GRANT USAGE, CREATE ON SCHEMA {named(space)} TO {named(self.owner)}" for space in spaces),
            *(f"ALTER TABLE {qualified(table.qname)} OWNER TO {named(self.owner)}" for table in schema.tables),
        ]

    def steps(self, schema: Schema) -> tuple[Step, ...]:
        """What of rights a Schema does not hold."""
        usage = self.usage(schema)
        back = [line.replace("GRANT ", "REVOKE ", 1).replace(" TO ", " FROM ") for line in usage]
        tables = schema.tables
        owned = tuple(f"ALTER TABLE {qualified(table.qname)} OWNER TO CURRENT_USER" for table in tables)
        spaces = dict.fromkeys(table.schema for table in tables)
        again = tuple(f"REVOKE USAGE, CREATE ON SCHEMA {named(space)} FROM {named(self.owner)}" for space in spaces)
        held = tuple(lock for table in tables for lock in locks("OWNER TO", table.qname))
        return (
            Step("Let the roles use schemas and sequences", tuple(usage), tuple(back)),
            Step(
                f"Give the tables to {self.owner}, whom nobody logs in as",
                tuple(self.owning(schema)),
                (*owned, *again),
                None,
                (),
                held,
                notes=("Going back gives them to who goes back. Roles belong to the whole server and stay.",),
            ),
        )


def own_roles(context: DeliveryContext, tenancy: Tenancy) -> OwnRoles | None:
    """The three roles where the schema speaks of none; what a schema gives to its own roles is kept otherwise."""
    schema = context.target
    if (
        schema.roles
        or any(thing.grants or thing.owner for thing in schema.tables)
        or any(v.grants for v in schema.views)
    ):
        return None
    intake = context.review.intake
    base = file_slug((intake.system.name if intake else "") or "", "shared")[:40]
    root = frozenset([tuple(tenancy.root)]) if tenancy.root else frozenset()
    return OwnRoles(f"{base}_owner", f"{base}_app", f"{base}_readonly", root)  # type: ignore[arg-type]
