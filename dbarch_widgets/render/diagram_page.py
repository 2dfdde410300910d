"""A diagram as one HTML file that needs no network: the live diagram, and all of it as pictures, cards and tables.

Without its script the page has everything too: each drawing as a picture with words, a card for every table, and the
relations as a table. The live diagram takes its drawings and cards from these, so that nothing is there twice.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dbarch_widgets.render import html
from dbarch_widgets.render.alt import RELATION_HEADERS
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.diagram import Diagram
from dbarch_widgets.render.diagram_show import caption
from dbarch_widgets.render.html import Html, element, join
from dbarch_widgets.render.live_data import details_data, level_of, live_of
from dbarch_widgets.render.live_script import page_script, style
from dbarch_widgets.render.page_css import CSS
from dbarch_widgets.render.table_card import Cards, card_id
from dbarch_widgets.render.table_rows import DETAILS
from dbarch_widgets.render.words import count

# A smaller schema has all levels of detail in its page, a larger one the names of all and the pages of its groups.
FEW = 60
HOME = "overview"
_ID = re.compile(r' id="')
# What a page with the live diagram may do: draw and run what is in it, and reach nothing else.
_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '{}'; base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True)
class Sheet:
    """One drawing of the page: its level of detail, its group ("" for all tables), the id of what holds it."""

    id: str
    detail: str
    group: str
    diagram: Diagram

    @property
    def svg(self) -> Html:
        """The drawing with ids of its own, since several drawings of one table are in the page."""
        prefix = f"{self.id}-"
        # Text from outside holds no plain quote in a drawing, so that only attributes match.
        text = _ID.sub(f' id="{prefix}', self.diagram.svg)
        return Html(text.replace("<svg ", f'<svg data-prefix="{prefix}" ', 1))


def diagram_page(diagram: Diagram) -> str:
    """The whole file."""
    title = one_line(diagram.title or "Entity-relationship diagram")
    sheets = list(sheets_of(diagram))
    live = diagram.schema is not None and diagram.layout != "text"
    script = page_script()
    main = element(
        "main",
        element("header", element("h1", title), element("p", diagram.alt)),
        element("section", element("h2", "Diagram", id="diagram"), _home(sheets[0]), aria_labelledby="diagram"),
        [element("p", note, class_="note") for note in diagram.notes],
        _groups(sheets),
        _cards(diagram),
        _relations(diagram),
    )
    skip = element("a", "Skip to the tables in words", href="#tables", class_="skip")
    after = (
        [templates(sheets), data_block(page_data(diagram, sheets)), Html(f"<script>{script}</script>")] if live else []
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy(script)),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        element("title", title),
        Html(f"<style>{CSS}\n{style()}</style>"),
    )
    return "<!doctype html>\n" + element("html", head, element("body", skip, main, after), lang="en") + "\n"


def policy(script: str) -> str:
    """The page runs this script and no other, whatever text is in the page."""
    return _POLICY.format("sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode())


def data_block(data: dict[str, Any]) -> Html:
    """The data as JSON that no HTML parser takes for markup; its text is ASCII."""
    text = (
        json.dumps(data, separators=(",", ":")).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    )
    return Html(f'<script type="application/json" id="dbarch-data">{text}</script>')


# ---- drawings ----------------------------------------------------------------------------------------------


def sheets_of(diagram: Diagram) -> Iterator[Sheet]:
    """The drawings of the page, what was asked for first."""
    yield Sheet(HOME, level_of(diagram), "", diagram)
    if diagram.kind == "diff" or diagram.schema is None or diagram.group or diagram.layout == "text":
        return
    for level in DETAILS if len(diagram.model.entities) <= FEW else DETAILS[:1]:
        if level != level_of(diagram):
            yield Sheet(f"sheet-{level}", level, "", replace(diagram, detail=level, kind="tables"))
    for number, page in enumerate(diagram.group_pages(), 1):
        yield Sheet(f"page{number}", "full", page.group or "", page)


def page_data(diagram: Diagram, sheets: Sequence[Sheet], *, cards: str = "") -> dict[str, Any]:
    """What the script of a page needs: see static/page.js."""
    data = dict(live_of(diagram).data)
    levels = tuple(sheet.detail for sheet in sheets if not sheet.group)
    data["details"] = details_data(tuple(dict.fromkeys(levels)))
    data["usual"] = {**data["usual"], "detail": sheets[0].detail}
    if len(sheets) == len(levels):
        data["groups"] = []
    places = [{"id": sheet.id, "detail": sheet.detail, "group": sheet.group} for sheet in sheets]
    return {**data, "label": diagram.alt, "sheets": places, "home": HOME, "cards": cards}


def _home(sheet: Sheet) -> Html:
    if sheet.diagram.layout == "text":
        return element("pre", sheet.diagram.text)
    return _figure(sheet, id_=HOME)


def _figure(sheet: Sheet, *, id_: str) -> Html:
    return element("figure", sheet.svg, element("figcaption", caption(sheet.diagram)), id=id_)


def templates(sheets: Sequence[Sheet]) -> Html:
    """The drawings of all tables that only the live diagram shows."""
    return join(template(sheet.id, sheet.svg) for sheet in sheets[1:] if not sheet.group)


def template(id_: str, content: Html) -> Html:
    """What is in the page for its script, and not shown."""
    return Html(f'<template id="{id_}">{content}</template>')


def _groups(sheets: Sequence[Sheet]) -> Html:
    pages = [sheet for sheet in sheets if sheet.group]
    if not pages:
        return Html("")
    links = [
        element(
            "li", element("a", f"{one_line(page.group)} ({len(page.diagram.model.entities)})", href=f"#{page.id}-h")
        )
        for page in pages
    ]
    sections = [
        element(
            "section",
            element("h3", one_line(page.group), id=f"{page.id}-h"),
            _figure(page, id_=page.id),
            class_="page",
            aria_labelledby=f"{page.id}-h",
        )
        for page in pages
    ]
    index = element("nav", element("ul", links, class_="index"), aria_label="Groups of tables")
    return element("section", element("h2", "Groups of tables", id="groups"), index, sections, aria_labelledby="groups")


# ---- words -------------------------------------------------------------------------------------------------


def _cards(diagram: Diagram) -> Html:
    """A card for each table that is drawn, folded away together."""
    if diagram.schema is None:
        return Html("")
    cards = Cards(diagram.schema, diagram.findings, diagram.workload)
    tables = [entity.table for entity in diagram.model.entities if entity.table]
    each = [element("section", cards.html(table), class_="card", id=card_id(table.qname)) for table in tables]
    head = element("h2", "Tables", id="tables")
    return element("section", head, html.details(f"All {count(len(tables), 'table')}", each), aria_labelledby="tables")


def _relations(diagram: Diagram) -> Html:
    rows = diagram.relations
    if not rows:
        return Html("")
    body = html.table(
        count(len(rows), "relation"), RELATION_HEADERS, ([html.breakable(cell) for cell in row] for row in rows)
    )
    head = element("h2", "Relations", id="relations")
    return element(
        "section", head, html.details(f"All {count(len(rows), 'relation')}", body), aria_labelledby="relations"
    )
