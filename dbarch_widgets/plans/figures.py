"""Numbers as sentences about plans say them."""

from __future__ import annotations


def counted(number: float, thing: str, things: str | None = None) -> str:
    """`1 row`, `1,200 rows`."""
    whole = round(number)
    return f"{whole:,} {thing if whole == 1 else things or thing + 's'}"


def duration(seconds: float) -> str:
    """A time in the unit that suits it, three figures."""
    if seconds >= 100:
        return f"{seconds:,.0f} s"
    if seconds >= 1:
        return f"{seconds:.3g} s"
    return f"{seconds * 1000:.3g} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.3g} µs"


def share(part: float, whole: float) -> str:
    """A part in percent; what is nearly all is not called all."""
    if whole <= 0:
        return "0 %"
    percent = 100 * part / whole
    if 99.5 <= percent < 100:
        return f"{min(percent, 99.99):.2f} %"
    return f"{percent:.0f} %" if percent >= 1 else "under 1 %"


def kilobytes(number: float) -> str:
    """A size told in kB of 1,024 bytes."""
    if number >= 1024 * 1024:
        return f"{number / 1024 / 1024:,.1f} GB"
    return f"{number / 1024:,.1f} MB" if number >= 1024 else f"{number:,.0f} kB"


def factor(value: float) -> str:
    """How many times: 2.5, 12, 4,000."""
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"


def joined(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def sentence_start(words: str) -> str:
    """The words with a capital letter at the front; names in them stay as they are."""
    return words[:1].upper() + words[1:]
