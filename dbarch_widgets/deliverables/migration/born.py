"""The rights of what a migration makes: those that it is to have, against those that it gets from default privileges; its owner."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.deliverables.migration.draft import Draft
from dbarch_widgets.importers.postgres.default_rights import given_at_birth
from dbarch_widgets.model.objects import DefaultPrivilege, Grant
from dbarch_widgets.model.rights import Rights
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.sql.write.postgres import rights as writer
from dbarch_widgets.sql.write.postgres.owners import owned_place, owner_to

_PLURAL = {"table": "tables", "function": "functions", "sequence": "sequences", "type": "types", "schema": "schemas"}


def by_whom(given: tuple[DefaultPrivilege, ...]) -> dict[tuple[object, ...], DefaultPrivilege]:
    """One for each role, kind of object, schema, maker and way."""
    found: dict[tuple[object, ...], DefaultPrivilege] = {}
    for one in given:
        key = (one.role, one.object_kind, one.schema, one.for_role, one.with_grant_option, one.revoked)
        before = found[key].privileges if key in found else ()
        found[key] = replace(one, privileges=tuple(dict.fromkeys((*before, *one.privileges))))
    return found


def standing(old: Schema, new: Schema) -> tuple[DefaultPrivilege, ...]:
    """The default privileges that hold all the while: others go before anything is made, or come after it."""
    before, after = by_whom(old.default_privileges), by_whom(new.default_privileges)
    both = (
        replace(one, privileges=tuple(name for name in one.privileges if name in after[key].privileges))
        for key, one in before.items()
        if key in after
    )
    return tuple(one for one in both if one.privileges)


def at_birth(draft: Draft, on: Rights, schema: str | None) -> tuple[Grant, ...]:
    """What the object has as soon as it is made."""
    return given_at_birth(standing(draft.old, draft.new), _PLURAL[on.kind], schema)


def rights_of_new(draft: Draft, on: Rights, schema: str | None) -> tuple[str, ...]:
    """What a new object needs beside its own statement: rights, and its owner where that is known."""
    was, now = single(at_birth(draft, on, schema)), single(on.grants)
    gone = tuple(undone(was[key], on) for key in was if key not in now)
    given = (owner_to(owned_place(on), on.owner),) if on.owner else ()
    return (*gone, *(writer.grant_on_other(now[key], on) for key in now if key not in was), *given)


def single(all_grants: tuple[Grant, ...]) -> dict[tuple[object, ...], Grant]:
    """One grant for each privilege; the order of columns says nothing."""
    return {
        (grant.role, tuple(sorted(grant.columns)), privilege, grant.with_grant_option, grant.revoked): replace(
            grant, privileges=(privilege,), external_role=False, line=None
        )
        for grant in all_grants
        for privilege in grant.privileges
    }


def undone(grant: Grant, on: Rights) -> str:
    """The statement that takes a grant back, or gives what a REVOKE took."""
    statement = writer.grant_on(replace(grant, revoked=not grant.revoked, with_grant_option=False), writer.place_of(on))
    return writer.in_this_database(statement) if on.kind == "database" else statement
