"""The neighbourhood of one table: what lies within some hops of relations."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.render.crowsfoot import ErModel


def neighbourhood(model: ErModel, schema: Schema, focus: QName | str, hops: int) -> tuple[ErModel, QName]:
    """The entities within `hops` relations of the focus, and the entity that the focus is drawn in.

    Raises:
        UnknownName: there is no such table; the message offers the nearest names.
        InputError: `hops` is negative.
    """
    if hops < 0:
        raise InputError(f"hops must be 0 or more, not {hops}", to_do="1 shows the direct neighbours")
    centre = model.home(schema.table(focus).qname)
    return within(model, reach(model, centre, hops)), centre


def reach(model: ErModel, centre: QName, hops: int) -> set[QName]:
    """The names within `hops` relations of `centre`, itself included."""
    seen = {centre}
    edge = {centre}
    for _ in range(hops):
        edge = {
            end
            for name in edge
            for relation in model.touching.get(name, ())
            for end in (relation.child, relation.parent)
        } - seen
        if not edge:
            break
        seen |= edge
    return seen


def within(model: ErModel, names: set[QName]) -> ErModel:
    """The part of the model between the named entities; `hidden` counts the relations that lead out of it."""
    kept = tuple(entity for entity in model.entities if entity.name in names)
    relations = tuple(relation for relation in model.relations if relation.child in names and relation.parent in names)
    part = replace(model, entities=kept, relations=relations, whole=model.whole or model)
    hidden = {
        entity.name: cut
        for entity in kept
        if (cut := len(model.touching.get(entity.name, ())) - len(part.touching.get(entity.name, ())))
    }
    return replace(part, hidden=hidden)
