"""Values by number: another number, another value, for keys whose rows are counted off."""

from __future__ import annotations

from dbarch_widgets.synth.ahead import PLANNED
from dbarch_widgets.synth.bindings import Bindings
from dbarch_widgets.synth.cell import Cell
from dbarch_widgets.synth.dialects import Words
from dbarch_widgets.synth.hashing import P
from dbarch_widgets.synth.partition_window import HORIZON, end_of
from dbarch_widgets.synth.patterns import Pattern
from dbarch_widgets.synth.values import GENERATORS
from dbarch_widgets.synth.values_time import numbers_ahead, period, typed_moment
from dbarch_widgets.synth.words import pool

_DAY = 86_400_000_000
_HALF_HOUR = _DAY // 48
_TWO_YEARS = 730 * _DAY
_FALLBACK = {
    "inet": "ip", "cidr": "cidr", "macaddr": "mac", "bytes": "bytes", "json": "json", "interval": "interval", "time": "time",
    "real": "decimal", "xml": "xml", "bit": "bits", "tsvector": "sentence", "point": "point",
}  # fmt: skip


class ByNumber:
    """Writes such values into one set of bindings."""

    def __init__(self, bindings: Bindings, words: Words) -> None:
        self.bindings = bindings
        self.words = words

    def value(self, cell: Cell, pool_name: str | None, number: str) -> str:
        """The column's value number `number`: another number, another value."""
        domain, family = cell.domain, cell.domain.kind.family
        if domain.choices:
            return self.words.pick_text(tuple(literal_text(value) for value in domain.choices), number)
        if family == "boolean":
            return f"({number} = 0)"
        if family in ("integer", "decimal"):
            low, high = domain.whole_bounds()
            # As many numbers as `capacity` counts: from where a check says that they begin, else from 1.
            first = max(low, 0 if domain.limits.low is not None else 1)
            return f"({min(first, high)} + {number})"
        if family == "date":
            last = end_of(cell.clock) // _DAY - 1 + numbers_ahead(cell)
            return self.words.date(f"({last} - {number})")
        if family in ("timestamp", "timestamptz"):
            apart = 60_000_000 if cell.rows <= P else 1_000
            if ahead := numbers_ahead(cell):  # appointments, not a log: half an hour each where two years have room
                apart = _HALF_HOUR if int(cell.get("radix", cell.rows)) <= _TWO_YEARS // _HALF_HOUR else apart
            moment = f"({end_of(cell.clock) + ahead * apart} - ({number} + 1) * {apart})"
            return typed_moment(cell, moment)
        if family == "range":
            return self._periods(cell, number)
        if family == "text":
            return self._short(cell, pool_name, number)
        if family == "uuid":
            return GENERATORS["uuid"](cell.at(self.bindings.bind(number)))
        return GENERATORS[_FALLBACK.get(family, "constant")](cell.at(self.bindings.bind(number)))

    def _periods(self, cell: Cell, number: str) -> str:
        """Ranges that follow each other, the newest first and still open, or planned and still ahead."""
        if cell.domain.kind.written in ("int4range", "int8range", "numrange"):
            return self.words.bounds(f"({number} * 10)", f"({number} * 10 + 10)")
        if int(cell.get("rank", 0)) == PLANNED:
            low = self.bindings.bind(f"({HORIZON + 15 * _DAY} - {number} * {30 * _DAY})")
            return period(cell, low, f"{low} + {30 * _DAY}")
        low = self.bindings.bind(f"({HORIZON} - ({number} + 1) * {30 * _DAY})")
        return period(cell, low, f"CASE WHEN {number} = 0 THEN NULL ELSE {low} + {30 * _DAY} END")

    def _short(self, cell: Cell, pool_name: str | None, number: str) -> str:
        """A short text that is a number in disguise: a word of the pool, a pattern's text, or digits and letters."""
        domain = cell.domain
        if domain.pattern is not None:
            return GENERATORS["pattern"](cell.having(shape=domain.pattern).at(self.bindings.bind(number), moved=False))
        words = pool(pool_name) if pool_name else ()
        if words and cell.rows <= len(words) and all(len(word) <= (domain.max_length or 99) for word in words):
            return self.words.pick_text(words, number)
        width = domain.max_length - len(domain.limits.prefix) if domain.max_length is not None else 8
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" if width < 6 else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        shape = Pattern((letters,) * max(min(width, 8 if cell.rows <= P else 10), 1))
        return GENERATORS["pattern"](cell.having(shape=shape).at(self.bindings.bind(number), moved=False))


def literal_text(value: object) -> str:
    """A constraint's literal as SQL text writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
