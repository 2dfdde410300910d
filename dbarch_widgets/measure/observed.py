"""The values that a parameter took in a log, and the source that says as much of them as may be said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from math import ceil, log

from dbarch_widgets.measure.sensitive import is_moment, is_number, is_personal, is_span, is_truth, is_word
from dbarch_widgets.measure.workload_check import find_column
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.model.workload import Parameter

_MOST_DISTINCT = 500
_SHOWN = 12  # a longer list is no vocabulary
_OFTEN = 2  # a word that came once may be anybody's
_SETTLED = 5  # executions for each different value, before the list is thought complete
_LONGEST = 64


@dataclass
class Observed:
    """How often each value came. Bounded: values beyond the first 500 different ones are only counted."""

    values: Counter[str] = field(default_factory=Counter)
    nulls: int = 0
    more: int = 0

    def add(self, value: str | None, times: int = 1) -> None:
        """Count the value of so many executions; None is NULL."""
        if value is None:
            self.nulls += times
            return
        value = value if len(value) <= _LONGEST else blake2b(value.encode(), digest_size=12).hexdigest()
        if value in self.values or len(self.values) < _MOST_DISTINCT:
            self.values[value] += times
        else:
            self.more += times

    @property
    def count(self) -> int:
        return self.values.total() + self.nulls + self.more


def source_of(
    name: str, seen: Observed, guess: Parameter | None, schema: Schema | None, end: datetime | None
) -> Parameter | None:
    """Where values like the observed ones come from.

    A few words or small numbers are taken as they came, with how often. Of all else only the shape is taken: how steeply
    some values are preferred, how old the moments are; the values then come from the column of the guess.

    Args:
        name: the parameter.
        seen: its values.
        guess: what its place in the statement tells.
        schema: where the guess's column is looked up.
        end: the end of the log, from which the ages of moments count.
    """
    if guess is not None and guess.source == "new":
        return guess
    if not seen.count:
        return guess
    if guess is not None and guess.source == "pick":
        shown = len(seen.values) <= _SHOWN and all(map(is_span, seen.values))
        return Parameter(name, "pick", _weighed(seen)) if shown else guess
    if guess is not None and guess.source == "int" and _numbers(seen):
        return Parameter(name, "pick", _weighed(seen)) if len(seen.values) <= _SHOWN else _range(name, seen)
    found = find_column(schema, guess.arguments[0]) if schema and guess and guess.source == "uniform" else None
    table, column = found if isinstance(found, tuple) else (None, None)
    if guess is not None and guess.source == "uniform":
        if column and _moments(seen) and end is not None:
            return Parameter(name, "recent", (guess.arguments[0], _span(seen, end)))
        if table is not None and column and may_be_shown(seen, table, column, schema):
            return Parameter(name, "pick", _weighed(seen))
        steep = steepness(seen)
        return Parameter(name, "zipf", (guess.arguments[0], f"{steep:.1f}")) if steep is not None else guess
    if guess is None and (_words(seen) or _numbers(seen)):
        return Parameter(name, "pick", _weighed(seen)) if len(seen.values) <= _SHOWN else _range(name, seen)
    return guess


def may_be_shown(seen: Observed, table: Table, column: str, schema: Schema | None) -> bool:
    """Whether the values of a column may be kept as they are: a short vocabulary that is nobody's data."""
    if not seen.values or seen.more or len(seen.values) > _SHOWN:
        return False
    kind = table.column(column).type
    enum = (
        next((each for each in schema.enums if each.name == kind.rsplit(".", 1)[-1].strip('"')), None)
        if schema
        else None
    )
    if enum is not None:
        return set(seen.values) <= set(enum.values)
    in_key = any(column in key for key in tuple(table.keys())) or any(
        column in key.columns for key in table.foreign_keys
    )
    if in_key or is_personal(column):
        return False
    return _words(seen) or (_numbers(seen) and seen.count >= _SETTLED * len(seen.values))


def _words(seen: Observed) -> bool:
    if not seen.values or seen.more or len(seen.values) > _SHOWN:
        return False
    often = seen.count >= _SETTLED * len(seen.values) and min(seen.values.values()) >= _OFTEN
    return all(is_truth(value) for value in seen.values) or (often and all(map(is_word, seen.values)))


def _numbers(seen: Observed) -> bool:
    return bool(seen.values) and not seen.more and all(map(is_number, seen.values))


def _moments(seen: Observed) -> bool:
    return bool(seen.values) and all(map(is_moment, seen.values))


def _weighed(seen: Observed) -> tuple[str, ...]:
    """`'open' * 812, 'done' * 21`, the most frequent first."""
    ranked = sorted(seen.values.items(), key=lambda each: (-each[1], each[0]))
    parts = [f"{_literal(value)} * {number}" for value, number in ranked]
    return (*parts, *((f"NULL * {seen.nulls}",) if seen.nulls else ()))


def _literal(value: str) -> str:
    if is_number(value):
        return value
    if is_truth(value):
        return "true" if value.lower().startswith("t") else "false"
    return "'" + value.replace("'", "''") + "'"


def _range(name: str, seen: Observed) -> Parameter | None:
    if not _numbers(seen):
        return None
    numbers = sorted(seen.values, key=float)
    places = max(len(value.partition(".")[2]) for value in numbers)
    if places:
        return Parameter(name, "decimal", (numbers[0], numbers[-1], str(places)))
    return Parameter(name, "int", (numbers[0], numbers[-1]))


def _span(seen: Observed, end: datetime) -> str:
    """The age that 19 of 20 observed moments do not exceed, as a span of time."""
    ages: list[timedelta] = []
    for value, number in seen.values.items():
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            continue
        ages += [end - moment.replace(tzinfo=None)] * min(number, 50)
    if not ages:
        return "30 days"
    seconds = sorted(ages)[int(len(ages) * 0.95) if len(ages) > 1 else 0].total_seconds()
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            return f"{ceil(seconds / length - 0.05)} {unit}s"
    return "1 minute"


def steepness(seen: Observed) -> float | None:
    """The exponent of the Zipf law that the ranks follow, 0.5 to 2; None where no value is preferred.

    The slope of log count over log rank, over the ranks that came at least three times. Even preference gives a small
    slope too, by chance alone; under 0.5 it is taken for even.
    """
    counts = sorted((number for number in seen.values.values() if number >= 3), reverse=True)
    if len(counts) < 4 or seen.count < 30:
        return None
    x = [log(rank) for rank in range(1, len(counts) + 1)]
    y = [log(number) for number in counts]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)
    return min(-slope, 2.0) if -slope >= 0.5 else None
