"""A page as data: what is said, apart from how it is written.

Each result of the model becomes a tuple of these blocks once, in `*_blocks.py`; `block_html.py`, `block_text.py` and
`block_markdown.py` write them down. So a fact cannot be in the notebook and missing from the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """A name or an expression inside a sentence or a cell."""

    text: str


@dataclass(frozen=True)
class Strong:
    text: str


@dataclass(frozen=True)
class Link:
    """A link to an anchor of the same page; only pages have anchors, elsewhere it is its text."""

    text: str
    anchor: str


Inline = str | Code | Strong | Link
Words = Inline | tuple[Inline, ...]


@dataclass(frozen=True)
class Para:
    words: Words


@dataclass(frozen=True)
class Heading:
    """A heading inside a block; `level` 3 or 4, pages own the levels above."""

    text: str
    level: int = 4


@dataclass(frozen=True)
class Bullets:
    items: tuple[Words, ...]


@dataclass(frozen=True)
class Pre:
    """Text whose lines matter, such as SQL."""

    text: str
    language: str = "sql"


@dataclass(frozen=True)
class Grid:
    """A table. `numbers` are the positions of the columns that hold numbers; `empty` is said when there are no rows."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]
    numbers: frozenset[int] = frozenset()
    empty: str | None = None


@dataclass(frozen=True)
class Picture:
    """An SVG picture; `alt` says in words what it shows. It is drawn when asked for: text needs its words only."""

    draw: Callable[[], str]
    alt: str
    caption: str = ""

    @property
    def svg(self) -> str:
        return self.draw()


@dataclass(frozen=True)
class Fold:
    """A part that readers open when they want it."""

    summary: str
    body: tuple[Block, ...]
    open: bool = False


Block = Para | Heading | Bullets | Pre | Grid | Picture | Fold
Blocks = tuple[Block, ...]


def inlines(words: Words) -> tuple[Inline, ...]:
    """The parts of a sentence."""
    return words if isinstance(words, tuple) else (words,)


def plain(words: Words) -> str:
    """The words without their marks."""
    return "".join(part if isinstance(part, str) else part.text for part in inlines(words))


def code(text: str | None) -> Words:
    """The text as code, or nothing where there is none."""
    return Code(text) if text else ""


def listed(names: Iterable[str]) -> Words:
    """Names with commas between them."""
    parts: list[Inline] = []
    for name in names:
        parts += [", "] if parts else []
        parts.append(Code(name))
    return tuple(parts)


def slim(grid: Grid) -> Grid:
    """The grid without the columns that are empty in every row; the first one stays."""
    kept = [place for place in range(len(grid.headers)) if not place or any(plain(row[place]) for row in grid.rows)]
    if len(kept) == len(grid.headers) or not grid.rows:
        return grid
    numbers = frozenset(new for new, place in enumerate(kept) if place in grid.numbers)
    rows = tuple(tuple(row[place] for place in kept) for row in grid.rows)
    return Grid(grid.caption, tuple(grid.headers[place] for place in kept), rows, numbers, grid.empty)


def capped(grid: Grid, limit: int, more: str) -> Blocks:
    """The grid with at most `limit` rows and, when some are left out, the words `more` with their number."""
    if len(grid.rows) <= limit:
        return (grid,)
    cut = Grid(grid.caption, grid.headers, grid.rows[:limit], grid.numbers)
    return (cut, Para(f"… and {len(grid.rows) - limit:,} more: {more}"))
