"""What each role may, on everything there is, and on what is to come: given and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dbarch_widgets.deliverables.migration.born import at_birth, by_whom, single, undone
from dbarch_widgets.deliverables.migration.draft import Draft
from dbarch_widgets.deliverables.migration.moved import there_already
from dbarch_widgets.deliverables.migration.objects import fresh_sequences
from dbarch_widgets.deliverables.migration.routines import remade
from dbarch_widgets.deliverables.migration.step import Step
from dbarch_widgets.model.objects import DefaultPrivilege, Function, Grant, Sequence
from dbarch_widgets.model.rights import Rights, rights_of
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.write.postgres import rights as writer
from dbarch_widgets.sql.write.postgres.names import at
from dbarch_widgets.sql.write.postgres.objects import schemas_of

_Single = tuple[object, ...]


def grants(draft: Draft) -> None:
    """What each role may, on tables, views and everything else; a new view has its rights from its making."""
    for before, after in draft.sides:
        on = Rights("table", at(*after.qname), after.grants)
        was = at_birth(draft, on, after.schema) if draft.is_new(after.qname) else before.grants
        _granted(draft, on, was, after.qname)
    old_views = {QName(view.schema, view.name): view for view in draft.old.views}
    for view in draft.new.views:
        name = QName(view.schema, view.name)
        if name in old_views:
            _granted(draft, Rights("table", at(*name), view.grants), old_views[name].grants, name)
    _on_others(draft)


def _on_others(draft: Draft) -> None:
    """Functions, types and sequences that are new, or dropped and made again, get their rights where they are made."""
    before, after = ({_key(each): each for each in rights_of(schema)} for schema in (draft.old, draft.new))
    gone = [replace(each, grants=()) for key, each in before.items() if key not in after and each.kind == "schema"]
    fresh = {id(each) for each in fresh_sequences(draft)}
    known = schemas_of(draft.old)
    for one in (*after.values(), *gone):
        was = before.get(_key(one))
        if id(one.thing) in fresh or (was is None and one.kind not in ("schema", "sequence")):
            continue
        if was and isinstance(was.thing, Function) and isinstance(one.thing, Function) and remade(was.thing, one.thing):
            continue
        if was is None and isinstance(one.thing, Sequence) and (moved := there_already(draft, one.thing)):
            _granted(draft, one, moved.grants)
            continue
        had = was.grants if was else ()
        if was is None and isinstance(one.thing, Sequence):
            had = at_birth(draft, one, one.thing.schema)
        elif was is None and one.words not in known and one.words != "public":
            had = at_birth(draft, one, None)
        _granted(draft, one, had)


def _key(rights: Rights) -> str:
    """What names the object in a statement: the arguments of a function without their defaults."""
    return writer.place_of(rights).removeprefix("PROCEDURE ").removeprefix("FUNCTION ")


def _granted(draft: Draft, on: Rights, old: tuple[Grant, ...], name: QName | None = None) -> None:
    was, now = single(old), single(on.grants)
    # That nothing says REVOKE CREATE ON SCHEMA public any more is no wish to give it.
    noted = on.thing is not None and on.title == "schema public"
    kept = [key for key in was if noted and was[key].revoked and was[key].privileges == ("create",)]
    gone = [key for key in was if key not in now and key not in kept]
    came = [key for key in now if key not in was]
    if not (gone or came):
        return
    up = _turned(was, now, gone, came, on)
    down = _turned(now, was, came, gone, on)
    roles = tuple(dict.fromkeys(grant.role for grant in (*old, *on.grants)))
    shown = str(name) if name else "the database" if on.kind == "database" else on.title
    draft.add(Step(f"Set who may use {shown}", tuple(up), tuple(down), name, roles))


def _turned(
    was: Mapping[_Single, Grant], now: Mapping[_Single, Grant], gone: list[_Single], came: list[_Single], on: Rights
) -> list[str]:
    """From the one to the other. What is taken from a whole table is taken from its columns too, and given again there."""
    whole = {(was[key].role, was[key].privileges) for key in gone if not was[key].columns and not was[key].revoked}
    again = [
        key
        for key, grant in now.items()
        if key not in came and grant.columns and (grant.role, grant.privileges) in whole
    ]
    taken = [undone(was[key], on) for key in gone]
    return [*taken, *(writer.grant_on_other(now[key], on) for key in (*came, *again))]


def defaults_taken(draft: Draft) -> None:
    """Before anything is made: it would get what the target does not give."""
    _defaults(draft, draft.old.default_privileges, draft.new.default_privileges, gives=False)


def defaults_given(draft: Draft) -> None:
    """After all is made: what is there already has its own rights."""
    _defaults(draft, draft.new.default_privileges, draft.old.default_privileges, gives=True)


def _defaults(
    draft: Draft, these: tuple[DefaultPrivilege, ...], others: tuple[DefaultPrivilege, ...], *, gives: bool
) -> None:
    known = by_whom(others)
    for key, one in by_whom(these).items():
        for each in _only(one, known.get(key)):
            up, down = writer.default_privilege(each), _no_default(each)
            way = (up, down) if gives else (down, up)
            draft.add(Step(f"Set what {one.role} may on {one.object_kind} to come", way[:1], way[1:]))


def _only(one: DefaultPrivilege, other: DefaultPrivilege | None) -> list[DefaultPrivilege]:
    """What the one has and the other has not."""
    left = tuple(each for each in one.privileges if other is None or each not in other.privileges)
    return [replace(one, privileges=left)] if left else []


def _no_default(one: DefaultPrivilege) -> str:
    return writer.default_privilege(replace(one, revoked=not one.revoked, with_grant_option=False))
