"""Roles, row-level security, grants, owners and default privileges of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable

from dbarch_widgets.model.objects import DefaultPrivilege, Grant, Policy, Role, View
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.sql.write.base import Script
from dbarch_widgets.sql.write.postgres.names import at, is_real_role, qualified, role, roles
from dbarch_widgets.sql.write.words import enclosed, named, names

_ON_TABLES = frozenset({"select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain"})
ROLES, POLICIES, GRANTS, OWNERS = "Roles", "Row-level security", "Rights", "Owners"


def write_roles(schema: Schema, script: Script) -> None:
    """The roles that the source makes; those that it only names are expected to exist."""
    own = {one.name for one in schema.roles}
    script.add(ROLES, *(create_role(one) for one in schema.roles))
    for one in schema.roles:
        script.add(ROLES, *(f"GRANT {named(group)} TO {named(one.name)}" for group in one.member_of))
    for name in named_roles(schema):
        if is_real_role(name) and name not in own:
            script.roles.setdefault(name)


def create_role(one: Role) -> str:
    """CREATE ROLE with its attributes."""
    words = [word for word, given in (("LOGIN", one.login), ("SUPERUSER", one.superuser)) if given]
    words += ["BYPASSRLS"] if one.bypass_rls else []
    return " ".join([f"CREATE ROLE {named(one.name)}", *words])


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
    """Rights on tables and views, default privileges, and at the very end the owners."""
    things: list[Table | View] = [*schema.tables, *schema.views]
    for thing in things:
        script.add(GRANTS, *(grant_on(grant, at(thing.schema, thing.name)) for grant in thing.grants))
    script.add(GRANTS, *(default_privilege(privilege) for privilege in schema.default_privileges))
    for table in schema.tables:
        if table.owner:
            script.add(OWNERS, f"ALTER TABLE {qualified(table.qname)} OWNER TO {role(table.owner)}")


def grant_on(grant: Grant, where: str) -> str:
    """GRANT on a table or view."""
    columns = f" ({names(grant.columns)})" if grant.columns else ""
    privileges = ", ".join(privilege.upper() + columns for privilege in grant.privileges)
    option = " WITH GRANT OPTION" if grant.with_grant_option else ""
    return f"GRANT {privileges} ON {where} TO {role(grant.role)}{option}"


def default_privilege(one: DefaultPrivilege) -> str:
    """ALTER DEFAULT PRIVILEGES."""
    text = "ALTER DEFAULT PRIVILEGES"
    text += f" FOR ROLE {role(one.for_role)}" if one.for_role else ""
    text += f" IN SCHEMA {named(one.schema)}" if one.schema else ""
    # ALL is kept in the words of tables, whatever the kind of object.
    everything = frozenset(one.privileges) == _ON_TABLES and one.object_kind != "tables"
    privileges = "ALL" if everything else ", ".join(privilege.upper() for privilege in one.privileges)
    return f"{text} GRANT {privileges} ON {one.object_kind.upper()} TO {role(one.role)}"
