"""A diagram as one HTML file: the overview, and of a large schema a page with all columns for every group of tables."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dbarch_widgets.model.schema import QName
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.diagram import Diagram
from dbarch_widgets.render.diagram_show import caption, relation_table
from dbarch_widgets.render.focus import within
from dbarch_widgets.render.groups import groups
from dbarch_widgets.render.html import Html, element, join
from dbarch_widgets.render.table_rows import counted

ON_A_PAGE = 20
_TRIES = 2
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 80rem; padding: 1rem; color: #1f2933; background: #fff }
figure { margin: 1rem 0; overflow: auto; border: 1px solid #b8bfc6 }
figure svg { display: block }
figure.overview svg { max-width: 100%; height: auto }
figcaption { padding: .25rem .5rem; color: #5f6b76 }
table { border-collapse: collapse } th, td { padding: .15rem .6rem; vertical-align: top; border-bottom: 1px solid #dde1e5 }
ul.tables { columns: 14rem; padding-left: 1.2rem }
"""
_ID = re.compile(r' id="([^"]*)"')


@dataclass(frozen=True)
class Page:
    """One group of tables with all its columns. `anchor` is its id in the file."""

    anchor: str
    name: str
    diagram: Diagram


def diagram_page(diagram: Diagram) -> str:
    """The whole file; it needs no network."""
    title = one_line(diagram.title or "Entity-relationship diagram")
    pages = list(pages_of(diagram))
    body = [element("h1", title), _figure(diagram, class_="overview"), *(element("p", note) for note in diagram.notes)]
    if pages:
        body += [element("h2", "Tables"), _index(pages)]
        body += [
            element("section", element("h2", page.name), _figure(page.diagram, prefix=page.anchor), id=page.anchor)
            for page in pages
        ]
    body.append(relation_table(diagram))
    head = element(
        "head",
        element("meta", charset="utf-8"),
        Html('<meta name="viewport" content="width=device-width">'),
        element("title", title),
        Html(f"<style>{_STYLE}</style>"),
    )
    return "<!doctype html>\n" + element("html", head, element("body", element("main", body)), lang="en") + "\n"


def pages_of(diagram: Diagram) -> Iterator[Page]:
    """The pages of a diagram that does not list all columns itself; none for one that does."""
    if diagram.picture.detail == "full":
        return
    members: dict[object, set[QName]] = defaultdict(set)
    for name, group in groups(diagram.model, ON_A_PAGE).items():
        members[group].add(name)
    for number, names in enumerate(members.values(), 1):
        part = replace(diagram, model=within(diagram.model, names), detail="full", tries=_TRIES, title=None, focus=None)
        yield Page(f"page{number}", f"{number}. {_name(part, names)}", part)


def _name(part: Diagram, names: set[QName]) -> str:
    """`around orders, 14 tables`: the group's most connected table."""
    hub = max(sorted(names), key=lambda name: len(part.model.touching.get(name, ())))
    if hub not in part.model.touching:
        return f"{counted(len(names), 'table')} without relations"
    return f"Around {one_line(hub)}, {counted(len(names), 'table')}"


def _figure(diagram: Diagram, *, class_: str | None = None, prefix: str = "") -> Html:
    svg = diagram.svg
    if prefix:
        svg = _ID.sub(rf' id="{prefix}-\1"', svg)
    return element("figure", Html(svg), element("figcaption", caption(diagram)), class_=class_)


def _index(pages: list[Page]) -> Html:
    links = [
        (str(entity.name), element("a", one_line(entity.name), href=f"#{page.anchor}"))
        for page in pages
        for entity in page.diagram.model.entities
    ]
    return element("ul", join(element("li", link) for _, link in sorted(links)), class_="tables")
