"""The diagram in the report: the drawing itself, each table a link to its card."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from xml.etree import ElementTree as ET

from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import QName
from dbarch_widgets.render import html
from dbarch_widgets.render.alt import RELATION_HEADERS
from dbarch_widgets.render.diagram import Diagram, er_diagram
from dbarch_widgets.render.diagram_show import caption
from dbarch_widgets.render.html import Html, element
from dbarch_widgets.render.ids import table_of_id
from dbarch_widgets.render.report_ids import table_anchor
from dbarch_widgets.render.words import count

MOST_RELATIONS = 1500


def diagram_section(review: Review) -> Html:
    """The diagram with the findings on it, its words, and its relations as a table."""
    if not review.schema.tables:
        return element("p", "There is no table to draw.")
    diagram = er_diagram(review.schema, findings=review.findings)
    words = html.details("The diagram in words", [element("p", diagram.alt), *_relations(diagram)])
    notes = [element("p", note) for note in diagram.notes]
    if diagram.layout == "text":
        return html.join([element("pre", diagram.text), *notes, words])
    drawing = linked(diagram.svg, diagram.alt, frozenset(table.qname for table in review.schema.base_tables))
    canvas = element("div", drawing, class_="canvas", tabindex="0")
    said = f"{caption(diagram)}. A click on a table leads to its card."
    return html.join([element("figure", canvas, element("figcaption", said)), *notes, words])


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
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing, cleaned by svg_clean
    _plain(root)
    for parent in list(root.iter()):
        for place, child in enumerate(list(parent)):
            name = table_of_id(child.get("id") or "")
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
