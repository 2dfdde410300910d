"""What was lost by kind: how many of each, and on which objects."""

from __future__ import annotations

from collections.abc import Iterable

from dbarch_widgets.sql.write.base import Loss

# Kinds whose name has several words; of all others the first word says it.
_WORDS = (
    "DISABLE TRIGGER", "GENERATED ALWAYS", "MATCH FULL", "NO INHERIT", "NOT VALID", "NULLS NOT DISTINCT", "ON CONFLICT",
    "ON DELETE", "ON UPDATE", "OWNED BY", "PARTITION BY", "WITHOUT ROWID", "default privileges", "enum of one column",
    "exclusion constraint", "foreign key", "foreign table", "generated value", "index method", "no columns",
    "operator class", "row-level security", "stored generated value",
)  # fmt: skip
_MOST = 12


def kind_of_loss(loss: Loss) -> str:
    """`rights` of "rights of app, reader", `ON DELETE` of "ON DELETE CASCADE"."""
    for words in _WORDS:
        if loss.what.startswith(words):
            return words
    return loss.what.split(" ", 1)[0].rstrip(",")


def by_kind(losses: Iterable[Loss]) -> dict[str, tuple[Loss, ...]]:
    """The losses of each kind, in the order of first occurrence."""
    found: dict[str, list[Loss]] = {}
    for loss in losses:
        found.setdefault(kind_of_loss(loss), []).append(loss)
    return {kind: tuple(those) for kind, those in found.items()}


def notes(losses: Iterable[Loss]) -> tuple[str, ...]:
    """`rights: 3 (s.t, view s.v, schema s)`, one for each kind; beyond the first twelve objects they are counted."""
    return tuple(f"{kind}: {len(those):,} ({_places(those)})" for kind, those in by_kind(losses).items())


def _places(losses: tuple[Loss, ...]) -> str:
    places = list(dict.fromkeys(" ".join(loss.object.split()) for loss in losses))
    more = f" and {len(places) - _MOST:,} more" if len(places) > _MOST else ""
    return ", ".join(places[:_MOST]) + more
