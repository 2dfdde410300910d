"""The generators: each writes the SQL of one column's value at one row.

A `Cell` gives it what it may use: the row number, hashes of the row number, and what bounds the column. Integer
arithmetic comes first, the cast to the column's type last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dbarch_widgets.sql.names import text_literal
from dbarch_widgets.synth.bindings import Bindings
from dbarch_widgets.synth.capacity import Domain
from dbarch_widgets.synth.dialect import DuckDBWords
from dbarch_widgets.synth.hashing import P, permutation, poly3
from dbarch_widgets.synth.patterns import Pattern
from dbarch_widgets.synth.thresholds import log_normal_quantiles, weighted
from dbarch_widgets.synth.words import pool

_DAY = 86_400_000_000


@dataclass(frozen=True)
class Cell:
    """One column at one row. `row` is the alias of the row number, `rows` how many there are, `key` names the column."""

    bindings: Bindings
    words: DuckDBWords
    seed: int
    key: tuple[str, str]
    row: str
    rows: int
    domain: Domain
    settings: Mapping[str, Any]
    unique: bool
    clock: tuple[int, int]
    deltas: tuple[str, str]

    def hash(self, use: str = "") -> str:
        """31 pseudo-random bits for this row; another `use`, other bits."""
        return self.bindings.bind(poly3(self.seed, *self.key, use).sql(self.row))

    def below(self, size: int, use: str = "") -> str:
        """A number from 0 to size−1, evenly."""
        return "0" if size <= 1 else self.words.shift_right(f"{self.hash(use)} * {min(size, P)}", 31)

    def shuffled(self) -> str:
        """The row number moved about in 0 … rows−1, every number once."""
        return self.bindings.bind(permutation(max(self.rows, 1), self.seed, *self.key).sql(self.row))

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


# ---------------------------------------------------------------- numbers


def serial(cell: Cell) -> str:
    return f"({cell.row} + {cell.get('start', 1)})"


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
    at = cell.bindings.bind(cell.words.shift_right(cell.hash(), 25))
    first = cell.words.pick_number(edges[:-1], at)
    size = cell.words.pick_number([right - left + 1 for left, right in zip(edges, edges[1:], strict=False)], at)
    within = cell.words.shift_right(f"{cell.hash('within')} * {size}", 31)
    units = f"least({first} + {within}, {high})"
    return cell.words.scaled(units, places) if cell.domain.kind.family in ("decimal", "real") else units


_SKEW = (("low", 1), ("median", 40), ("high", 2000))


def decimal(cell: Cell) -> str:
    places = int(cell.get("places", 2))
    low, high = (round(float(cell.get(name, fallback)) * 10**places) for name, fallback in (("low", 0), ("high", 1000)))
    units = f"({low} + {cell.shuffled() if cell.unique else cell.below(high - low + 1)})"
    return cell.words.scaled(units, places)


def boolean(cell: Cell) -> str:
    return f"({cell.hash()} < {round(float(cell.get('true', 0.5)) * P)})"


def choice(cell: Cell) -> str:
    """One of the values by weight; unique columns take them in turn."""
    values = tuple(cell.get("values", ("x",)))
    if cell.unique:
        return cell.words.pick_text(values, cell.shuffled() if cell.rows == len(values) else cell.row)
    ends = weighted(cell.get("weights") or [1] * len(values))
    if len(values) == 1:
        return text_literal(values[0])
    hashed = cell.hash()
    branches = "".join(f" WHEN {hashed} < {end} THEN {text_literal(value)}" for value, end in zip(values[:-1], ends, strict=False))
    return f"CASE{branches} ELSE {text_literal(values[-1])} END"


# ---------------------------------------------------------------- text


def code(cell: Cell) -> str:
    prefix = str(cell.get("prefix", "X"))
    return f"{text_literal(prefix)} || {cell.words.pad(f'({cell.number()} + 1)', cell.digits)}"


def digits_text(cell: Cell) -> str:
    width = int(cell.get("width", 5))
    return cell.words.pad(cell.number() if cell.unique else cell.below(10**width), width)


def email(cell: Cell) -> str:
    host = cell.words.pick_text(("example.com", "example.org", "example.net"), cell.below(3, "host"))
    name = f"lower({cell.word('first_name', 'first')} || '.' || {cell.word('last_name', 'last')})"
    return f"{name} || {cell.words.as_text(cell.number())} || '@' || {host}"


def person(cell: Cell) -> str:
    name = f"{cell.word('first_name', 'first')} || ' ' || {cell.word('last_name', 'last')}"
    return f"{name} || ' ' || {cell.words.as_text(cell.number())}" if cell.unique else name


def login(cell: Cell) -> str:
    return f"lower({cell.word('first_name', 'first')}) || {cell.words.as_text(cell.number())}"


def phone(cell: Cell) -> str:
    """Numbers that are kept for fiction: 555-0100 to 555-0199 in any area."""
    area, last = f"(200 + {cell.below(790, 'area')})", cell.words.pad(cell.below(100, "last"), 2)
    number = f"'+1-' || {cell.words.as_text(area)} || '-555-01' || {last}"
    return f"{number} || 'x' || {cell.words.as_text(cell.number())}" if cell.unique else number


def one_word(cell: Cell) -> str:
    word = cell.word(str(cell.get("pool", "word")))
    return f"{word} || ' ' || {cell.words.as_text(cell.number())}" if cell.unique else word


def name(cell: Cell) -> str:
    return one_word(cell) if cell.unique else cell.word(str(cell.get("pool", "product")))


def title(cell: Cell) -> str:
    text = f"{cell.word('product', 'first')} {_AND} {cell.word('word', 'second')}"
    return f"{text} || ' ' || {cell.words.as_text(cell.number())}" if cell.unique else text


_AND = "|| ' ' ||"


def sentence(cell: Cell) -> str:
    text = f" {_AND} ".join(cell.word("word", f"word {at}") for at in range(int(cell.get("words", 6))))
    return f"{text} || ' ' || {cell.words.as_text(cell.number())}" if cell.unique else text


def slug(cell: Cell) -> str:
    return f"{cell.word('word', 'first')} || '-' || {cell.word('word', 'second')} || '-' || {cell.words.as_text(cell.number())}"


def url(cell: Cell) -> str:
    return f"'https://www.example.com/' || {cell.word('word')} || '/' || {cell.words.as_text(cell.number())}"


def host(cell: Cell) -> str:
    number = cell.number() if cell.unique else cell.below(40, "few")
    return f"'host-' || {cell.words.pad(number, 2)} || '.example.org'"


def path(cell: Cell) -> str:
    number = cell.number() if cell.unique else cell.below(2_000, "few")
    return f"'/' || {cell.word('word')} || '/' || {cell.words.as_text(number)}"


def file(cell: Cell) -> str:
    return f"{cell.word('word')} || '-' || {cell.words.as_text(cell.number())} || '.pdf'"


def street(cell: Cell) -> str:
    house = cell.words.as_text(f"(1 + {cell.below(200, 'house')})")
    return f"{house} || ' ' || {cell.word('street')}"


def vocabulary(cell: Cell) -> str:
    """A dozen words that the column shares, few of them used most."""
    words = pool("word")
    start = poly3(cell.seed, *cell.key, "vocabulary").of(1) % (len(words) - 12)
    chosen = words[start : start + 12]
    if cell.unique:
        return f"{cell.word('word')} || '_' || {cell.words.as_text(cell.number())}"
    twice = cell.words.shift_right(f"{cell.below(12, 'one')} * {cell.hash('two')}", 31)
    return cell.words.pick_text(chosen, twice)


def ip(cell: Cell) -> str:
    """Addresses of the three networks that are kept for documentation; a unique column uses a private network."""
    if cell.unique:
        number = cell.shuffled()
        parts = [f"{cell.words.divide(number, 65_536)} % 256", f"{cell.words.divide(number, 256)} % 256", f"{number} % 256"]
        return "'10.' || " + " || '.' || ".join(cell.words.as_text(f"({part})") for part in parts)
    nets = cell.words.pick_text(("192.0.2.", "198.51.100.", "203.0.113."), cell.below(3, "net"))
    host = cell.words.as_text(f"(1 + {cell.below(254, 'host')})")
    return f"{nets} || {host}"


def cidr(cell: Cell) -> str:
    number = cell.number()
    high, low = cell.words.as_text(f"({cell.words.divide(number, 256)} % 256)"), cell.words.as_text(f"({number} % 256)")
    return f"'10.' || {high} || '.' || {low} || '.0/24'"


def mac(cell: Cell) -> str:
    """Locally administered addresses."""
    number = cell.number()
    parts = [f"{cell.words.divide(number, 65_536)} % 256", f"{cell.words.divide(number, 256)} % 256", f"{number} % 256"]
    return "'02:00:00:' || " + " || ':' || ".join(cell.words.hex(f"({part})", 2) for part in parts)


def hexadecimal(cell: Cell) -> str:
    """Hexadecimal digits; of a unique column the first seven or eight are its own."""
    width = int(cell.get("width", 40))
    uses = [f"part {at}" for at in range(-(-width // 7))]
    parts = [cell.words.hex(cell.hash(use), 7) for use in uses]
    if cell.unique:
        parts[0] = _own_eight(cell)
    return cell.words.left(f"({' || '.join(parts)})", width)


def _own_eight(cell: Cell) -> str:
    """Eight hexadecimal digits that no other row has, spread over their whole range."""
    room = 2**32 // max(cell.rows, 1)
    return cell.words.hex(f"({cell.shuffled()} * {room} + {cell.hash('own')} % {max(room, 1)})", 8)


def uuid(cell: Cell) -> str:
    """Version 4 in looks; the first eight digits are the row's own, so that no two are alike."""
    own = _own_eight(cell) if cell.unique else cell.words.hex(cell.hash("own"), 8)
    one, two = cell.words.hex(cell.hash("one"), 7), cell.words.hex(cell.hash("two"), 7)
    variant = cell.words.pick_text(("8", "9", "a", "b"), cell.below(4, "variant"))
    last = f"{cell.words.hex(cell.hash('three'), 7)} || {cell.words.hex(cell.hash('four'), 5)}"
    head = f"{own} || '-' || substr({one}, 1, 4) || '-4' || substr({one}, 5, 3)"
    return f"({head} || '-' || {variant} || substr({two}, 1, 3) || '-' || {last})"


