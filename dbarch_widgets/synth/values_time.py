"""Generators of moments, days, spans and ranges; times grow with the row number."""

from __future__ import annotations

from dbarch_widgets.synth.ahead import NEXT, PLANNED, PLANNED_END
from dbarch_widgets.synth.cell import Cell
from dbarch_widgets.synth.hashing import P
from dbarch_widgets.synth.moments import micros as micros_of
from dbarch_widgets.synth.partition_window import HORIZON

_DAY = 86_400_000_000
_HOUR = 3_600_000_000
_LEAD_DAYS = 90
_AHEAD = (3, PLANNED, PLANNED_END)
_SHORT_STEP = 2**24  # microseconds: some seconds


def clock_micros(cell: Cell) -> str:
    """Microseconds since 1970 that grow with the row number, no two rows alike where there is room."""
    start, stop = cell.clock
    step = max((stop - start) // max(cell.rows, 1), 1)
    draw = cell.chance.coarse if step <= _SHORT_STEP else cell.chance.hash
    hashed = draw(cell.key[0], "clock", "", cell.row, cell.rows)
    within = cell.words.shift_right(f"{hashed} * {min(step, 2**32 - 1)}", 31)
    if step >= 2**32:  # whole microseconds are more than the hash can tell apart
        within = f"{hashed} * {step >> 31}"
    return cell.bindings.bind(f"({start} + {cell.row} * {step} + {within})")


def moment(cell: Cell) -> str:
    """Microseconds of a time of that rank in the row's life (`ahead.py` says which there are)."""
    base, rank = clock_micros(cell), int(cell.get("rank", 0))
    if cell.unique:  # all moved alike, so that no two become equal
        return f"({base} + {_LEAD_DAYS * _DAY // 3})" if numbers_ahead(cell) else base
    if rank <= 0:
        return base
    if rank in (PLANNED, PLANNED_END):
        begins = planned(cell, base)
        ahead = begins if rank == PLANNED else cell.bindings.bind(f"({begins} + {_lasts(cell)})")
        return _bounded(cell, ahead)
    later = f"{base} + {cell.deltas[0]}" if rank == 1 else f"{base} + {cell.deltas[0]} + {cell.deltas[1]}"
    if rank == NEXT:
        due = f"{max(cell.clock[1], HORIZON) - _DAY} + {_HOUR // 60} * {cell.below(31 * 24 * 60, 'next due')}"
        return _bounded(cell, cell.bindings.bind(f"CASE WHEN {cell.below(8, 'left')} = 0 THEN {later} ELSE {due} END"))
    if rank == 3:
        return _bounded(cell, cell.bindings.bind(f"({later} + {_DAY} * (1 + {cell.below(60, 'days ahead')}))"))
    end = int(cell.get("until", cell.clock[1]))
    return cell.bindings.bind(f"least({later}, {end})")


def planned(cell: Cell, base: str) -> str:
    """When something planned begins; the same draw for all columns of a row, so that its end can follow."""
    drawn = cell.chance.coarse(cell.key[0], "", "lead", cell.row, cell.rows)
    half = cell.bindings.bind(cell.words.shift_right(drawn, 16))  # below 2^15, so that its square times the days fits
    lead = cell.words.shift_right(f"{half} * {half} * {_LEAD_DAYS * 24 * 4}", 30)
    return cell.bindings.bind(f"({base} + {_HOUR // 4} * (1 + {lead}))")


def _lasts(cell: Cell) -> str:
    """Microseconds that something planned takes: quarters of an hour, of a date days."""
    if cell.domain.kind.family == "date" or cell.domain.kind.written == "daterange":
        return f"{_DAY} * (1 + {cell.below(13, 'lasts')})"
    return f"{_HOUR // 4} * (1 + {cell.below(16, 'lasts')})"


def _bounded(cell: Cell, micros: str) -> str:
    """What lies ahead, but not beyond what a check allows."""
    most = latest(cell)
    return micros if most is None else cell.bindings.bind(f"least({micros}, {most})")


def latest(cell: Cell) -> int | None:
    """A day before the last moment that a check allows, in microseconds; None when none says so."""
    try:
        return None if cell.get("high") is None else micros_of(str(cell.get("high"))) - _DAY
    except ValueError:
        return None


def numbers_ahead(cell: Cell) -> int:
    """Of values that are counted off, how many lie ahead: one in sixteen, at least one; none of what ends with now."""
    counted = int(cell.get("radix", cell.rows))
    ahead = int(cell.get("rank", 0)) in (*_AHEAD, NEXT) and cell.get("high") is None
    return -(-counted // 16) if ahead and counted > 1 else 0


def timestamp(cell: Cell) -> str:
    return typed_moment(cell, moment(cell))


def typed_moment(cell: Cell, micros: str) -> str:
    """A timestamp from microseconds, cut to the digits that its type keeps, as engines differ in rounding."""
    digits = cell.domain.kind.precision
    if digits is not None and digits < 6:
        micros = cell.bindings.bind(micros)
        micros = f"({micros} - {micros} % {10 ** (6 - digits)})"
    return cell.words.timestamptz(micros) if cell.domain.kind.family == "timestamptz" else cell.words.timestamp(micros)


def uuid7(cell: Cell) -> str:
    """Version 7: milliseconds since 1970, then the microseconds within as a fraction of 4096 (RFC 9562, method 3), then chance.

    The row's time grows with its number, and so does the UUID; no two are alike.
    """
    micros = clock_micros(cell)
    millis = cell.bindings.bind(cell.words.hex(cell.words.divide(micros, 1000), 12))
    fraction = cell.words.hex(cell.words.shift_right(f"({micros} % 1000) * 4194", 10), 3)
    variant = cell.words.pick_text(("8", "9", "a", "b"), cell.below(4, "variant"))
    last = f"{cell.words.hex(cell.hash('two'), 7)} || {cell.words.hex(cell.hash('three'), 5)}"
    head = f"substr({millis}, 1, 8) || '-' || substr({millis}, 9, 4) || '-7' || {fraction}"
    return f"({head} || '-' || {variant} || {cell.words.hex(cell.hash('one'), 3)} || '-' || {last})"


def epoch(cell: Cell) -> str:
    """The row's time as a whole number of seconds since 1970."""
    return cell.words.divide(moment(cell), 1_000_000)


def iso_time(cell: Cell) -> str:
    """The row's time as text, `2026-01-31 08:15:00`: what SQLite's CURRENT_TIMESTAMP gives, and it sorts as the times do."""
    micros = cell.bindings.bind(moment(cell))
    return cell.words.as_text(cell.words.timestamp(f"({micros} - {micros} % 1000000)"))


def iso_date(cell: Cell) -> str:
    """The row's day as text, `2026-01-31`."""
    return cell.words.as_text(date(cell))


def clock_ns(cell: Cell) -> str:
    return f"({clock_micros(cell)} * 1000 + {cell.below(1000)})"


def date(cell: Cell) -> str:
    if int(cell.get("rank", 0)) == -1:
        return cell.words.date(f"(-9000 + {cell.below(22_000)})")
    if cell.unique:
        return cell.words.date(f"({cell.clock[1] // _DAY - 1 + numbers_ahead(cell)} - {cell.row})")
    return cell.words.date(cell.words.divide(moment(cell), _DAY))


def time(cell: Cell) -> str:
    return cell.words.time(f"({cell.number()} % 86400)" if cell.unique else f"({cell.below(1440)} * 60)")


def interval(cell: Cell) -> str:
    return cell.words.interval(f"(1 + {cell.number()})" if cell.unique else f"(1 + {cell.below(10_000)})")


def value_range(cell: Cell) -> str:
    """A range as text; one in three is still open."""
    written = cell.domain.kind.written
    if written in ("int4range", "int8range", "numrange"):
        low = cell.bindings.bind(cell.below(1_000))
        return cell.words.bounds(low, f"({low} + 1 + {cell.below(100, 'size')})")
    low = clock_micros(cell)
    if int(cell.get("rank", 0)) == PLANNED:
        low = planned(cell, low)
        return period(cell, low, f"{low} + {_lasts(cell)}")
    high = (
        f"CASE WHEN {cell.hash('open')} < {P // 3} THEN NULL ELSE {low} + {_DAY} * (1 + {cell.below(200, 'days')}) END"
    )
    return period(cell, low, high)


def period(cell: Cell, low: str, high: str | None) -> str:
    """A daterange, tsrange or tstzrange from two moments in microseconds; None is an open end."""
    if cell.domain.kind.written == "daterange":
        days = cell.words.date(cell.words.divide(f"({low})", _DAY))
        return cell.words.bounds(days, None if high is None else cell.words.date(cell.words.divide(f"({high})", _DAY)))
    return cell.words.bounds(cell.words.timestamp(low), None if high is None else cell.words.timestamp(f"({high})"))
