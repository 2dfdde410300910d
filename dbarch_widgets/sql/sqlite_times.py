"""PostgreSQL's points in time and intervals in SQLite's words: text in UTC, and the modifiers of its date functions.

A node made here tells what it holds in `meta["holds"]`: "date", "moment" or "span" (of two moments, which SQLite has no type
for).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from sqlglot import exp

from dbarch_widgets.errors import InputError
from dbarch_widgets.sql.duckdb_json import call
from dbarch_widgets.sql.sqlite_words import SQLiteWords

_PART = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([a-z]+)", re.IGNORECASE)
_CLOCK = re.compile(r"([+-]?)(\d+):(\d\d)(?::(\d\d(?:\.\d+)?))?\Z")
_UNITS = {"year": "years", "month": "months", "mon": "months", "day": "days", "hour": "hours", "minute": "minutes"}
_UNITS |= {"min": "minutes", "second": "seconds", "sec": "seconds", "week": "weeks"}
_TIMES = {"weeks": ("days", 7)}
_FIELDS = {"year": "%Y", "month": "%m", "day": "%d", "hour": "%H", "minute": "%M", "second": "%f", "dow": "%w"}
_FIELDS |= {"doy": "%j", "week": "%V", "isodow": "%u", "isoyear": "%G"}
_TRUNCATED = {"year": "%Y-01-01 00:00:00", "month": "%Y-%m-01 00:00:00", "day": "%Y-%m-%d 00:00:00"}
_TRUNCATED |= {"hour": "%Y-%m-%d %H:00:00", "minute": "%Y-%m-%d %H:%M:00", "second": "%Y-%m-%d %H:%M:%S"}


def holds(node: exp.Expr, words: SQLiteWords) -> str | None:
    """What the node is known to hold: "date", "moment", "span" or None."""
    node = node.unnest()
    if isinstance(node, exp.Column):
        return "date" if node.name in words.dates else "moment" if node.name in words.moments else None
    if isinstance(node, exp.CurrentDate):
        return "date"
    if isinstance(node, exp.CurrentTimestamp):
        return "moment"
    if isinstance(node, exp.Min | exp.Max):
        return holds(node.this, words)
    found: str | None = node.meta.get("holds")
    return found


def marked(node: exp.Expr, what: str) -> exp.Expr:
    """The node, known to hold that."""
    node.meta["holds"] = what
    return node


def cast_to_date(inner: exp.Expr) -> exp.Expr:
    if inner.is_string:
        if inner.name.lower() in ("today", "now"):
            return exp.CurrentDate()
        if (moment := _parsed(inner.name)) is not None:
            return marked(exp.Literal.string(moment.date().isoformat()), "date")
    if isinstance(inner, exp.Placeholder):
        return marked(inner, "date")
    return marked(call("DATE", inner), "date")


def cast_to_moment(inner: exp.Expr, words: SQLiteWords) -> exp.Expr:
    if inner.is_string:
        if inner.name.lower() == "now":
            return exp.CurrentTimestamp()
        if (moment := _parsed(inner.name)) is not None:
            return marked(exp.Literal.string(moment.isoformat(sep=" ")), "moment")
    if holds(inner, words) == "moment" or isinstance(inner, exp.Column | exp.Placeholder):
        return inner if holds(inner, words) == "date" else marked(inner, "moment")
    return marked(call("DATETIME", inner), "moment")


def _parsed(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def midnight(node: exp.Expr) -> exp.Expr:
    """A moment as it compares with a date: at midnight it is that date."""
    if node.is_string:
        return exp.Literal.string(node.name.removesuffix(" 00:00:00"))
    return call("REPLACE", node, exp.Literal.string(" 00:00:00"), exp.Literal.string(""))


def is_interval(node: exp.Expr) -> bool:
    """Whether the node is an interval that can be added to a point in time."""
    node = node.unnest()
    if isinstance(node, exp.Mul):
        return is_interval(node.this) or is_interval(node.expression)
    return isinstance(node, exp.Interval | exp.MakeInterval) or (
        isinstance(node, exp.Cast) and node.to.sql(dialect="postgres").upper().startswith("INTERVAL")
    )


def moved(base: exp.Expr, interval: exp.Expr, sign: int, words: SQLiteWords) -> exp.Expr:
    """`base ± interval`.

    Raises:
        InputError: the interval cannot be written as SQLite's modifiers.
    """
    modifiers = list(_modifiers(interval.unnest(), sign))
    if isinstance(base, exp.Anonymous) and base.name.upper() == "DATETIME" and holds(base, words) == "moment":
        base, before = base.expressions[0], list(base.expressions[1:])
        modifiers = before + modifiers
    return marked(call("DATETIME", base, *modifiers), "moment")


def moved_by_days(base: exp.Expr, days: exp.Expr, sign: int) -> exp.Expr:
    """A date plus or minus a number of days."""
    return marked(call("DATE", base, _modifier(exp.Literal.number(sign), days, "days")), "date")


def days_between(later: exp.Expr, earlier: exp.Expr) -> exp.Expr:
    """One date minus another: a number of days."""
    difference = exp.Sub(this=call("JULIANDAY", later), expression=call("JULIANDAY", earlier))
    return exp.cast(difference, "INTEGER", dialect="sqlite")


def _modifiers(node: exp.Expr, sign: int) -> Iterator[exp.Expr]:
    if isinstance(node, exp.Cast):
        if node.this.is_string:
            yield from _written(node.this.name, sign)
        else:
            text = node.this.unnest().copy()
            yield text if sign > 0 else exp.DPipe(this=exp.Literal.string("-"), expression=exp.Paren(this=text))
    elif isinstance(node, exp.Interval):
        unit = node.args.get("unit")
        if node.this.is_string:
            text = node.this.name
            yield from _written(text if unit is None else f"{text} {unit.name}", sign)
        elif unit is not None:
            yield _modifier(exp.Literal.number(sign), node.this, _unit(unit.name))
        else:
            raise InputError("SQLite has no such interval")
    elif isinstance(node, exp.MakeInterval):
        for name, value in node.args.items():
            if isinstance(value, exp.Expr):
                given = value.expression if isinstance(value, exp.Kwarg) else value
                yield _modifier(exp.Literal.number(sign), given, _unit(name))
    elif isinstance(node, exp.Mul):
        first, second = (node.this, node.expression) if is_interval(node.this) else (node.expression, node.this)
        for modifier in _modifiers(first.unnest(), sign):
            number, _, unit = modifier.name.partition(" ")
            if not modifier.is_string or not unit:
                raise InputError("SQLite has no such interval")
            yield _modifier(exp.Literal.number(number.removeprefix("+")), second, unit)


def _written(text: str, sign: int) -> Iterator[exp.Expr]:
    """`1 month 2 days 03:04:05` as modifiers."""
    rest = text.strip()
    for match in _PART.finditer(rest):
        unit, number = _unit(match[2]), float(match[1]) * sign
        unit, times = _TIMES.get(unit, (unit, 1))
        yield exp.Literal.string(f"{number * times:+.15g} {unit}")
        if unit in ("years", "months"):
            yield exp.Literal.string("floor")  # 31 January plus a month is the end of February
    rest = _PART.sub("", rest).strip()
    if clock := _CLOCK.match(rest):
        seconds = int(clock[2]) * 3600 + int(clock[3]) * 60 + float(clock[4] or 0)
        yield exp.Literal.string(f"{seconds * (-sign if clock[1] == '-' else sign):+.15g} seconds")
    elif rest:
        raise InputError(f"SQLite has no interval like {text!r}")


def _modifier(factor: exp.Expr, value: exp.Expr, unit: str) -> exp.Expr:
    """`factor * value` units, where the value is known at run time only."""
    unit, times = _TIMES.get(unit, (unit, 1))
    if times != 1:
        factor = exp.Literal.number(f"{float(factor.name) * times:.15g}" if not factor.is_string else times)
    number = exp.Paren(this=exp.Mul(this=exp.Paren(this=value.copy()), expression=factor))
    return exp.DPipe(this=number, expression=exp.Literal.string(f" {unit}"))


def _unit(word: str) -> str:
    found = _UNITS.get(word.lower()) or _UNITS.get(word.lower().removesuffix("s"))
    if found is None:
        raise InputError(f"SQLite has no interval in {word.lower()}")
    return found


def field(name: str, value: exp.Expr, words: SQLiteWords) -> exp.Expr:
    """EXTRACT(name FROM value) and date_part.

    Raises:
        InputError: SQLite has no such field.
    """
    name, value = name.lower().rstrip("s") if name.lower() != "s" else name, value.unnest()
    if name == "epoch":
        if holds(value, words) == "span":
            ends = [
                call("UNIXEPOCH", end.copy(), exp.Literal.string("subsec")) for end in (value.this, value.expression)
            ]
            return exp.Paren(this=exp.Sub(this=ends[0], expression=ends[1]))
        return call("UNIXEPOCH", value)
    if holds(value, words) == "span":
        raise InputError("SQLite has no type for the time between two moments")
    if name == "quarter":
        month = exp.cast(call("STRFTIME", exp.Literal.string("%m"), value), "INTEGER", dialect="sqlite")
        third = exp.Div(this=exp.Paren(this=exp.Add(this=month, expression=exp.Literal.number(2))), expression=exp.Literal.number(3), typed=True)  # fmt: skip
        return exp.Paren(this=third)
    if name not in _FIELDS:
        raise InputError(f"SQLite has no EXTRACT of {name}")
    text = call("STRFTIME", exp.Literal.string(_FIELDS[name]), value)
    return exp.cast(text, "REAL" if name == "second" else "INTEGER", dialect="sqlite")


def truncated(unit: str, value: exp.Expr) -> exp.Expr:
    """date_trunc(unit, value).

    Raises:
        InputError: SQLite cannot cut to that unit.
    """
    unit = unit.lower()
    if unit == "week":  # back to Monday
        week = [exp.Literal.string(text) for text in ("%Y-%m-%d 00:00:00", "-6 days", "weekday 1")]
        return marked(call("STRFTIME", week[0], value, *week[1:]), "moment")
    if unit == "quarter":
        month = exp.cast(call("STRFTIME", exp.Literal.string("%m"), value.copy()), "INTEGER", dialect="sqlite")
        back = exp.Mod(this=exp.Paren(this=exp.Sub(this=month, expression=exp.Literal.number(1))), expression=exp.Literal.number(3))  # fmt: skip
        modifier = exp.DPipe(this=exp.Literal.string("-"), expression=exp.DPipe(this=exp.Paren(this=back), expression=exp.Literal.string(" months")))  # fmt: skip
        start = call("DATE", value, exp.Literal.string("start of month"), modifier)
        return marked(call("DATETIME", start), "moment")
    if unit not in _TRUNCATED:
        raise InputError(f"SQLite has no date_trunc to {unit}")
    return marked(call("STRFTIME", exp.Literal.string(_TRUNCATED[unit]), value), "moment")


def day_of(text: str) -> date | None:
    """The day that a text names, if it names one."""
    moment = _parsed(text)
    return moment.date() if moment else None