def isin(cell: Cell) -> str:
    """Country XX (nobody's), nine digits, check digit by Luhn."""
    number = cell.bindings.bind(cell.number())
    digits = [f"({cell.words.divide(number, 10**at)} % 10)" for at in range(9)]
    # XX is 33 33; from the right every second digit counts double, the check digit itself being the first.
    doubled = [f"(({digit} * 2) % 10 + {cell.words.divide(f'{digit} * 2', 10)})" for digit in digits[0::2]]
    total = " + ".join([*doubled, *digits[1::2], "18"])
    return f"'XX' || {cell.words.pad(number, 9)} || {cell.words.as_text(f'((10 - ({total}) % 10) % 10)')}"


def lei(cell: Cell) -> str:
    """Eighteen digits and two check digits by modulo 97; the issuer 0000 is nobody."""
    number = cell.bindings.bind(f"({cell.number()} + 1)")
    return f"'00000000' || {cell.words.pad(number, 10)} || {cell.words.pad(f'(98 - ({number} * 100) % 97)', 2)}"


def iban(cell: Cell) -> str:
    return f"'XX00' || {cell.words.pad(cell.number(), 16)}"


def pattern(cell: Cell) -> str:
    """Text that fits the regular expression: the row's number in the rightmost places, chance in the others."""
    shape = cell.get("shape")
    shape = shape if isinstance(shape, Pattern) else Pattern(tuple(shape or ("abcdefghijklmnopqrstuvwxyz",) * 8))
    number = cell.bindings.bind(cell.number())
    free = [at for at, letters in enumerate(shape.positions) if len(letters) > 1]
    numbered, radix = {}, 1
    for at in reversed(free):
        if radix >= max(cell.rows, 1):
            break
        numbered[at] = radix
        radix *= len(shape.positions[at])
    return _spelled(cell, shape, number, numbered)


