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


def who_reaches(schema: Schema, place: str) -> tuple[str, ...]:
    """The roles that may use a schema: PUBLIC where it may, else those with USAGE; superusers are not told of."""
    known = next((each for each in schema.namespaces if each.name == place), Namespace(place))
    if public_may("schema", known.grants, "usage", place):
        return ("public",)
    return tuple(sorted({each.role for each in known.grants if "usage" in each.privileges and not each.revoked}))


def role_sql(role: str) -> str:
    """The role as GRANT and REVOKE take it."""
    return "PUBLIC" if role.lower() == "public" else ident(role)
