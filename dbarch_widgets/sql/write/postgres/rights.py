"""Roles, row-level security, grants and default privileges of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dbarch_widgets.model.objects import DefaultPrivilege, Function, Grant, Namespace, Policy, Role, View
from dbarch_widgets.model.rights import ON_TABLES, Rights, rights_of
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.sql.write.base import Script
from dbarch_widgets.sql.write.postgres.functions import dollar_quoted, is_written
from dbarch_widgets.sql.write.postgres.names import at, is_real_role, qualified, role, roles
from dbarch_widgets.sql.write.postgres.objects import argument_types
from dbarch_widgets.sql.write.words import enclosed, literal, named, names

ROLES, POLICIES, GRANTS = "Roles", "Row-level security", "Rights"


def write_roles(schema: Schema, script: Script) -> None:
    """The roles that the source makes; those that it only names are expected to exist."""
    own = {one.name for one in schema.roles}
    script.add(ROLES, *(create_role(one) for one in schema.roles))
    for one in schema.roles:
        script.add(ROLES, *(membership(one, group) for group in one.member_of))
    for name in named_roles(schema):
        if is_real_role(name) and name not in own:
            script.roles.setdefault(name)


def attributes(one: Role) -> Iterator[tuple[str, bool]]:
    """The attributes as CREATE ROLE names them, and whether the role has them."""
    yield "LOGIN", one.login
    yield "SUPERUSER", one.superuser
    yield "BYPASSRLS", one.bypass_rls
    yield "CREATEDB", one.createdb
    yield "CREATEROLE", one.createrole
    yield "REPLICATION", one.replication
    yield "INHERIT", one.inherit


def create_role(one: Role) -> str:
    """CREATE ROLE with its attributes."""
    words = [word for word, given in attributes(one) if given and word != "INHERIT"]
    words += [] if one.inherit else ["NOINHERIT"]
    return " ".join([f"CREATE ROLE {named(one.name)}", *words])


def membership(one: Role, group: str) -> str:
    """GRANT of the group to the role."""
    option = " WITH ADMIN OPTION" if group in one.admin_of else ""
    return f"GRANT {named(group)} TO {named(one.name)}{option}"


def named_roles(schema: Schema) -> Iterable[str]:
    """Every role that something of the schema names."""
    for one in schema.roles:
        yield from one.member_of
    for table in schema.tables:
        yield from (name for policy in table.rls.policies for name in policy.roles)
        yield from (grant.role for grant in table.grants)
        if table.owner:
            yield table.owner
    for view in schema.views:
        yield from (grant.role for grant in view.grants)
        if view.owner:
            yield view.owner
    for rights in rights_of(schema):
        yield from (grant.role for grant in rights.grants)
        if rights.owner:
            yield rights.owner
    for privilege in schema.default_privileges:
        yield privilege.role
        if privilege.for_role:
            yield privilege.for_role


def write_policies(schema: Schema, script: Script) -> None:
    for table in schema.tables:
        name = qualified(table.qname)
        if table.rls.enabled:
            script.add(POLICIES, f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
        if table.rls.forced:
            script.add(POLICIES, f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
        script.add(POLICIES, *(policy(table, one) for one in table.rls.policies))


def policy(table: Table, policy: Policy) -> str:
    """CREATE POLICY."""
    text = f"CREATE POLICY {named(policy.name)} ON {qualified(table.qname)}"
    text += "" if policy.permissive else " AS RESTRICTIVE"
    text += "" if policy.command == "all" else f" FOR {policy.command.upper()}"
    text += "" if policy.roles == ("public",) else f" TO {roles(policy.roles)}"
    text += f"\n    USING {enclosed(policy.using)}" if policy.using is not None else ""
    return text + (f"\n    WITH CHECK {enclosed(policy.check)}" if policy.check is not None else "")


def write_grants(schema: Schema, script: Script) -> None:
    """Rights on tables, views and everything else, and default privileges."""
    things: list[Table | View] = [*schema.tables, *schema.views]
    for thing in things:
        script.add(GRANTS, *(grant_on(grant, at(thing.schema, thing.name)) for grant in thing.grants))
    for rights in rights_of(schema):
        if not isinstance(rights.thing, Function) or is_written(rights.thing):
            script.add(GRANTS, *(grant_on_other(grant, rights) for grant in rights.grants))
    script.add(GRANTS, *(default_privilege(privilege) for privilege in schema.default_privileges))


def grant_on(grant: Grant, where: str) -> str:
    """GRANT on what is named; REVOKE for one that is `revoked`."""
    columns = f" ({names(grant.columns)})" if grant.columns else ""
    privileges = ", ".join(privilege.upper() + columns for privilege in grant.privileges)
    if grant.revoked:
        return f"REVOKE {privileges} ON {where} FROM {role(grant.role)}"
    option = " WITH GRANT OPTION" if grant.with_grant_option else ""
    return f"GRANT {privileges} ON {where} TO {role(grant.role)}{option}"


def grant_on_other(grant: Grant, rights: Rights) -> str:
    """The same on an object that is no table; the database is the one that the statement runs in, whatever its name."""
    if rights.kind != "database":
        return grant_on(grant, place_of(rights))
    return in_this_database(grant_on(grant, HERE))


HERE = "DATABASE %I"


def in_this_database(statement: str) -> str:
    """A DO block that runs a statement with `HERE` in it."""
    text = statement.replace("%", "%%").replace(HERE.replace("%", "%%"), HERE)
    return f"DO {dollar_quoted(f'BEGIN EXECUTE format({literal(text)}, current_database()); END')}"


def place_of(rights: Rights) -> str:
    """What is granted on, as GRANT names it."""
    thing = rights.thing
    if isinstance(thing, Namespace):
        return f"SCHEMA {named(thing.name)}"
    if isinstance(thing, Function):
        return f"{thing.kind.upper()} {at(thing.schema, thing.name)}({argument_types(thing.arguments)})"
    if thing is None:
        return HERE if rights.kind == "database" else rights.words
    return f"{rights.kind.upper()} {at(thing.schema, thing.name)}"


def default_privilege(one: DefaultPrivilege) -> str:
    """ALTER DEFAULT PRIVILEGES."""
    text = "ALTER DEFAULT PRIVILEGES"
    text += f" FOR ROLE {role(one.for_role)}" if one.for_role else ""
    text += f" IN SCHEMA {named(one.schema)}" if one.schema else ""
    # ALL is kept in the words of tables, whatever the kind of object.
    everything = set(one.privileges) == set(ON_TABLES) and one.object_kind != "tables"
    privileges = "ALL" if everything else ", ".join(privilege.upper() for privilege in one.privileges)
    if one.revoked:
        return f"{text} REVOKE {privileges} ON {one.object_kind.upper()} FROM {role(one.role)}"
    option = " WITH GRANT OPTION" if one.with_grant_option else ""
    return f"{text} GRANT {privileges} ON {one.object_kind.upper()} TO {role(one.role)}{option}"
