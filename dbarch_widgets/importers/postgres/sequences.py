"""How sequences count: their options, and where they begin."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dbarch_widgets.importers.postgres.options import option_text, whole_number
from dbarch_widgets.importers.postgres.words import truth
from dbarch_widgets.model.objects import Sequence
from dbarch_widgets.model.sequences import bounds_of, usual_bounds

_NUMBERS = {"start": "start", "increment": "increment", "minvalue": "minimum", "maxvalue": "maximum", "cache": "cache"}


def counting_options(options: Any) -> dict[str, Any]:
    """The fields of a Sequence that its options set; NO MINVALUE sets the bound back to the usual one."""
    changes: dict[str, Any] = {}
    for node in options:
        option = node.def_elem
        if option.defname in _NUMBERS:
            changes[_NUMBERS[option.defname]] = whole_number(option) if option.HasField("arg") else None
        elif option.defname == "cycle":
            changes["cycle"] = truth(option_text(option), otherwise=True)
    return changes


def first_value(changes: dict[str, Any]) -> int:
    """Where a new sequence with these options begins."""
    ascending = changes.get("increment", 1) > 0
    bound = changes.get("minimum" if ascending else "maximum")
    start = changes.get("start", bound)
    return int(start) if start is not None else 1 if ascending else -1


def counting_like(first: Sequence, copy: Sequence) -> Sequence:
    """The copy, of type bigint, with the settings of the first: PostgreSQL copies them, but not the type."""
    lowest, highest = bounds_of(first)
    minimum = lowest if first.minimum is None else first.minimum
    maximum = highest if first.maximum is None else first.maximum
    settings = {name: getattr(first, name) for name in ("start", "increment", "cache", "cycle")}
    return usual_bounds(replace(copy, type="bigint", minimum=minimum, maximum=maximum, **settings))
