"""What the constraints of a table ask of its values, in a form that a generator can follow."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

Literal = str | Decimal | bool


@dataclass(frozen=True)
class Limits:
    """What one column's checks allow. Bounds hold the literal as written for dates, a number otherwise."""

    allowed: tuple[Literal, ...] | None = None
    excluded: tuple[Literal, ...] = ()
    low: Literal | None = None
    low_open: bool = False
    high: Literal | None = None
    high_open: bool = False
    min_length: int = 0
    max_length: int | None = None
    patterns: tuple[str, ...] = ()
    prefix: str = ""
    letter_case: str | None = None
    required: bool = False
    empty: bool = False

    def narrowed(self, other: Limits) -> Limits:
        """Both at once."""
        low = _tighter((self.low, self.low_open), (other.low, other.low_open), higher=True)
        high = _tighter((self.high, self.high_open), (other.high, other.high_open), higher=False)
        lengths = [length for length in (self.max_length, other.max_length) if length is not None]
        return Limits(
            allowed=_both(self.allowed, other.allowed),
            excluded=tuple(dict.fromkeys((*self.excluded, *other.excluded))),
            low=low[0],
            low_open=low[1],
            high=high[0],
            high_open=high[1],
            min_length=max(self.min_length, other.min_length),
            max_length=min(lengths) if lengths else None,
            patterns=tuple(dict.fromkeys((*self.patterns, *other.patterns))),
            prefix=self.prefix or other.prefix,
            letter_case=self.letter_case or other.letter_case,
            required=self.required or other.required,
            empty=self.empty or other.empty,
        )


def _both(one: tuple[Literal, ...] | None, other: tuple[Literal, ...] | None) -> tuple[Literal, ...] | None:
    if one is None or other is None:
        return other if one is None else one
    return tuple(value for value in one if value in other)


_Bound = tuple[Literal | None, bool]


def _tighter(one: _Bound, other: _Bound, *, higher: bool) -> _Bound:
    if one[0] is None or other[0] is None:
        return one if other[0] is None else other
    if type(one[0]) is not type(other[0]):
        return one
    if one[0] == other[0]:
        return (one[0], one[1] or other[1])
    first_is_higher = one[0] > other[0]  # type: ignore[operator]
    return one if first_is_higher is higher else other


@dataclass(frozen=True)
class Ordered:
    """`column op expression`, with op one of < <= > >= <> =; `uses` are the columns of the expression."""

    column: str
    operator: str
    expression: str
    uses: tuple[str, ...]


@dataclass(frozen=True)
class Gate:
    """`column` must have a value (or must be null) in the rows where `when` holds."""

    column: str
    when: str
    uses: tuple[str, ...]
    filled: bool


@dataclass(frozen=True)
class Choose:
    """Of these columns `low` to `high` must have a value."""

    columns: tuple[str, ...]
    low: int
    high: int


@dataclass(frozen=True)
class Rules:
    """Everything the checks of a table ask; `opaque` are (name, expression) of those nobody here understands."""

    limits: dict[str, Limits] = field(default_factory=dict)
    ordered: tuple[Ordered, ...] = ()
    gates: tuple[Gate, ...] = ()
    choose: tuple[Choose, ...] = ()
    opaque: tuple[tuple[str, str], ...] = ()

    def of(self, column: str) -> Limits:
        return self.limits.get(column, Limits())

    def joined(self, other: Rules) -> Rules:
        """The demands of both."""
        limits = dict(self.limits)
        for column, more in other.limits.items():
            limits[column] = limits.get(column, Limits()).narrowed(more)
        return replace(
            self,
            limits=limits,
            ordered=(*self.ordered, *other.ordered),
            gates=(*self.gates, *other.gates),
            choose=(*self.choose, *other.choose),
            opaque=(*self.opaque, *other.opaque),
        )
