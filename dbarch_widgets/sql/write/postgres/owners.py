"""OWNER TO of everything whose owner is known."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.objects import Domain, Function, View
from dbarch_widgets.model.rights import Rights, rights_of
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.sql.write.base import Script
from dbarch_widgets.sql.write.postgres.functions import is_written
from dbarch_widgets.sql.write.postgres.names import at, qualified, role
from dbarch_widgets.sql.write.postgres.rights import place_of

OWNERS = "Owners"


def write_owners(schema: Schema, script: Script) -> None:
    """Schemas first: who gets what is in one needs rights on it, unless a superuser gives it."""
    for place, owner in owned(schema):
        script.add(OWNERS, owner_to(place, owner))


def owned(schema: Schema) -> Iterator[tuple[str, str]]:
    """(`VIEW app.v`, its owner) of all that is written and whose owner is known."""
    others = [each for each in rights_of(schema) if each.owner and _is_there(each)]
    yield from ((owned_place(each), each.owner or "") for each in others if each.kind == "schema")
    yield from ((f"TABLE {qualified(table.qname)}", table.owner) for table in schema.tables if table.owner)
    yield from ((view_place(view), view.owner) for view in schema.views if view.owner)
    yield from ((owned_place(each), each.owner or "") for each in others if each.kind != "schema")


def owner_to(place: str, owner: str) -> str:
    """`ALTER VIEW app.v OWNER TO boss`."""
    return f"ALTER {place} OWNER TO {role(owner)}"


def view_place(view: View) -> str:
    """The view as ALTER names it."""
    return f"{'MATERIALIZED VIEW' if view.materialized else 'VIEW'} {at(view.schema, view.name)}"


def owned_place(rights: Rights) -> str:
    """The same for what is neither table nor view: as GRANT names it, but that a domain is a domain."""
    return (
        f"DOMAIN {at(rights.thing.schema, rights.thing.name)}" if isinstance(rights.thing, Domain) else place_of(rights)
    )


def _is_there(rights: Rights) -> bool:
    return not isinstance(rights.thing, Function) or is_written(rights.thing)
