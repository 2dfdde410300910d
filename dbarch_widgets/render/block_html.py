"""Blocks as HTML that survives a notebook nobody trusts."""

from __future__ import annotations

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


def blocks_html(blocks: Blocks, *, anchors: bool = False) -> Html:
    """The blocks in order. `anchors`: links lead to anchors of the page that these blocks become part of."""
    return html.join((_block(block, anchors) for block in blocks), "\n")


def words_html(words: Words, *, anchors: bool = False) -> Html:
    """One sentence or cell."""
    return html.join(_inline(part, anchors) for part in inlines(words))


def _inline(part: Inline, anchors: bool) -> Html:
    match part:
        case Code():
            return element("code", part.text)
        case Strong():
            return element("strong", part.text)
        case Link():
            return element("a", part.text, href=f"#{part.anchor}") if anchors else html.text(part.text)
        case str():
            return html.text(part)


def _block(block: Block, anchors: bool) -> Html:
    match block:
        case Para():
            return element("p", words_html(block.words, anchors=anchors))
        case Heading():
            return element(f"h{block.level}", block.text)
        case Bullets():
            return element("ul", [element("li", words_html(item, anchors=anchors)) for item in block.items])
        case Pre():
            return element("pre", element("code", block.text))
        case Grid():
            return _grid(block, anchors)
        case Picture():
            return html.figure(html.data_uri(block.svg), block.alt, block.caption)
        case Fold():
            return html.details(block.summary, blocks_html(block.body, anchors=anchors), open_=block.open)


def _grid(grid: Grid, anchors: bool) -> Html:
    if not grid.rows and grid.empty is not None:
        return element("p", grid.empty)
    rows = [[words_html(cell, anchors=anchors) for cell in row] for row in grid.rows]
    return html.table(grid.caption, grid.headers, rows, numbers=grid.numbers)
