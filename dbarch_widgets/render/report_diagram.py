"""The diagram in the report: the drawing itself, each table a link to its card."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from xml.etree import ElementTree as ET

from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import QName
from dbarch_widgets.render import html
from dbarch_widgets.render.alt import RELATION_HEADERS
from dbarch_widgets.render.diagram import Diagram, er_diagram
from dbarch_widgets.render.diagram_page import HOME, Sheet, data_block, page_data, sheets_of, template
from dbarch_widgets.render.diagram_show import caption
from dbarch_widgets.render.html import Html, element
from dbarch_widgets.render.ids import table_of_id
from dbarch_widgets.render.report_ids import table_anchor
from dbarch_widgets.render.table_card import Cards, card_id
from dbarch_widgets.render.table_groups import Grouping, table_groups
from dbarch_widgets.render.words import count

MOST_RELATIONS = 1500
# Of a larger schema the report holds the overview and the groups only: one drawing of all would be a sixth of the page.
MOST_IN_ONE = 300
# A larger drawing cannot be read on one sheet of paper, so its groups follow it there.
MOST_ON_PAPER = 15
# A group that holds more of the tables than this is no easier to read than the whole.
_NEARLY_ALL = 2 / 3
_NOT_IN_ONE = (
    "All tables in one drawing are not in the report: dbarch diagram SOURCE -o FILE.html makes a page that has it."
)
_CARDS = "dbarch-cards"


def diagram_section(review: Review) -> Html:
    """The diagram with the findings on it, its words, its relations as a table, and what the live diagram needs."""
    if not review.schema.tables:
        return element("p", "There is no table to draw.")
    diagram = er_diagram(review.schema, findings=review.open_findings, workload=review.workload)
    words = html.details("The diagram in words", [element("p", diagram.alt), *_relations(diagram)], class_="words")
    notes = [element("p", note) for note in diagram.notes]
    if diagram.layout == "text":
        return html.join([element("pre", diagram.text), *notes, words])
    tables = {table.qname: table for table in review.schema.base_tables}
    sheets = list(sheets_of(diagram))
    if len(tables) > MOST_IN_ONE and any(sheet.group for sheet in sheets):
        sheets = [sheet for at, sheet in enumerate(sheets) if at == 0 or sheet.group]
        notes.append(element("p", _NOT_IN_ONE))
    drawing = linked(sheets[0].svg, diagram.alt, frozenset(tables))
    figure = element("figure", drawing, element("figcaption", caption(diagram)), id=HOME)
    pages = [template(sheet.id, sheet.svg) for sheet in sheets[1:]]
    if not any(sheet.group for sheet in sheets):
        pages += [template(sheet.id, sheet.svg) for sheet in _paper(diagram)]
    cards = Cards(review.schema, review.findings, review.workload)
    each = [
        element("section", cards.html(table, more=table_anchor(name)), id=card_id(name))
        for name, table in tables.items()
    ]
    data = data_block(page_data(diagram, sheets, cards=_CARDS))
    return html.join([figure, *notes, words, *pages, template(_CARDS, html.join(each)), data])


def _paper(diagram: Diagram) -> Iterator[Sheet]:
    """The groups of a drawing too large for one sheet of paper; the script puts them behind it while it is printed."""
    if len(diagram.model.entities) <= MOST_ON_PAPER:
        return
    schemas = {entity.name.schema for entity in diagram.model.entities}
    how: Grouping = "schema" if len(schemas) > 1 else "community"
    groups = table_groups(diagram.model, how)
    if max(len(group.tables) for group in groups) > _NEARLY_ALL * len(diagram.model.entities):
        return
    grouped = replace(diagram, groups=groups)
    for number, page in enumerate(grouped.group_pages(), 1):
        yield Sheet(f"paper{number}", "full", page.group or "", page)


def _relations(diagram: Diagram) -> list[Html]:
    rows = diagram.relations
    if not rows:
        return []
    parts = [element("div", html.table("Relations", RELATION_HEADERS, rows[:MOST_RELATIONS]), class_="scroll")]
    if len(rows) > MOST_RELATIONS:
        parts.append(element("p", f"… and {count(len(rows) - MOST_RELATIONS, 'more relation')}"))
    return parts


def linked(svg: str, label: str, tables: AbstractSet[QName]) -> Html:
    """The cleaned drawing as part of a page, with a link around each table that has a card.

    Raises:
        xml.etree.ElementTree.ParseError: the text is not well-formed XML.
    """
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing
    prefix = root.get("data-prefix") or ""
    _plain(root)
    for parent in list(root.iter()):
        for place, child in enumerate(list(parent)):
            name = table_of_id((child.get("id") or "").removeprefix(prefix))
            if name is not None and name in tables:
                link = ET.Element("a", {"href": f"#{table_anchor(name)}", "data-name": str(name)})
                link.append(child)
                parent[place] = link
    root.attrib.pop("xmlns", None)
    root.set("role", "group")
    root.set("aria-label", label)
    return Html(ET.tostring(root, encoding="unicode", short_empty_elements=False))


def _plain(root: ET.Element) -> None:
    """Tags without their namespace: inside a page the parser gives it."""
    for node in root.iter():
        node.tag = node.tag.rpartition("}")[2]
