"""What each role may, on everything there is, and on what is to come: given and taken back."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.deliverables.migration.draft import Draft
from dbarch_widgets.deliverables.migration.objects import fresh_sequences
from dbarch_widgets.deliverables.migration.routines import remade
from dbarch_widgets.deliverables.migration.step import Step
from dbarch_widgets.model.objects import DefaultPrivilege, Function, Grant
from dbarch_widgets.model.rights import Rights, rights_of
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.write.postgres import rights as writer
from dbarch_widgets.sql.write.postgres.names import at


def grants(draft: Draft) -> None:
    """What each role may, on tables, views and everything else, and by default on those to come."""
    for before, after in draft.sides:
        _granted(draft, Rights("table", at(*after.qname), after.grants), before.grants, after.qname)
    old_views = {QName(view.schema, view.name): view for view in draft.old.views}
    for view in draft.new.views:
        name = QName(view.schema, view.name)
        was = old_views.get(name)
        _granted(draft, Rights("table", at(*name), view.grants), was.grants if was else (), name)
    _on_others(draft)
    _defaults(draft)


def _on_others(draft: Draft) -> None:
    """Functions, types and sequences that are new, or dropped and made again, get their rights where they are made."""
    before, after = ({_key(each): each for each in rights_of(schema)} for schema in (draft.old, draft.new))
    gone = [replace(each, grants=()) for key, each in before.items() if key not in after and each.kind == "schema"]
    fresh = {id(each) for each in fresh_sequences(draft)}
    for one in (*after.values(), *gone):
        was = before.get(_key(one))
        if id(one.thing) in fresh or (was is None and one.kind not in ("schema", "sequence")):
            continue
        if was and isinstance(was.thing, Function) and isinstance(one.thing, Function) and remade(was.thing, one.thing):
            continue
        _granted(draft, one, was.grants if was else ())


def _key(rights: Rights) -> str:
    """What names the object in a statement: the arguments of a function without their defaults."""
    return writer.place_of(rights).removeprefix("PROCEDURE ").removeprefix("FUNCTION ")


def _granted(draft: Draft, on: Rights, old: tuple[Grant, ...], name: QName | None = None) -> None:
    was, now = _single(old), _single(on.grants)
    # That nothing says REVOKE CREATE ON SCHEMA public any more is no wish to give it.
    kept = [key for key in was if on.thing is not None and on.title == "schema public" and was[key].revoked]
    gone = [key for key in was if key not in now and key not in kept]
    came = [key for key in now if key not in was]
    if not (gone or came):
        return
    up = [*(_undone(was[key], on) for key in gone), *(writer.grant_on_other(now[key], on) for key in came)]
    down = [*(_undone(now[key], on) for key in came), *(writer.grant_on_other(was[key], on) for key in gone)]
    roles = tuple(dict.fromkeys(grant.role for grant in (*old, *on.grants)))
    shown = str(name) if name else "the database" if on.kind == "database" else on.title
    draft.add(Step(f"Set who may use {shown}", tuple(up), tuple(down), name, roles))


def _single(all_grants: tuple[Grant, ...]) -> dict[tuple[object, ...], Grant]:
    """One grant for each privilege."""
    return {
        (grant.role, grant.columns, privilege, grant.with_grant_option, grant.revoked): replace(
            grant, privileges=(privilege,), external_role=False, line=None
        )
        for grant in all_grants
        for privilege in grant.privileges
    }


def _undone(grant: Grant, on: Rights) -> str:
    """The statement that takes a grant back, or gives what a REVOKE took."""
    statement = writer.grant_on(replace(grant, revoked=not grant.revoked, with_grant_option=False), writer.place_of(on))
    return writer.in_this_database(statement) if on.kind == "database" else statement


def _defaults(draft: Draft) -> None:
    """First what is taken back, then what is given: one privilege of several may go."""
    old, new = (by_whom(schema.default_privileges) for schema in (draft.old, draft.new))
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key), new.get(key)
        gone, came = _only(was, now), _only(now, was)
        up = [*map(_no_default, gone), *map(writer.default_privilege, came)]
        down = [*map(_no_default, came), *map(writer.default_privilege, gone)]
        if up:
            known = was or now
            words = f"Set what {known.role} may on {known.object_kind} to come" if known else ""
            draft.add(Step(words, tuple(up), tuple(down)))


def by_whom(given: tuple[DefaultPrivilege, ...]) -> dict[tuple[object, ...], DefaultPrivilege]:
    """One for each role, kind of object, schema and maker, and way."""
    found: dict[tuple[object, ...], DefaultPrivilege] = {}
    for one in given:
        key = (one.role, one.object_kind, one.schema, one.for_role, one.with_grant_option, one.revoked)
        before = found[key].privileges if key in found else ()
        found[key] = replace(one, privileges=tuple(dict.fromkeys((*before, *one.privileges))))
    return found


def _only(one: DefaultPrivilege | None, other: DefaultPrivilege | None) -> list[DefaultPrivilege]:
    """What the one has and the other has not."""
    if one is None or other is None:
        return [one] if one else []
    left = tuple(each for each in one.privileges if each not in other.privileges)
    return [replace(one, privileges=left)] if left else []


def _no_default(one: DefaultPrivilege) -> str:
    return writer.default_privilege(replace(one, revoked=not one.revoked, with_grant_option=False))
