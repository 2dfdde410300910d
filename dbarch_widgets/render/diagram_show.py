"""How a Diagram shows itself in a notebook: the picture, the relations as a table, the outline as text."""

from __future__ import annotations

from dbarch_widgets.model.display import MimeBundle, register_show
from dbarch_widgets.render.alt import RELATION_HEADERS
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.diagram import Diagram
from dbarch_widgets.render.html import Html, data_uri, details, element, figure, join, table
from dbarch_widgets.render.table_rows import counted

MOST_ROWS = 500


@register_show
def show_diagram(diagram: Diagram) -> MimeBundle:
    """The static bundle; a diagram that nothing could lay out is shown as text."""
    return {"text/html": str(diagram_html(diagram)), "text/plain": diagram.text}


def diagram_html(diagram: Diagram) -> Html:
    """Picture with caption, and the relations folded away."""
    notes = [element("p", note) for note in diagram.notes]
    if diagram.layout == "text":
        return join([element("pre", diagram.text), *notes, relation_table(diagram)])
    picture = figure(data_uri(diagram.svg), diagram.alt, caption(diagram))
    return join([picture, *notes, group_table(diagram), relation_table(diagram)])


def group_table(diagram: Diagram) -> Html:
    """The groups of a large diagram with their tables."""
    if not diagram.groups:
        return Html("")
    rows = [
        (group.name, f"{len(group.tables):,}", ", ".join(str(name) for name in group.tables))
        for group in diagram.groups
    ]
    return details(f"Groups ({len(rows)})", table("", ("Group", "Tables", "Names"), rows, numbers={1}))


def caption(diagram: Diagram) -> str:
    """One line under the picture."""
    tables = counted(sum(entity.table is not None for entity in diagram.model.entities), "table")
    relations = counted(len(diagram.model.relations), "relation")
    words = f"{one_line(diagram.title)}: " if diagram.title else ""
    words += f"{tables}, {relations}"
    if diagram.kind == "overview":
        return f"{words} in {counted(len(diagram.groups), 'group')}"
    if diagram.cuts:
        words += f", {len(diagram.cuts):,} more to tables elsewhere"
    if diagram.focus:
        words += f" within {counted(diagram.hops, 'hop')} of {one_line(diagram.focus)}"
    shown = {"names": "names only", "keys": "key columns only", "full": ""}[diagram.picture.detail]
    return f"{words} ({shown})" if shown else words


def relation_table(diagram: Diagram) -> Html:
    """The relations, cut after 500 rows with a count of the rest."""
    rows = diagram.relations
    if not rows:
        return Html("")
    body = table("", RELATION_HEADERS, rows[:MOST_ROWS])
    if len(rows) > MOST_ROWS:
        body = join([body, element("p", f"… {counted(len(rows) - MOST_ROWS, 'more relation', 'more relations')}")])
    return details(f"Relations ({len(rows)})", body)