def _spelled(cell: Cell, shape: Pattern, number: str, numbered: Mapping[int, int]) -> str:
    parts, constant = [], ""
    for at, letters in enumerate(shape.positions):
        if len(letters) == 1:
            constant += letters
            continue
        if constant:
            parts.append(text_literal(constant))
            constant = ""
        place = cell.words.divide(number, numbered[at]) if at in numbered else cell.hash(f"letter {at}")
        parts.append(f"substr({text_literal(letters)}, CAST({place} % {len(letters)} + 1 AS INTEGER), 1)")
    return " || ".join([*parts, *([text_literal(constant)] if constant else [])]) or "''"


# ---------------------------------------------------------------- time


def clock_micros(cell: Cell) -> str:
    """Microseconds since 1970 that grow with the row number, no two rows alike where there is room."""
    start, stop = cell.clock
    step = max((stop - start) // max(cell.rows, 1), 1)
    key = (cell.key[0], "clock")
    within = cell.bindings.bind(f"({poly3(cell.seed, *key).sql(cell.row)}) % {min(step, P)}")
    scaled = f" * {step // P + 1}" if step > P else ""
    within = f"({within}{scaled}) % {step}" if step > P else within
    return cell.bindings.bind(f"({start} + {cell.row} * {step} + {within})")


def moment(cell: Cell) -> str:
    """Microseconds of a time of that rank in the row's life."""
    base, rank = clock_micros(cell), int(cell.get("rank", 0))
    if rank <= 0 or cell.unique:
        return base
    later = f"{base} + {cell.deltas[0]}" if rank == 1 else f"{base} + {cell.deltas[0]} + {cell.deltas[1]}"
    if rank == 3:
        return cell.bindings.bind(f"({later} + {_DAY} * (1 + {cell.below(60, 'days ahead')}))")
    end = int(cell.get("until", cell.clock[1]))
    return cell.bindings.bind(f"least({later}, {end})")


def timestamp(cell: Cell) -> str:
    micros = moment(cell)
    return cell.words.timestamptz(micros) if cell.domain.kind.family == "timestamptz" else cell.words.timestamp(micros)


def epoch(cell: Cell) -> str:
    """The row's time as a whole number of seconds since 1970."""
    return cell.words.divide(moment(cell), 1_000_000)


def clock_ns(cell: Cell) -> str:
    return f"({clock_micros(cell)} * 1000 + {cell.below(1000)})"


def date(cell: Cell) -> str:
    if int(cell.get("rank", 0)) == -1:
        return cell.words.date(f"(-9000 + {cell.below(22_000)})")
    if cell.unique:
        return cell.words.date(f"({cell.clock[1] // _DAY - 1} - {cell.row})")
    return cell.words.date(cell.words.divide(moment(cell), _DAY))


def time(cell: Cell) -> str:
    return cell.words.time(f"(21600 + {cell.number()} % 60000)" if cell.unique else f"({cell.below(1440)} * 60)")


def interval(cell: Cell) -> str:
    return cell.words.interval(f"(1 + {cell.number()})" if cell.unique else f"(1 + {cell.below(10_000)})")


def value_range(cell: Cell) -> str:
    """A range as text; one in three is still open."""
    written = cell.domain.kind.written
    if written in ("int4range", "int8range", "numrange"):
        low = cell.bindings.bind(cell.below(1_000))
        return cell.words.bounds(low, f"({low} + 1 + {cell.below(100, 'size')})")
    low = clock_micros(cell)
    high = f"CASE WHEN {cell.hash('open')} < {P // 3} THEN NULL ELSE {low} + {_DAY} * (1 + {cell.below(200, 'days')}) END"
    return period(cell, low, high)


def period(cell: Cell, low: str, high: str | None) -> str:
    """A daterange, tsrange or tstzrange from two moments in microseconds; None is an open end."""
    if cell.domain.kind.written == "daterange":
        days = cell.words.date(cell.words.divide(f"({low})", _DAY))
        return cell.words.bounds(days, None if high is None else cell.words.date(cell.words.divide(f"({high})", _DAY)))
    return cell.words.bounds(cell.words.timestamp(low), None if high is None else cell.words.timestamp(f"({high})"))


# ---------------------------------------------------------------- the rest


def json(cell: Cell) -> str:
    word, number = cell.word("word"), cell.words.as_text(cell.number() if cell.unique else cell.below(100, "number"))
    return f"'{{\"source\": \"' || {word} || '\", \"attempt\": ' || {number} || ', \"tags\": [\"' || {cell.word('color')} || '\"]}}'"


def raw_bytes(cell: Cell) -> str:
    return cell.words.bytes(hexadecimal(cell))


def constant(cell: Cell) -> str:
    value = cell.get("value")
    return "NULL" if value is None else text_literal(str(value))


def bits(cell: Cell) -> str:
    length = min(int(cell.get("width", 1)), 30)
    number = cell.bindings.bind(cell.number() if cell.unique else cell.below(2**length))
    return " || ".join(cell.words.as_text(f"({cell.words.shift_right(number, at)} % 2)") for at in range(length))


def point(cell: Cell) -> str:
    return f"'(' || {cell.words.as_text(cell.below(180))} || ',' || {cell.words.as_text(cell.below(90, 'y'))} || ')'"


def vector(cell: Cell) -> str:
    width = int(cell.get("width", 3))
    parts = (f"CAST({cell.below(2000, f'at {at}')} - 1000 AS DECIMAL(8, 0)) * CAST('0.001' AS DECIMAL(4, 3))" for at in range(width))
    return cell.words.array(list(parts))


def xml(cell: Cell) -> str:
    return f"'<item n=\"' || {cell.words.as_text(cell.number())} || '\">' || {cell.word('word')} || '</item>'"


GENERATORS: dict[str, Callable[[Cell], str]] = {
    "serial": serial, "integer": integer, "skewed": skewed, "decimal": decimal, "boolean": boolean, "choice": choice,
    "words": choice, "code": code, "digits": digits_text, "email": email, "person": person, "login": login, "phone": phone,
    "pool": one_word, "country": one_word, "name": name, "title": title, "sentence": sentence, "slug": slug, "url": url,
    "host": host, "path": path, "file": file, "street": street, "vocabulary": vocabulary, "ip": ip, "cidr": cidr, "mac": mac,
    "hex": hexadecimal, "uuid": uuid, "uuid_text": uuid, "isin": isin, "lei": lei, "iban": iban, "pattern": pattern,
    "timestamp": timestamp, "epoch": epoch, "clock_ns": clock_ns, "date": date, "time": time, "interval": interval,
    "range": value_range, "json": json, "bytes": raw_bytes, "constant": constant, "bits": bits, "point": point,
    "vector": vector, "xml": xml,
}  # fmt: skip
