"""The generators by name, and those of numbers, choices and the rarer types.

Each writes the SQL of one column's value at one row from its `Cell`: integer arithmetic first, the cast last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from json import dumps

from dbarch_widgets.errors import InputError
from dbarch_widgets.synth import values_text as text
from dbarch_widgets.synth import values_time as times
from dbarch_widgets.synth.cell import Cell
from dbarch_widgets.synth.hashing import P
from dbarch_widgets.synth.own.values import own
from dbarch_widgets.synth.thresholds import log_normal_quantiles, weighted
from dbarch_widgets.synth.values_observed import observed


def serial(cell: Cell) -> str:
    # A type that is filled to its last number begins at the number that leaves room for the others.
    start = min(int(cell.get("start", 1)), cell.domain.whole_bounds()[1] - cell.rows + 1)
    return f"({cell.row} + {start})"


def integer(cell: Cell) -> str:
    low, high = int(cell.get("low", 0)), int(cell.get("high", 100))
    if cell.unique:
        return f"({low} + {cell.shuffled()})"
    return f"({low} + {cell.below(high - low + 1)})"


def skewed(cell: Cell) -> str:
    """Log-normal by a table of 64 cells; evenly within a cell."""
    places = int(cell.get("places", 0))
    unit = 10**places
    low, median, high = (round(float(cell.get(name, fallback)) * unit) for name, fallback in _SKEW)
    edges = log_normal_quantiles(low, median, high)
    sizes = [right - left + 1 for left, right in pairwise(edges)]
    sizes[-1] -= 1
    hashed = cell.coarse() if max(sizes) <= _COARSE_SIZES else cell.hash()
    at = cell.bindings.bind(cell.words.shift_right(hashed, _CELL_BITS))
    first = cell.words.pick_number(edges[:-1], at)
    if max(sizes) <= 2 ** (_CELL_BITS - 5) and low >= 0 and high < 2**40:
        # The rest of the hash tells 32 steps apart for each number; edge and size are looked up together.
        both = cell.bindings.bind(cell.words.pick_number([a << 21 | b for a, b in zip(edges, sizes, strict=False)], at))
        first, size = cell.words.shift_right(both, 21), cell.words.low_bits(both, 21)
        rest, bits = cell.words.low_bits(hashed, _CELL_BITS), _CELL_BITS
    else:
        size, rest, bits = cell.words.pick_number(sizes, at), cell.hash("within"), 31
    within = cell.words.shift_right(f"{rest} * {size}", bits)
    units = f"({first} + {within})"
    return (
        cell.words.scaled(units, places, high, cell.domain.kind)
        if cell.domain.kind.family in ("decimal", "real")
        else units
    )


COARSEST = 0.001  # the smallest share for which the first bits of a hash do
_CELL_BITS = 25  # a hash has 31 bits, six of them choose the cell
_COARSE_SIZES = 2**17
_SKEW = (("low", 1), ("median", 40), ("high", 2000))


def decimal(cell: Cell) -> str:
    places = int(cell.get("places", 2))
    low, high = (round(float(cell.get(name, fallback)) * 10**places) for name, fallback in (("low", 0), ("high", 1000)))
    units = f"({low} + {cell.shuffled() if cell.unique else cell.below(high - low + 1)})"
    most = max(abs(low), high + (cell.rows if cell.unique else 0))
    return cell.words.scaled(units, places, most, cell.domain.kind)


def boolean(cell: Cell) -> str:
    share = float(cell.get("true", 0.5))
    return f"({cell.coarse() if share >= COARSEST else cell.hash()} < {round(share * P)})"


def choice(cell: Cell) -> str:
    """One of the values by weight; unique columns take them in turn."""
    values = tuple(cell.get("values", ("x",)))
    if cell.unique:
        return cell.words.pick_text(values, cell.shuffled() if cell.rows == len(values) else cell.row)
    ends = weighted(cell.get("weights") or [1] * len(values))
    if len(values) == 1:
        return cell.words.literal(values[0])
    rare = min((end - start for start, end in pairwise((0, *ends))), default=0) < COARSEST * P
    hashed = cell.hash() if rare else cell.coarse()
    branches = "".join(
        f" WHEN {hashed} < {end} THEN {cell.words.literal(value)}"
        for value, end in zip(values[:-1], ends, strict=False)
    )
    return f"CASE{branches} ELSE {cell.words.literal(values[-1])} END"


# ---------------------------------------------------------------- the rest


_JSON_KEYS = ("tags:list", "source:word", "attempt:number")


def json(cell: Cell) -> str:
    """An object of the shape that `keys` says: `name:kind`, the kind one of word, number, decimal, boolean, moment, list, null.

    Keys by length, blanks as PostgreSQL writes `jsonb`, so that it is the same text wherever it is kept.

    Raises:
        InputError: a kind is not known.
    """
    pairs = [str(each).rpartition(":")[::2] for each in cell.get("keys", _JSON_KEYS)]
    own = next((name for name, kind in pairs if kind == "number"), None) if cell.unique else None
    parts = []
    for name, kind in sorted(pairs, key=lambda pair: (len(pair[0].encode()), pair[0])):
        parts.append(
            f"{cell.words.literal(dumps(name, ensure_ascii=False) + ': ')} || {_json_value(cell, name, kind, own)}"
        )
    body = " || ', ' || ".join(parts) or "''"
    return f"'{{' || {body} || '}}'"


def _json_value(cell: Cell, name: str, kind: str, own: str | None) -> str:
    if kind in ("word", "list"):
        word = f"'\"' || {cell.word('color' if kind == 'list' else 'word', f'json {name}')} || '\"'"
        return word if kind == "word" else f"'[' || {word} || ']'"
    if kind == "number":
        return cell.words.as_text(cell.number() if name == own else cell.below(100, f"json {name}"))
    if kind == "decimal":
        cents = cell.words.pad(cell.below(100, f"json {name} cents"), 2)
        return f"{cell.words.as_text(cell.below(1_000, f'json {name}'))} || '.' || {cents}"
    if kind == "boolean":
        return f"CASE WHEN {cell.hash(f'json {name}')} < {P // 2} THEN 'true' ELSE 'false' END"
    if kind == "moment":
        day = cell.words.as_text(cell.words.date(cell.words.divide(times.clock_micros(cell), 86_400_000_000)))
        return f"'\"' || {day} || '\"'"
    if kind == "null":
        return "'null'"
    raise InputError(
        f"{kind!r} is no kind of a JSON value", to_do="one of word, number, decimal, boolean, moment, list, null"
    )


def raw_bytes(cell: Cell) -> str:
    limits = cell.domain.limits
    length = limits.max_length if limits.max_length is not None else max(limits.min_length, 20)
    digits = replace(cell, settings={**cell.settings, "width": 2 * min(length, 200)})
    return cell.words.bytes(text.hexadecimal(digits))


def constant(cell: Cell) -> str:
    value = cell.get("value")
    return "NULL" if value is None else cell.words.literal(str(value))


def bits(cell: Cell) -> str:
    length = min(int(cell.get("width", 1)), 30)
    number = cell.bindings.bind(cell.number() if cell.unique else cell.below(2**length))
    return " || ".join(cell.words.as_text(f"({cell.words.shift_right(number, at)} % 2)") for at in range(length))


def point(cell: Cell) -> str:
    return f"'(' || {cell.words.as_text(cell.below(180))} || ',' || {cell.words.as_text(cell.below(90, 'y'))} || ')'"


def vector(cell: Cell) -> str:
    width = int(cell.get("width", 3))
    parts = (
        f"CAST({cell.below(2000, f'at {at}')} - 1000 AS DECIMAL(8, 0)) * CAST('0.001' AS DECIMAL(4, 3))"
        for at in range(width)
    )
    return cell.words.array(list(parts))


def xml(cell: Cell) -> str:
    return f"'<item n=\"' || {cell.words.as_text(cell.number())} || '\">' || {cell.word('word')} || '</item>'"


GENERATORS: dict[str, Callable[[Cell], str]] = {
    "serial": serial, "integer": integer, "skewed": skewed, "decimal": decimal, "boolean": boolean, "choice": choice,
    "words": choice, "code": text.code, "digits": text.digits_text, "email": text.email, "person": text.person, "login": text.login, "phone": text.phone,
    "pool": text.one_word, "country": text.one_word, "name": text.name, "title": text.title, "sentence": text.sentence, "slug": text.slug, "url": text.url,
    "host": text.host, "path": text.path, "file": text.file, "street": text.street, "vocabulary": text.vocabulary, "ip": text.ip, "cidr": text.cidr, "mac": text.mac,
    "hex": text.hexadecimal, "uuid": text.uuid, "uuid7": times.uuid7, "uuid_text": text.uuid, "isin": text.isin, "lei": text.lei, "iban": text.iban, "pattern": text.pattern,
    "timestamp": times.timestamp, "epoch": times.epoch, "clock_ns": times.clock_ns, "date": times.date, "iso_time": times.iso_time, "iso_date": times.iso_date, "time": times.time, "interval": times.interval,
    "range": times.value_range, "json": json, "bytes": raw_bytes, "constant": constant, "bits": bits, "point": point,
    "vector": vector, "xml": xml, "observed": observed, "own": own,
}  # fmt: skip
