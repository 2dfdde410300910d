"""How sequences count: their options, where they begin, and which of their bounds say something."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dbarch_widgets.importers.postgres.options import option_text, whole_number
from dbarch_widgets.importers.postgres.words import truth
from dbarch_widgets.model.objects import Sequence

_LARGEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}
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


def _usual(sequence: Sequence) -> tuple[int, int]:
    largest = _LARGEST.get(sequence.type, _LARGEST["bigint"])
    return (1, largest) if (sequence.increment or 1) > 0 else (-largest - 1, -1)


def counting_like(first: Sequence, copy: Sequence) -> Sequence:
    """The copy, of type bigint, with the settings of the first: PostgreSQL copies them, but not the type."""
    lowest, highest = _usual(first)
    minimum = lowest if first.minimum is None else first.minimum
    maximum = highest if first.maximum is None else first.maximum
    settings = {name: getattr(first, name) for name in ("start", "increment", "cache", "cycle")}
    return usual_bounds(replace(copy, type="bigint", minimum=minimum, maximum=maximum, **settings))


def usual_bounds(sequence: Sequence) -> Sequence:
    """The sequence without bounds that are those which PostgreSQL gives one of its type and direction."""
    lowest, highest = _usual(sequence)
    minimum = None if sequence.minimum == lowest else sequence.minimum
    maximum = None if sequence.maximum == highest else sequence.maximum
    if (minimum, maximum) == (sequence.minimum, sequence.maximum):
        return sequence
    return replace(sequence, minimum=minimum, maximum=maximum)
