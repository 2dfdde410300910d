"""Blocks as plain text for terminals and for readers that show nothing else."""

from __future__ import annotations

from dbarch_widgets.render.blocks import Block, Blocks, Bullets, Fold, Grid, Heading, Para, Picture, Pre, Words, plain
from dbarch_widgets.render.clean import clean, one_line, width

WIDTH = 100
_GAP = "  "
_LONG_WORD = 30


def blocks_text(blocks: Blocks, *, columns: int = WIDTH) -> str:
    """The blocks in order, no line wider than `columns`; text that is code is cut rather than broken."""
    lines: list[str] = []
    for block in blocks:
        if lines and isinstance(block, Grid | Fold | Heading | Picture):
            lines.append("")
        lines.append(_block(block, columns))
    return "\n".join(lines)


def _block(block: Block, columns: int) -> str:
    match block:
        case Para():
            return "\n".join(wrap(plain(block.words), columns))
        case Heading():
            return "\n".join(wrap(block.text, columns))
        case Bullets():
            return "\n".join(_item(item, columns) for item in block.items)
        case Pre():
            return "\n".join(f"    {line}" for raw in clean(block.text).split("\n") for line in _hard(raw, columns - 4))
        case Grid():
            return _grid(block, columns)
        case Picture():
            return "\n".join(wrap(block.alt, columns))
        case Fold():
            return "\n".join(wrap(block.summary, columns)) + "\n" + blocks_text(block.body, columns=columns)


def _item(item: Words, columns: int) -> str:
    first, *rest = wrap(plain(item), columns - 2) or [""]
    return "\n".join([f"- {first}", *(f"  {line}" for line in rest)])


def _hard(line: str, columns: int) -> list[str]:
    """A line cut into pieces of at most `columns`, with its inner spaces kept."""
    pieces = [""]
    for letter in line.expandtabs(4):
        if width(pieces[-1]) + width(letter) > columns:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def wrap(text: str, columns: int) -> list[str]:
    """The words on lines of at most `columns`; a longer word is broken."""
    lines = [""]
    for word in one_line(text).split(" "):
        room = columns - width(lines[-1]) - (1 if lines[-1] else 0)
        if width(word) <= room:
            lines[-1] += f" {word}" if lines[-1] else word
            continue
        pieces = _hard(word, columns)
        lines += pieces if lines[-1] else []
        if not lines[-1]:
            lines[-1:] = pieces
    return lines


def _grid(grid: Grid, columns: int) -> str:
    if not grid.rows and grid.empty is not None:
        return "\n".join(wrap(grid.empty, columns))
    rows = [[one_line(plain(cell)) for cell in row] for row in grid.rows]
    widths = _widths([list(grid.headers), *rows], columns)
    lines = wrap(grid.caption, columns) if grid.caption else []
    lines += _row(list(grid.headers), widths, grid.numbers)
    lines.append(_GAP.join("─" * each for each in widths))
    for row in rows:
        lines += _row(row, widths, grid.numbers)
    return "\n".join(lines)


def _widths(rows: list[list[str]], columns: int) -> list[int]:
    """Widths of the columns: as wanted, else the widest ones narrowed, and only at last below their longest word."""
    places = range(len(rows[0]))
    wanted = [max(1, *(width(row[place]) for row in rows)) for place in places]
    words = [max((width(word) for row in rows for word in row[place].split(" ")), default=1) for place in places]
    room = max(columns - len(_GAP) * (len(wanted) - 1), 4 * len(wanted))
    for floors in ([min(word, _LONG_WORD) for word in words], [4] * len(wanted)):
        wanted = _narrowed(wanted, floors, room)
    return wanted


def _narrowed(widths: list[int], floors: list[int], room: int) -> list[int]:
    """The widths, the widest above its floor made narrower by one until they fit or all are at their floors."""
    while sum(widths) > room:
        able = [place for place, each in enumerate(widths) if each > floors[place]]
        if not able:
            break
        widest = max(able, key=lambda place: widths[place])
        others = max((widths[place] for place in able if place != widest), default=0)
        cut = max(1, min(widths[widest] - max(floors[widest], others), sum(widths) - room))
        widths = [each - cut if place == widest else each for place, each in enumerate(widths)]
    return widths


def _row(cells: list[str], widths: list[int], numbers: frozenset[int]) -> list[str]:
    wrapped = [wrap(cell, columns) for cell, columns in zip(cells, widths, strict=True)]
    lines = []
    for at in range(max(map(len, wrapped))):
        parts = []
        for place, (cell, columns) in enumerate(zip(wrapped, widths, strict=True)):
            piece = cell[at] if at < len(cell) else ""
            pad = " " * (columns - width(piece))
            parts.append(pad + piece if place in numbers else piece + pad)
        lines.append(_GAP.join(parts).rstrip())
    return lines
