"""Blocks as one HTML page that needs no network; pictures stand in it as drawings, in the reader's colours."""

from __future__ import annotations

from dbarch_widgets.render.block_html import blocks_html
from dbarch_widgets.render.blocks import Blocks, Heading, Picture
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.html import Html, element, join
from dbarch_widgets.render.page_css import CSS

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_WIDE = "figure { width: fit-content; max-width: 100% } figure svg { max-width: none } .scroll { overflow-x: auto } td, th { overflow-wrap: normal }"


def page_of(title: str, blocks: Blocks) -> str:
    """The whole file; headings of level 3 are its contents."""
    name = one_line(title, 200)
    names = [block.text for block in blocks if isinstance(block, Heading) and block.level == 3]
    links = [element("li", element("a", text, href=f"#part-{place}")) for place, text in enumerate(names)]
    contents = element("nav", element("ul", links, class_="index"), aria_label="Contents") if len(names) > 1 else ""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        element("title", name),
        Html(f"<style>{CSS}\n{_WIDE}</style>"),
    )
    main = element("main", element("header", element("h1", name)), contents, _body(blocks), id="content")
    return f"<!DOCTYPE html>\n{element('html', head, element('body', main), lang='en')}\n"


def _body(blocks: Blocks) -> Html:
    parts: list[Html] = []
    number = 0
    for block in blocks:
        match block:
            case Picture():
                parts.append(element("figure", Html(block.svg), element("figcaption", block.caption or block.alt)))
            case Heading() if block.level == 3:
                parts.append(element("h2", block.text, id=f"part-{number}"))
                number += 1
            case _:
                parts.append(blocks_html((block,), page=True))
    return join(parts, "\n")
