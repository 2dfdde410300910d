"""Sequences that go to another schema with the table whose column owns them: SET SCHEMA takes them along."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.deliverables.migration.draft import Draft
from dbarch_widgets.importers.postgres.names import sequence_default
from dbarch_widgets.model.objects import Sequence
from dbarch_widgets.model.schema import QName


def moved_sequences(draft: Draft) -> dict[QName, Sequence]:
    """What a sequence was, by the name that it has afterwards; its rights and its owner's column go with it."""
    places = {before.qname: after.qname for before, after in draft.pairs if before.schema != after.schema}
    news = {QName(one.schema, one.name): one for one in draft.new.sequences}
    found = {}
    for one in draft.old.sequences:
        if one.owned_by is None or one.owned_by[0] != one.schema:
            continue
        to = places.get(QName(*one.owned_by[:2]))
        new = news.get(QName(to.schema, one.name)) if to else None
        if to and new and new.owned_by and QName(*new.owned_by[:2]) == to:
            found[QName(new.schema, new.name)] = one
    return found


def as_moved(draft: Draft, default: str | None) -> str | None:
    """The default of a column with its sequence by the name that it has afterwards."""
    for name, one in moved_sequences(draft).items():
        if default == sequence_default(QName(one.schema, one.name)):
            return sequence_default(name)
    return default


def there_already(draft: Draft, one: Sequence) -> Sequence | None:
    """The sequence as it was, at its new place."""
    was = moved_sequences(draft).get(QName(one.schema, one.name))
    return replace(was, schema=one.schema) if was else None
