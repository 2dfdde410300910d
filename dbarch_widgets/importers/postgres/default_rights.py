"""ALTER DEFAULT PRIVILEGES, and what it gives the objects that are made after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.draft import Draft, NotKept, with_changes
from dbarch_widgets.importers.postgres.grants import privileges
from dbarch_widgets.importers.postgres.held import Held
from dbarch_widgets.importers.postgres.words import names, role_names
from dbarch_widgets.model.objects import DefaultPrivilege, Grant
from dbarch_widgets.model.rights import RightsKind, by_itself

Node = Any
_KINDS = {
    pb.OBJECT_TABLE: "tables",
    pb.OBJECT_SEQUENCE: "sequences",
    pb.OBJECT_FUNCTION: "functions",
    pb.OBJECT_ROUTINE: "functions",
    pb.OBJECT_TYPE: "types",
    pb.OBJECT_SCHEMA: "schemas",
    pb.OBJECT_LARGEOBJECT: "large objects",
}
_GIVEN: dict[str, RightsKind] = {"functions": "function", "types": "type"}
# Kind of object by the part of the draft that holds it.
_PARTS = (("tables", "tables"), ("views", "tables"), ("sequences", "sequences"), ("functions", "functions"),
          ("enums", "types"), ("domains", "types"), ("namespaces", "schemas"))  # fmt: skip
Sizes = tuple[int, ...]


def default_privileges(draft: Draft, statement: Node) -> None:
    """`ALTER DEFAULT PRIVILEGES`: one for each schema, maker and role.

    Raises:
        NotKept: it takes back what a default cannot take.
    """
    schemas: tuple[str | None, ...] = (None,)
    # Without FOR ROLE it is for whoever says it.
    creators: tuple[str | None, ...] = (draft.acting,)
    for node in statement.options:
        if node.def_elem.defname == "schemas":
            schemas = names(node.def_elem.arg.list.items)
        elif node.def_elem.defname == "roles":
            creators = role_names(node.def_elem.arg.list.items)
    action = statement.action
    kind = _KINDS[action.objtype]
    wanted = tuple(privilege for privilege, _ in privileges(action, kind))
    in_vain: list[str] = []
    for schema in schemas:
        for creator in creators:
            for role in role_names(action.grantees):
                one = DefaultPrivilege(role, kind, wanted, schema, creator, draft.line, file=draft.file)
                if action.is_grant:
                    _give(draft, replace(one, with_grant_option=action.grant_option))
                else:
                    in_vain += _take(draft, one, only_option=action.grant_option)
    if in_vain:
        raise NotKept(in_vain[0])


def _usual(one: DefaultPrivilege) -> tuple[str, ...]:
    """What PostgreSQL gives by itself; a default for one schema adds to it and never takes it away."""
    if one.role != "public" or one.object_kind not in _GIVEN:
        return ()
    return by_itself(_GIVEN[one.object_kind])


def _alike(one: DefaultPrivilege, other: DefaultPrivilege) -> bool:
    return (one.role, one.object_kind, one.schema, one.for_role) == (
        other.role, other.object_kind, other.schema, other.for_role)  # fmt: skip


def _without(draft: Draft, gone: DefaultPrivilege) -> bool:
    """Takes the privileges off the entries for the same; whether there were any."""
    left = []
    found = False
    for each in draft.default_privileges:
        if _alike(each, gone) and set(each.privileges) & set(gone.privileges):
            found = True
            kept = tuple(name for name in each.privileges if name not in gone.privileges)
            left += [replace(each, privileges=kept)] if kept else []
        else:
            left.append(each)
    draft.default_privileges = left
    return found


def _give(draft: Draft, one: DefaultPrivilege) -> None:
    _without(draft, one)
    usual = _usual(one) if one.schema is None else ()
    if new := tuple(name for name in one.privileges if name not in usual):
        draft.default_privileges.append(replace(one, privileges=new))


def _take(draft: Draft, one: DefaultPrivilege, *, only_option: bool) -> list[str]:
    """Takes back what was given; why in vain, where it is."""
    if only_option:
        draft.default_privileges = [
            replace(each, with_grant_option=False) if _alike(each, one) else each for each in draft.default_privileges
        ]
        return []
    found, usual = _without(draft, one), tuple(name for name in one.privileges if name in _usual(one))
    if usual and one.schema is None:
        draft.default_privileges.append(replace(one, privileges=usual, revoked=True))
    elif usual and not found:
        return [
            f"a default of one schema takes nothing from PUBLIC of what PostgreSQL gives by itself: {', '.join(usual)} on "
            f"{one.object_kind} stays (without IN SCHEMA it would go)"
        ]
    elif not found and one.role == one.for_role:
        draft.remark("ALTER DEFAULT PRIVILEGES … REVOKE of the maker's own rights is not kept")
    return []


def sizes(draft: Draft) -> Sizes | None:
    """How many objects there are of each kind; None where nothing is to be given to those to come."""
    if draft.acting is not None or draft.default_privileges:
        return tuple(len(getattr(draft, part)) for part, _ in _PARTS)
    return None


def applied(draft: Draft, before: Sizes | None) -> None:
    """Gives what was made since `before` its default rights, and the role that makes it as its owner.

    Defaults hold for what the same role makes: not for what its members make, and not for what it is given later.
    """
    for (part, kind), size in zip(_PARTS, before or (), strict=False):
        things = getattr(draft, part)
        if len(things) <= size:
            continue
        if isinstance(things, dict):
            for key in list(islice(reversed(things), len(things) - size)):
                _give_new(draft, part, key, things[key], kind)
        else:
            for at in range(size, len(things)):
                _give_new(draft, part, at, things[at], kind)


def _give_new(draft: Draft, part: str, key: Any, thing: Any, kind: str) -> None:
    if kind == "schemas" and (key == "public" or key not in draft.schemas):
        return  # it was there, and is mentioned for the first time
    schema, owner = None if kind == "schemas" else thing.schema, thing.owner or draft.acting
    maker = owner if kind == "schemas" else draft.acting  # CREATE SCHEMA … AUTHORIZATION makes it as somebody else
    grants = given_at_birth(draft.default_privileges, kind, schema, thing.grants, maker)
    if maker is None:
        for role in {each.for_role for each in draft.default_privileges if _is_for(each, kind, schema)} - {None}:
            draft.not_given[str(role)] = draft.not_given.get(str(role), 0) + 1
    if (grants, owner) == (thing.grants, thing.owner):
        return
    if part == "tables":
        draft.put(with_changes(thing, grants=grants, owner=owner))
    else:
        getattr(draft, part)[key] = replace(thing, grants=grants, owner=owner)


def given_at_birth(
    given: Iterable[DefaultPrivilege],
    kind: str,
    schema: str | None,
    had: tuple[Grant, ...] = (),
    maker: str | None = None,
) -> tuple[Grant, ...]:
    """The grants of a new object of a kind ("tables", "functions" …) in a schema, made by that role.

    Without a maker it is made by whoever gave the defaults that name no role.
    """
    held = Held(had, by_itself(_GIVEN[kind]) if kind in _GIVEN else ())
    for each in _in_order(given):
        if each.for_role != maker or not _is_for(each, kind, schema):
            continue
        if maker is not None and each.role == maker:
            continue  # its own object gives it everything
        for privilege in each.privileges:
            if each.revoked:
                held.take(each.role, privilege, (), only_option=False, place=(each.file, each.line))
            else:
                held.give(each.role, privilege, (), grantable=each.with_grant_option, place=(each.file, each.line))
    return held.grants()


def not_given(draft: Draft) -> list[str]:
    """What is said of defaults for a role that nobody is said to act as."""
    return [
        f"the default privileges of {role} hold for what {role} makes: {number} later object{'s' * (number != 1)} did not "
        f"get them, as the text does not say who makes them (SET ROLE {role} would)"
        for role, number in sorted(draft.not_given.items())
    ]


def _is_for(one: DefaultPrivilege, kind: str, schema: str | None) -> bool:
    return one.object_kind == kind and one.schema in (None, schema)


def _in_order(given: Iterable[DefaultPrivilege]) -> Iterator[DefaultPrivilege]:
    """Those for all schemas first: the others add to them."""
    each = list(given)
    yield from (one for one in each if one.schema is None)
    yield from (one for one in each if one.schema is not None)
