"""How many different values a column can hold, as far as the generators can tell them apart by a number."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dbarch_widgets.model.schema import Column
from dbarch_widgets.synth.kinds import Kind
from dbarch_widgets.synth.limits import Limits, Literal
from dbarch_widgets.synth.part import MOST_ROWS
from dbarch_widgets.synth.patterns import Pattern, pattern_of

PLENTY = MOST_ROWS
AMPLE = 2**31 - 2  # as many as a column of four bytes holds
_DAYS = 20_000
_PLENTIFUL = (
    "timestamp",
    "timestamptz",
    "uuid",
    "bytes",
    "json",
    "real",
    "interval",
    "macaddr",
    "xml",
    "range",
    "tsvector",
)


@dataclass(frozen=True)
class Domain:
    """A column with all that bounds its values."""

    column: Column
    kind: Kind
    limits: Limits

    @property
    def choices(self) -> tuple[Literal, ...]:
        """The values of an enum or of an IN list that the other checks allow; empty when it is open."""
        if self.kind.array:
            return ()
        values: tuple[Literal, ...] = self.kind.values
        if self.limits.allowed is not None:
            allowed = self.limits.allowed
            values = tuple(value for value in values if value in allowed) if values else allowed
        return tuple(value for value in values if value not in self.limits.excluded and self._within(value))

    def _within(self, value: Literal) -> bool:
        low, high = self.limits.low, self.limits.high
        if isinstance(low, Decimal) and isinstance(value, Decimal) and value < low:
            return False
        return not (isinstance(high, Decimal) and isinstance(value, Decimal) and value > high)

    @property
    def max_length(self) -> int | None:
        lengths = [length for length in (self.kind.length, self.limits.max_length) if length is not None]
        return min(lengths) if lengths else None

    @property
    def pattern(self) -> Pattern | None:
        """The shape that a regular expression asks for, when it is simple enough."""
        for text in self.limits.patterns:
            if (pattern := pattern_of(text, self.max_length)) is not None:
                return pattern
        if self.kind.fixed_length and (self.kind.length or 1) <= 12 and not self.limits.patterns:
            return None
        return None

    def whole_bounds(self) -> tuple[int, int]:
        """The smallest and the largest whole number allowed (of a decimal: whole units)."""
        largest = 2 ** (self.kind.bits - 1) - 1
        if self.kind.family == "decimal" and self.kind.precision is not None:
            largest = 10 ** max(min(self.kind.precision, 18) - (self.kind.scale or 0), 0) - 1
        low, high = -largest, largest
        if isinstance(self.limits.low, Decimal):
            low = max(low, -int(-self.limits.low // 1) if self.limits.low % 1 else int(self.limits.low))
            low += 1 if self.limits.low_open and self.limits.low % 1 == 0 else 0
        if isinstance(self.limits.high, Decimal):
            high = min(high, int(self.limits.high // 1))
            high -= 1 if self.limits.high_open and self.limits.high % 1 == 0 else 0
        return low, high


def capacity(domain: Domain) -> int:
    """The number of different values, at most 2^45; 0 when nothing is known about the type."""
    kind = domain.kind
    if domain.choices or domain.limits.allowed is not None or kind.values:
        return len(domain.choices)
    if kind.array:
        return PLENTY
    if kind.family == "boolean":
        return 2
    if kind.family in ("integer", "decimal"):
        low, high = domain.whole_bounds()
        # Numbers are given out from 1 on, unless a check says where they begin.
        return max(min(high - max(low, 0 if domain.limits.low is not None else 1) + 1, PLENTY), 0)
    if kind.family == "text":
        return _text_capacity(domain)
    if kind.family == "date":
        return _DAYS
    if kind.family == "time":
        return 86_400
    if kind.family in ("inet", "cidr"):
        return 2**24
    if kind.family == "bit":
        return int(min(2 ** (kind.length or 1), PLENTY))
    return PLENTY if kind.family in _PLENTIFUL else 0


def _text_capacity(domain: Domain) -> int:
    if (pattern := domain.pattern) is not None:
        return min(pattern.capacity, PLENTY)
    length = domain.max_length
    length = None if length is None else length - len(domain.limits.prefix)
    return PLENTY if length is None else min(36 ** max(length, 0) if length < 6 else 26**length, PLENTY)
