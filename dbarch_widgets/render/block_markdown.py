"""Blocks as Markdown for code hosts: tables, lists and fenced code, with text from outside made harmless."""

from __future__ import annotations

import re

from dbarch_widgets.render.blocks import (
    Block,
    Blocks,
    Bullets,
    Code,
    Fold,
    Grid,
    Heading,
    Inline,
    Para,
    Picture,
    Pre,
    Strong,
    Words,
    inlines,
)
from dbarch_widgets.render.clean import clean, one_line

# What would begin markup inside a line; the rest of ASCII punctuation means nothing there.
_MARKUP = re.compile(r"([\\`*\[\]<>|~&#$@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$|-|=)")


def blocks_markdown(blocks: Blocks) -> str:
    """The blocks in order, an empty line between them. Pictures become their words: a file cannot carry them."""
    return "\n\n".join(filter(None, map(_block, blocks)))


def escaped(text: str) -> str:
    """Text on one line that means nothing but itself in Markdown; addresses stay addresses."""
    line = _MARKUP.sub(r"\\\1", one_line(text))
    return _LINE_START.sub(lambda match: f"{match[1]}{match[2][:-1]}\\{match[2][-1]}", line)


def code_span(text: str) -> str:
    """Text as code, whatever backticks it holds."""
    line = one_line(text)
    if not line:
        return ""
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def code_block(text: str, language: str = "sql") -> str:
    """Lines as code, whatever fences they hold."""
    body = clean(text)
    longest = max((len(run) for run in re.findall("`+", body)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{body}\n{fence}"


def words_markdown(words: Words) -> str:
    """One sentence."""
    return "".join(map(_inline, inlines(words)))


def cell_markdown(words: Words) -> str:
    """One cell of a table: a bar inside code must be escaped too, elsewhere it already is."""
    return "".join(
        _inline(part).replace("|", "\\|") if isinstance(part, Code) else _inline(part) for part in inlines(words)
    )


def _inline(part: Inline) -> str:
    match part:
        case Code():
            return code_span(part.text)
        case Strong():
            return f"**{escaped(part.text)}**" if part.text.strip() else ""
        case str():
            lead = " " if part[:1] == " " else ""
            trail = " " if part[-1:] == " " and part.strip() else ""
            return f"{lead}{escaped(part)}{trail}"
        case _:
            return escaped(part.text)


def _block(block: Block) -> str:
    match block:
        case Para():
            return words_markdown(block.words)
        case Heading():
            return f"{'#' * block.level} {escaped(block.text)}"
        case Bullets():
            return "\n".join(f"- {words_markdown(item)}" for item in block.items)
        case Pre():
            return code_block(block.text, block.language)
        case Grid():
            return _grid(block)
        case Picture():
            return f"*{escaped(block.alt)}*"
        case Fold():
            return f"**{escaped(block.summary)}**\n\n{blocks_markdown(block.body)}"


def _grid(grid: Grid) -> str:
    if not grid.rows and grid.empty is not None:
        return escaped(grid.empty)
    lines = [f"{escaped(grid.caption)}:", ""] if grid.caption else []
    lines.append(_line([escaped(header) for header in grid.headers]))
    lines.append(_line(["---:" if place in grid.numbers else "---" for place in range(len(grid.headers))]))
    lines += [_line([cell_markdown(cell) for cell in row]) for row in grid.rows]
    return "\n".join(lines)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
