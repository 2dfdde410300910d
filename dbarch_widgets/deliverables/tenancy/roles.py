"""Roles for a schema that gives rights to nobody: an owner whom nobody logs in as, the application, and who only reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dbarch_widgets.deliverables.context import DeliveryContext
from dbarch_widgets.deliverables.migration.locks import locks
from dbarch_widgets.deliverables.migration.step import Step
from dbarch_widgets.deliverables.part import file_slug
from dbarch_widgets.deliverables.tenancy.places import Tenancy
from dbarch_widgets.model.objects import View
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.write.postgres.names import at, qualified
from dbarch_widgets.sql.write.words import literal, named

# Sessions of who owns the tables today would stand without any right from one moment to the next.
_GUARD = """
DECLARE
    who text := (
        SELECT string_agg(DISTINCT r.rolname, ', ')
        FROM pg_class AS c JOIN pg_roles AS r ON r.oid = c.relowner
        JOIN pg_stat_activity AS a ON a.usesysid = r.oid AND a.datname = current_database() AND a.pid <> pg_backend_pid()
        WHERE c.oid IN ({relations})
        AND NOT r.rolsuper AND NOT pg_has_role(r.oid, {owner}, 'MEMBER') AND NOT pg_has_role(r.oid, {app}, 'MEMBER')
    );
BEGIN
    IF who IS NOT NULL THEN
        RAISE EXCEPTION 'sessions of % use these tables as their owner, and would lose every right', who
            USING HINT = 'GRANT ' || quote_ident({app}) || ' to it, or let the application log in as a member of that role, and run this again';
    END IF;
END
"""
_BACK = """
DECLARE
    one record;
BEGIN
    FOR one IN SELECT relation, kind, owner FROM {kept} LOOP
        EXECUTE format('ALTER %s %s OWNER TO %I', one.kind, one.relation, one.owner);
    END LOOP;
END
"""


@dataclass(frozen=True)
class OwnRoles:
    """`only_read` are tables that the application may read and not write: the tenants themselves, and what all tenants share."""

    owner: str
    app: str
    readonly: str
    only_read: frozenset[QName]

    def grants(self, schema: Schema) -> Iterator[str]:
        """What the two roles may: no TRUNCATE, no REFERENCES, and no materialized view, which holds rows of all tenants."""
        for table in schema.base_tables:
            some = "SELECT" if table.qname in self.only_read else "SELECT, INSERT, UPDATE, DELETE"
            yield f"GRANT {some} ON {qualified(table.qname)} TO {named(self.app)}"
            yield f"GRANT SELECT ON {qualified(table.qname)} TO {named(self.readonly)}"
        for view in _plain(schema):
            yield f"GRANT SELECT ON {at(view.schema, view.name)} TO {named(self.app)}, {named(self.readonly)}"

    def statements(self, schema: Schema) -> Iterator[str]:
        """What is read into the schema: the two roles and what they may."""
        yield from (f"CREATE ROLE {named(role)}" for role in (self.app, self.readonly))
        yield from self.grants(schema)

    def usage(self, schema: Schema) -> list[str]:
        """Schemas, and sequences that a default asks."""
        found = []
        for space in dict.fromkeys(table.schema for table in schema.tables):
            found.append(f"GRANT USAGE ON SCHEMA {named(space)} TO {named(self.app)}, {named(self.readonly)}")
            found.append(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {named(space)} TO {named(self.app)}")
        return found

    def owning(self, schema: Schema) -> list[str]:
        """The tables and views to the owner, whom who runs this becomes a member of."""
        spaces = dict.fromkeys(table.schema for table in schema.tables)
        return [
            _made(self.owner),
            f"GRANT {named(self.owner)} TO CURRENT_USER",
            *(f"GRANT USAGE, CREATE ON SCHEMA {named(space)} TO {named(self.owner)}" for space in spaces),
            *(f"ALTER {kind} {place} OWNER TO {named(self.owner)}" for kind, place in _owned(schema)),
        ]

    def giving(self, schema: Schema) -> Step:
        """The roles with what they may; nobody is bound by it before somebody logs in as one."""
        given = [*self.grants(schema), *self.usage(schema)]
        back = [line.replace("GRANT ", "REVOKE ", 1).replace(" TO ", " FROM ") for line in given]
        return Step(
            f"Make the roles {self.app} and {self.readonly}, and give them what they need",
            (_made(self.app), _made(self.readonly), *given),
            tuple(back),
            notes=("Roles belong to the whole server: going back leaves them, without a right here.",),
        )

    def taking(self, schema: Schema, kept: str) -> Step:
        """The tables to the owner, each under its own short lock; who had them is remembered."""
        relations = ", ".join(f"{literal(place)}::regclass" for _, place in _owned(schema))
        place = f"{kept}.owner_of"
        listed = ", ".join(f"({literal(at)}, {literal(kind)})" for kind, at in _owned(schema))
        remember = (
            f"CREATE TABLE IF NOT EXISTS {place} AS SELECT relation, kind, pg_get_userbyid(relowner)::text AS owner "
            f"FROM (VALUES {listed}) AS these (relation, kind) JOIN pg_class AS c ON c.oid = relation::regclass"
        )
        first, second, *rest = self.owning(schema)
        guard = _GUARD.format(relations=relations, owner=literal(self.owner), app=literal(self.app))
        spaces = dict.fromkeys(table.schema for table in schema.tables)
        return Step(
            f"Give the tables to {self.owner}, whom nobody logs in as",
            (first, second, f"DO $guard${guard}$guard$", remember, *rest),
            (
                f"DO $back${_BACK.format(kept=place)}$back$",
                *(f"REVOKE USAGE, CREATE ON SCHEMA {named(space)} FROM {named(self.owner)}" for space in spaces),
                f"DROP TABLE {place}",
            ),
            locks=tuple(lock for table in schema.tables for lock in locks("OWNER TO", table.qname)),
            transaction=False,
            down_transaction=True,
            notes=(
                "Each table is locked for a moment, one after the other. It stops before anything when other sessions use the tables as their owner.",
                "Going back gives them to who had them. Roles belong to the whole server and stay.",
            ),
        )


def _plain(schema: Schema) -> list[View]:
    return [view for view in schema.views if not view.materialized]


def _owned(schema: Schema) -> list[tuple[str, str]]:
    """(kind, name) of what changes hands. A materialized view stays whose it is: it is filled with its owner's rights."""
    tables = [("TABLE", qualified(table.qname)) for table in schema.tables]
    return [*tables, *(("VIEW", at(view.schema, view.name)) for view in _plain(schema))]


def _made(role: str) -> str:
    return (
        f"DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {literal(role)}) THEN "
        f"CREATE ROLE {named(role)}; END IF; END$$"
    )


def own_roles(context: DeliveryContext, tenancy: Tenancy) -> OwnRoles | None:
    """The three roles where only owners have rights; what a schema gives to roles of its own is kept otherwise."""
    schema = context.target
    owners = {table.owner for table in schema.tables} | {"public"}
    given = [*(table.grants for table in schema.tables), *(view.grants for view in schema.views)]
    if any(grant.role not in owners for grants in given for grant in grants):
        return None
    intake = context.review.intake
    base = file_slug((intake.system.name if intake else "") or "", "shared")[:40]
    only_read = [*([tenancy.root] if tenancy.root else []), *(place.table for place in tenancy.of("shared"))]
    return OwnRoles(f"{base}_owner", f"{base}_app", f"{base}_readonly", frozenset(only_read))
