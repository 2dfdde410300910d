"""One column at one row: what a generator may use to write its SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dbarch_widgets.synth.bindings import Bindings
from dbarch_widgets.synth.capacity import Domain
from dbarch_widgets.synth.chance import Chance
from dbarch_widgets.synth.dialects import Words
from dbarch_widgets.synth.hashing import P
from dbarch_widgets.synth.words import pool


@dataclass(frozen=True)
class Cell:
    """One column at one row. `row` is the alias of the row number, `rows` how many there are, `key` names the column."""

    bindings: Bindings
    words: Words
    seed: int
    key: tuple[str, str]
    row: str
    rows: int
    domain: Domain
    settings: Mapping[str, Any]
    unique: bool
    clock: tuple[int, int]
    deltas: tuple[str, str]
    followed: bool = False

    def at(self, number: str, *, moved: bool = True) -> Cell:
        """The cell as a unique one at another row number."""
        return replace(self, row=number, unique=True, settings={**self.settings, "exact": not moved})

    def having(self, **settings: Any) -> Cell:
        """The cell with other settings."""
        return replace(self, settings={**self.settings, **settings})

    def hash(self, use: str = "") -> str:
        """31 pseudo-random bits for this row; another `use`, other bits."""
        own = self.chance.hash(*self.key, use, self.row, self.rows)
        other = self.settings.get("follows")
        if use or not other:
            return own
        # Where it follows, the draw is the other column's: large where that is large, in most rows or in all.
        theirs = self.chance.hash(self.key[0], str(other), "", self.row, self.rows)
        strength = float(self.settings.get("strength", 0.8))
        if strength >= 1:
            return theirs
        follows = self.chance.hash(*self.key, "follows", self.row, self.rows)
        return self.bindings.bind(f"CASE WHEN {follows} < {round(strength * P)} THEN {theirs} ELSE {own} END")

    def coarse(self, use: str = "") -> str:
        """The same for what tells only few values apart, and cheaper: the first twenty bits count.

        A column that follows another or is followed has its draw from `hash`, which both can see.
        """
        if not use and (self.followed or self.settings.get("follows")):
            return self.hash()
        return self.chance.coarse(*self.key, use, self.row, self.rows)

    @property
    def chance(self) -> Chance:
        return Chance(self.bindings, self.words, self.seed)

    def below(self, size: int, use: str = "") -> str:
        """A number from 0 to size−1, evenly."""
        if not use and (self.followed or self.settings.get("follows")) and 1 < size <= 2**31:
            return self.words.shift_right(f"{self.hash()} * {size}", 31)
        return self.chance.below(*self.key, use, self.row, self.rows, size)

    def two_words(self, first: str, second: str) -> tuple[str, str]:
        """A word of each of two pools."""
        return self.word(first, "first of two"), self.word(second, "second of two")

    def shuffled(self) -> str:
        """The row number moved about in 0 … rows−1, every number once."""
        return self.chance.moved(max(self.rows, 1), *self.key, "", self.row)

    def number(self) -> str:
        """A number for texts: every row another one when the column is unique, else one by chance."""
        if self.settings.get("exact"):
            return self.row
        return self.shuffled() if self.unique else self.below(max(self.rows, 1), "number")

    @property
    def digits(self) -> int:
        """Digits that a row number needs."""
        return len(str(max(self.rows, 10)))

    def word(self, name: str, use: str = "word") -> str:
        words = pool(name)
        return self.words.pick_text(words, self.bindings.bind(self.below(len(words), use)))

    def get(self, name: str, otherwise: Any = None) -> Any:
        return self.settings.get(name, otherwise)
