"""Blocks as HTML that survives a notebook nobody trusts."""

from __future__ import annotations

from collections.abc import Callable

from dbarch_widgets.render import html
from dbarch_widgets.render.blocks import (
    Block,
    Blocks,
    Bullets,
    Code,
    Fold,
    Grid,
    Heading,
    Inline,
    Link,
    Para,
    Picture,
    Pre,
    Strong,
    Words,
    inlines,
)
from dbarch_widgets.render.html import Html, element


def blocks_html(blocks: Blocks, *, page: bool = False) -> Html:
    """The blocks in order. `page`: they become part of a page that has anchors and a style sheet of its own."""
    return html.join((_block(block, page) for block in blocks), "\n")


def words_html(words: Words, *, page: bool = False) -> Html:
    """One sentence."""
    return html.join(_inline(part, page, html.text) for part in inlines(words))


def _cell(words: Words, page: bool) -> Html:
    """A cell: in a page a long name in it may go on in the next line."""
    return html.join(_inline(part, page, html.breakable if page else html.text) for part in inlines(words))


def _inline(part: Inline, page: bool, written: Callable[[str], Html]) -> Html:
    match part:
        case Code():
            return element("code", written(part.text))
        case Strong():
            return element("strong", written(part.text))
        case Link():
            return element("a", written(part.text), href=f"#{part.anchor}") if page else written(part.text)
        case str():
            return written(part)


def _block(block: Block, page: bool) -> Html:
    match block:
        case Para():
            return element("p", words_html(block.words, page=page))
        case Heading():
            return element(f"h{block.level}", block.text)
        case Bullets():
            return element("ul", [element("li", words_html(item, page=page)) for item in block.items])
        case Pre():
            return element("pre", element("code", block.text))
        case Grid():
            return _grid(block, page)
        case Picture():
            return html.figure(html.data_uri(block.svg), block.alt, block.caption)
        case Fold():
            return html.details(block.summary, blocks_html(block.body, page=page), open_=block.open)


def _grid(grid: Grid, page: bool) -> Html:
    if not grid.rows and grid.empty is not None:
        return element("p", grid.empty)
    rows = [[_cell(cell, page) for cell in row] for row in grid.rows]
    table = html.table(grid.caption, grid.headers, rows, numbers=grid.numbers)
    return element("div", table, class_="scroll") if page else table
