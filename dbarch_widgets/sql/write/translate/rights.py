"""Rights, roles and owners, which no other database takes from PostgreSQL: each is named as lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dbarch_widgets.model.describe import grant_words, role_words
from dbarch_widgets.model.diff_rights import default_words
from dbarch_widgets.model.objects import Grant
from dbarch_widgets.model.rights import rights_of
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.write.base import Loss

_WHY = "roles are not carried over"


def rights_lost(schema: Schema) -> Iterator[Loss]:
    """One loss for the rights on each object, for each owner, role and default privilege."""
    for table in schema.tables:
        yield from _of(str(table.qname), table.grants)
        yield from _owner(str(table.qname), table.owner)
    for view in schema.views:
        where = f"view {QName(view.schema, view.name)}"
        yield from _of(where, view.grants)
        yield from _owner(where, view.owner)
    for each in rights_of(schema):
        yield from _of("the database" if each.kind == "database" else each.title, each.grants)
        yield from _owner(each.title, each.owner)
    for role in schema.roles:
        yield Loss(f"role {role.name}", "role", _WHY, definition=role_words(role) or None)
    for default in schema.default_privileges:
        yield Loss(
            f"default privileges of {default.role}", "default privileges", _WHY, definition=default_words(default)
        )


def _owner(where: str, owner: str | None) -> Iterator[Loss]:
    if owner:
        yield Loss(where, f"owner {owner}", _WHY)


def _of(where: str, grants: Iterable[Grant]) -> Iterator[Loss]:
    """`app: SELECT, INSERT; PUBLIC: without EXECUTE`."""
    told = [f"{_shown(grant.role)}: {grant_words(grant)}" for grant in grants]
    if told:
        roles = ", ".join(dict.fromkeys(_shown(grant.role) for grant in grants))
        yield Loss(where, f"rights of {roles}", _WHY, definition="; ".join(told))


def _shown(role: str) -> str:
    return "PUBLIC" if role == "public" else role
