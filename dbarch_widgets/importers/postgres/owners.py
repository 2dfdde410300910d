"""Who owns what: ALTER … OWNER TO, AUTHORIZATION, and who made a thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.draft import Draft, Refused, with_changes
from dbarch_widgets.importers.postgres.functions import change_functions, same_function
from dbarch_widgets.importers.postgres.words import FUNCTIONS, TYPES, kind_word, split_name
from dbarch_widgets.model.objects import Namespace, Sequence
from dbarch_widgets.model.schema import QName

Node = Any
_SYSTEM = ("pg_catalog", "information_schema")
# Who owns the schema `public` of a new database, from PostgreSQL 15 on.
_OF_PUBLIC = "pg_database_owner"


def owner_named(draft: Draft, role: Node) -> str | None:
    """The role that OWNER TO or AUTHORIZATION names; None for whoever runs the text."""
    if role.roletype in (pb.ROLESPEC_CURRENT_USER, pb.ROLESPEC_CURRENT_ROLE):
        return draft.acting
    if role.roletype == pb.ROLESPEC_SESSION_USER:
        return draft.session_role
    return role.rolename or None


def alter_owner(draft: Draft, statement: Node) -> None:
    """`ALTER … OWNER TO` of a function, type or schema; of what the model does not hold it is counted.

    Raises:
        Refused: there is no such object.
    """
    owner, kind, thing = owner_named(draft, statement.newowner), statement.object_type, statement.object
    if kind in FUNCTIONS:
        change_functions(draft, same_function(draft, thing.object_with_args), owner=owner)
    elif kind in TYPES:
        _type(draft, *split_name(thing.list.items), owner)
    elif kind == pb.OBJECT_SCHEMA:
        _schema(draft, thing.string.sval, owner)
    else:
        draft.leave_out_owner(kind_word(kind))


def _type(draft: Draft, schema: str, name: str, owner: str | None) -> None:
    among_all: tuple[dict[QName, Any], ...] = (draft.enums, draft.domains)
    for among in among_all:
        found = draft.resolve(schema, name, among)
        if found in among:
            among[found] = replace(among[found], owner=owner)
            return
    if draft.resolve(schema, name, draft.composites) not in draft.composites:
        raise Refused(f"type {name!r} is not defined before this statement")
    draft.leave_out_owner("composite or range type")


def _schema(draft: Draft, name: str, owner: str | None) -> None:
    if name in _SYSTEM:
        draft.remark(f"the owner of the schema {name}, which is PostgreSQL's own, is not kept")
        return
    one = draft.namespaces.get(name) or Namespace(name, file=draft.file, line=draft.line)
    draft.namespaces[name] = replace(one, owner=None if (name, owner) == ("public", _OF_PUBLIC) else owner)


def give_relation(draft: Draft, relation: Node, owner: str | None) -> None:
    """A view or a sequence changes hands, in the words of ALTER VIEW, ALTER SEQUENCE or ALTER TABLE.

    Raises:
        Refused: there is none of that name.
    """
    among_all: tuple[dict[QName, Any], ...] = (draft.views, draft.sequences)
    for among in among_all:
        found = draft.resolve(relation.schemaname, relation.relname, among)
        if found in among:
            among[found] = replace(among[found], owner=owner)
            return
    raise Refused(f"{relation.relname!r} is not defined before this statement")


def without_followers(sequences: Iterable[Sequence]) -> Iterator[Sequence]:
    """The sequences; one that belongs to a column has the owner of its table and none of its own."""
    for sequence in sequences:
        yield with_changes(sequence, owner=None) if sequence.owner and sequence.owned_by else sequence


def rename_owner(draft: Draft, named: Callable[[str | None], str | None]) -> None:
    """A role under another name owns what it owned."""
    among_all: tuple[dict[Any, Any], ...] = (draft.views, draft.sequences, draft.enums, draft.domains, draft.namespaces)
    for among in among_all:
        for name, thing in among.items():
            if named(thing.owner) != thing.owner:
                among[name] = replace(thing, owner=named(thing.owner))
    draft.functions = [
        replace(each, owner=named(each.owner)) if named(each.owner) != each.owner else each for each in draft.functions
    ]


def left_out(draft: Draft) -> list[str]:
    """What is said of owners that have no place."""
    told = ", ".join(f"{kind}: {number}" for kind, number in sorted(draft.owners_left_out.items()))
    return (
        [f"the owners of what the model does not hold are left out; statements that name one: {told}"] if told else []
    )
