"""Who may do what with the rows of a table, by its grants."""

from __future__ import annotations

from dbarch_widgets.model.objects import Grant, Namespace
from dbarch_widgets.model.rights import public_may
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.rules.ddl import ident

ROWS = ("select", "insert", "update", "delete")
_ALL = frozenset(("all", "all privileges"))


def given(grant: Grant) -> frozenset[str]:
    """The rights of a grant in small letters, ALL spelled out."""
    names = frozenset(name.lower() for name in grant.privileges)
    return names | {*ROWS, "truncate", "references", "trigger"} if names & _ALL else names


def rights_by_role(table: Table, *, whole: bool = False) -> dict[str, frozenset[str]]:
    """The rights of each role but the owner; with `whole` those on single columns are left out."""
    found: dict[str, frozenset[str]] = {}
    for grant in table.grants:
        if grant.role != table.owner and not (whole and grant.columns):
            found[grant.role] = found.get(grant.role, frozenset()) | given(grant)
    return found


def groups_of(schema: Schema, role: str) -> frozenset[str]:
    """The role with all groups that it is a member of, also through others, and PUBLIC."""
    members = {each.name: each.member_of for each in schema.roles}
    found, todo = {"public"}, [role]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(members.get(name, ()))
    return frozenset(found)


def acts_as(schema: Schema, role: str) -> frozenset[str]:
    """The role with the groups whose rights it has without SET ROLE: a member that does not inherit has none of them."""
    known = {each.name: each for each in schema.roles}
    found, todo = set(), [role]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(known[name].member_of if name in known and known[name].inherit else ())
    return frozenset(found)


def unbound(schema: Schema, role: str | None) -> str:
    """Why no policy of any table binds the role: it is a superuser or has BYPASSRLS, which its members have not from it."""
    known = next((each for each in schema.roles if each.name == role), None)
    return (
        "" if known is None else "a superuser" if known.superuser else "who has BYPASSRLS" if known.bypass_rls else ""
    )


def past_policies(schema: Schema, role: str | None, table: Table) -> str | None:
    """Why the table's policies do not bind the role (`who owns orders`); empty where they do, None where it is not known.

    A superuser and a role with BYPASSRLS pass by every policy, the owner and who inherits from it all that are not forced.
    """
    if role is None:
        return None
    if why := unbound(schema, role):
        return why
    if not table.rls.forced:
        if table.owner is None:
            return None
        if table.owner in acts_as(schema, role):
            return (
                f"who owns {table.qname}"
                if table.owner == role
                else f"a member of {table.owner}, which owns {table.qname}"
            )
    return "" if any(each.name == role for each in schema.roles) else None


def owner_rights(schema: Schema, owner: str | None) -> str:
    """`its owner's rights`, or `the rights of its owner boss, a superuser,` where that is known."""
    if owner is None:
        return "its owner's rights"
    why = unbound(schema, owner)
    return f"the rights of its owner {owner}{f', {why},' if why else ''}"


def who_reaches(schema: Schema, place: str) -> tuple[str, ...]:
    """The roles that may use a schema: PUBLIC where it may, else those with USAGE; superusers are not told of."""
    known = next((each for each in schema.namespaces if each.name == place), Namespace(place))
    if public_may("schema", known.grants, "usage", place):
        return ("public",)
    return tuple(sorted({each.role for each in known.grants if "usage" in each.privileges and not each.revoked}))


def role_sql(role: str) -> str:
    """The role as GRANT and REVOKE take it."""
    return "PUBLIC" if role.lower() == "public" else ident(role)
