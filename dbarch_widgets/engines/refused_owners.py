"""Many things that could not be given to a role for one and the same reason, in one line."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

_GIVEN = re.compile(r"(ALTER .+?) OWNER TO (.+): (left out: .+)")
_FEW = 3


def together(notes: Iterable[str]) -> tuple[str, ...]:
    """The notes; those of one owner and one reason, where they are many, are the first with their number."""
    every = tuple(notes)
    same: dict[tuple[str, str], list[str]] = defaultdict(list)
    for note in every:
        if given := _GIVEN.fullmatch(note):
            same[(given[2], given[3])].append(note)
    told = {
        notes[0]: f"OWNER TO {owner} of {len(notes):,} objects: {why}"
        for (owner, why), notes in same.items()
        if len(notes) > _FEW
    }
    silent = {note for notes in same.values() if len(notes) > _FEW for note in notes[1:]}
    return tuple(told.get(note, note) for note in every if note not in silent)
