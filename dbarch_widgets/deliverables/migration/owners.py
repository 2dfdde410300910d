"""Who owns what from now on: what was there and is given to somebody else, and new tables and schemas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dbarch_widgets.deliverables.migration.draft import Draft
from dbarch_widgets.deliverables.migration.locks import locks
from dbarch_widgets.deliverables.migration.objects import views_again
from dbarch_widgets.deliverables.migration.routines import remade
from dbarch_widgets.deliverables.migration.step import Step
from dbarch_widgets.model.objects import Function, Sequence
from dbarch_widgets.model.rights import Rights, rights_of
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.write.postgres.names import qualified
from dbarch_widgets.sql.write.postgres.objects import schemas_of
from dbarch_widgets.sql.write.postgres.owners import owned_place, owner_to, view_place


@dataclass(frozen=True)
class _Change:
    """A thing as ALTER names it, who has it and who had it; nobody is named who is not known."""

    what: str
    place: str
    owner: str | None
    was: str | None
    table: QName | None = None


def owners(draft: Draft) -> None:
    """One step for each thing. What is made anew, and what comes with its rights, has its owner from its making."""
    for each in (*_schemas(draft), *_tables(draft), *_views(draft), *_others(draft)):
        if each.owner is None or each.owner == each.was:
            continue
        down = (owner_to(each.place, each.was),) if each.was else ()
        held = locks("OWNER TO", each.table) if each.table else ()
        title = f"Give {each.what} to {each.owner}"
        draft.add(Step(title, (owner_to(each.place, each.owner),), down, each.table, (each.owner,), held))


def _schemas(draft: Draft) -> Iterator[_Change]:
    """A new one is given too, as its making gives it nothing."""
    old = {each.name: each.owner for each in draft.old.namespaces}
    known = {*schemas_of(draft.old), "public"}
    for rights in rights_of(draft.new):
        if rights.kind == "schema":
            was = old.get(rights.words)
            if was or rights.words not in known:
                yield _Change(rights.title, owned_place(rights), rights.owner, was)


def _tables(draft: Draft) -> Iterator[_Change]:
    """Going back, a new table goes, so that nobody has to get it."""
    for before, after in draft.sides:
        new = draft.is_new(after.qname)
        if new or before.owner:
            was = None if new else before.owner
            yield _Change(str(after.qname), f"TABLE {qualified(after.qname)}", after.owner, was, after.qname)


def _views(draft: Draft) -> Iterator[_Change]:
    old = {QName(view.schema, view.name): view for view in draft.old.views}
    again = views_again(draft)
    for view in draft.new.views:
        name = QName(view.schema, view.name)
        if name in old and old[name].owner and name not in again:
            yield _Change(f"view {name}", view_place(view), view.owner, old[name].owner)


def _others(draft: Draft) -> Iterator[_Change]:
    """Functions, types and sequences that are on both sides."""
    old, new = (_by_place(schema) for schema in (draft.old, draft.new))
    for place, now in new.items():
        was = old.get(place)
        if was is None or _remade(was, now):
            continue
        before = _of_column(draft.old, was.thing) if isinstance(was.thing, Sequence) else was.owner
        if before or (isinstance(was.thing, Sequence) and was.thing.owned_by):
            yield _Change(now.title, place, now.owner, before)


def _by_place(schema: Schema) -> dict[str, Rights]:
    return {owned_place(each): each for each in rights_of(schema) if each.kind not in ("database", "schema")}


def _remade(was: Rights, now: Rights) -> bool:
    return isinstance(was.thing, Function) and isinstance(now.thing, Function) and remade(was.thing, now.thing)


def _of_column(schema: Schema, sequence: Sequence) -> str | None:
    """Whose a sequence is: of one that belongs to a column, its table's owner."""
    table = schema.find(QName(*sequence.owned_by[:2])) if sequence.owned_by else None
    return table.owner if table else sequence.owner
