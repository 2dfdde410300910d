"""Generators of text. People, addresses and numbers are plainly made up: example.com, 555-01xx, documentation networks."""

from __future__ import annotations

from collections.abc import Mapping

from dbarch_widgets.synth.cell import Cell
from dbarch_widgets.synth.hashing import poly3
from dbarch_widgets.synth.patterns import Pattern
from dbarch_widgets.synth.words import phrases, pool


def code(cell: Cell) -> str:
    prefix = str(cell.get("prefix", "X"))
    return f"{cell.words.literal(prefix)} || {cell.words.pad(f'({cell.number()} + 1)', cell.digits)}"


def digits_text(cell: Cell) -> str:
    width = int(cell.get("width", 5))
    return cell.words.pad(cell.number() if cell.unique else cell.below(10**width), width)


def email(cell: Cell) -> str:
    host = cell.words.pick_text(("example.com", "example.org", "example.net"), cell.below(3, "host"))
    first, last = cell.two_words("first_name", "last_name")
    name = f"lower({first} || '.' || {last})"
    return f"{name} || {cell.words.as_text(cell.number())} || '@' || {host}"


def person(cell: Cell) -> str:
    name = f" {_AND} ".join(cell.two_words("first_name", "last_name"))
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
    text = f" {_AND} ".join(cell.two_words("product", "word"))
    return f"{text} || ' ' || {cell.words.as_text(cell.number())}" if cell.unique else text


_AND = "|| ' ' ||"


def sentence(cell: Cell) -> str:
    """So many words, three at a time from lists of phrases; never longer than the column unless it is unique."""
    parts = _phrases(cell, int(cell.get("words", 6)))
    picked = [
        cell.words.pick_text(part, cell.bindings.bind(cell.below(len(part), f"phrase {at}")))
        for at, part in enumerate(parts)
    ]
    text = f" {_AND} ".join(picked)
    if cell.unique:
        return f"{text} || ' ' || {cell.words.as_text(cell.number())}"
    longest = sum(max(map(len, part)) for part in parts) + len(parts) - 1
    most = _longest(cell)
    return text if most is None or longest <= most else cell.words.left(f"({text})", most)


_FEW = 64


def _longest(cell: Cell) -> int | None:
    """The most characters that the column holds or its profile asks for."""
    bounds = [int(each) for each in (cell.domain.max_length, cell.get("longest")) if each is not None]
    return min(bounds, default=None)


def _phrases(cell: Cell, count: int) -> list[tuple[str, ...]]:
    """The lists of phrases that make a sentence of `count` words, each short enough for its share of the column."""
    sizes = [3] * (count // 3) + ([count % 3] if count % 3 else [])
    if count == 4:
        sizes = [2, 2]
    most = _longest(cell)
    room = None if most is None or cell.unique else max((most - len(sizes) + 1) // len(sizes), 1)
    found = []
    for size in sizes or [1]:
        fitting = next((each for each in range(size, 0, -1) if len(phrases(each, room)) >= _FEW), None)
        found.append(phrases(fitting, room) if fitting else phrases(1))
    return found


def slug(cell: Cell) -> str:
    first, second = cell.two_words("word", "word")
    return f"{first} || '-' || {second} || '-' || {cell.words.as_text(cell.number())}"


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
    house = cell.words.as_text(f"(1 + {cell.number() if cell.unique else cell.below(200, 'house')})")
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
        parts = [
            f"{cell.words.divide(number, 65_536)} % 256",
            f"{cell.words.divide(number, 256)} % 256",
            f"{number} % 256",
        ]
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
    places = (2**32, 2**24, 65_536, 256) if cell.rows > 2**24 else (65_536, 256)
    parts = [*(f"{cell.words.divide(number, place)} % 256" for place in places), f"{number} % 256"]
    return f"'02:{'00:' * (5 - len(parts))}' || " + " || ':' || ".join(cell.words.hex(f"({part})", 2) for part in parts)


def hexadecimal(cell: Cell) -> str:
    """Hexadecimal digits; of a unique column the first seven or eight are its own."""
    width = int(cell.get("width", 40))
    uses = [f"part {at}" for at in range(-(-width // 7))]
    parts = [cell.words.hex(cell.hash(use), 7) for use in uses]
    if cell.unique:
        parts[0] = _own(cell, 8 if cell.rows <= 2**31 else 12)
    return cell.words.left(f"({' || '.join(parts)})", width)


def _own(cell: Cell, digits: int) -> str:
    """Hexadecimal digits that no other row has, spread over their whole range; eight do for 2^31 rows, twelve for 2^45."""
    room = max(16**digits // max(cell.rows, 1), 1)
    return cell.words.hex(f"({cell.shuffled()} * {room} + {cell.hash('own')} % {room})", digits)


def uuid(cell: Cell) -> str:
    """Version 4 in looks; the first eight or twelve digits are the row's own, so that no two are alike."""
    if cell.unique and cell.rows > 2**31:
        own = cell.bindings.bind(_own(cell, 12))
        own = f"substr({own}, 1, 8) || '-' || substr({own}, 9, 4)"
    else:
        own = _own(cell, 8) if cell.unique else cell.words.hex(cell.hash("own"), 8)
        own = f"{own} || '-' || substr({cell.words.hex(cell.hash('one'), 7)}, 1, 4)"
    one, two = cell.words.hex(cell.hash("one"), 7), cell.words.hex(cell.hash("two"), 7)
    variant = cell.words.pick_text(("8", "9", "a", "b"), cell.below(4, "variant"))
    last = f"{cell.words.hex(cell.hash('three'), 7)} || {cell.words.hex(cell.hash('four'), 5)}"
    head = f"{own} || '-4' || substr({one}, 5, 3)"
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
            parts.append(cell.words.literal(constant))
            constant = ""
        place = cell.words.divide(number, numbered[at]) if at in numbered else cell.hash(f"letter {at}")
        parts.append(f"substr({cell.words.literal(letters)}, CAST({place} % {len(letters)} + 1 AS INTEGER), 1)")
    return " || ".join([*parts, *([cell.words.literal(constant)] if constant else [])]) or "''"
