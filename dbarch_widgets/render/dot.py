"""Entities and relations → DOT, the same text for the same input.

Nodes are `schema.table` with the SVG id `table:schema.table`, lines have the id `fk:schema.table.name` (see `ids.py`).
A line starts and ends at the rows of its columns: at the outer cells, with a compass point, because a line to an inner
cell runs across the box. `splines=ortho` ignores these ports and is of no use here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape

import graphviz

from dbarch_widgets.model.schema import QName
from dbarch_widgets.render import palette
from dbarch_widgets.render.arrange import forward, hubs, order
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.crowsfoot import ErModel, Relation
from dbarch_widgets.render.dot_label import FONT_SIZE, Box, BoxStyle, box, escape_attribute
from dbarch_widgets.render.finding_marks import FindingMarks
from dbarch_widgets.render.font_widths import FAMILY
from dbarch_widgets.render.ids import node_name, relation_id, table_id
from dbarch_widgets.render.ranks import loose_lines, loose_rows, ranks
from dbarch_widgets.render.relation_words import sentence
from dbarch_widgets.render.table_rows import Detail

_CHILD_END = {"0..N": "crowodot", "0..1": "teeodot"}
_PARENT_END = {"1": "teetee", "0..1": "teeodot"}
_MANY_LINES = 400
SELF_REFERENCE = "self"


@dataclass(frozen=True)
class Drawing:
    """What is drawn and how.

    `clusters` frames each database schema. `columns` is over how many columns of the picture a frame should spread;
    None leaves that to the layout program.
    """

    model: ErModel
    detail: Detail = "full"
    marks: FindingMarks = field(default_factory=FindingMarks)
    focus: QName | None = None
    title: str | None = None
    legend: str | None = None
    clusters: bool = True
    columns: float | None = None

    @property
    def framed(self) -> bool:
        """Whether there are frames at all."""
        return self.clusters and len(self.model.schemas) > 1


def write_dot(drawing: Drawing) -> str:
    """The DOT text of a drawing."""
    graph = graphviz.Digraph("er", graph_attr=_graph_attributes(drawing))
    graph.attr("node", shape="plain", fontname=FAMILY, fontsize=str(FONT_SIZE))
    graph.attr("edge", dir="both", arrowsize="0.9", color=palette.BORDER, fontname=FAMILY)
    boxes = _boxes(drawing)
    for number, (schema, names) in enumerate(_frames(drawing).items()):
        if drawing.framed:
            with graph.subgraph(name=f"cluster_{number}", graph_attr=_cluster_attributes(schema)) as cluster:
                _write_nodes(cluster, names, boxes)
        else:
            _write_nodes(graph, names, boxes)
    _write_edges(graph, drawing, boxes)
    return str(graph.source)


def total_height(drawing: Drawing) -> float:
    """About how tall all boxes are together, in points."""
    return sum(box.height for box in _boxes(drawing).values())


def _graph_attributes(drawing: Drawing) -> dict[str, str]:
    names_only = drawing.detail == "names"
    attributes = {
        "rankdir": "LR",
        "bgcolor": palette.PAPER,
        "fontname": FAMILY,
        "fontsize": "11",
        "nodesep": "0.15" if names_only else "0.3",
        "ranksep": "0.7" if names_only else "0.9",
        "pad": "0.25",
        "newrank": "true",
        "outputorder": "edgesfirst",
    }
    if len(drawing.model.relations) > _MANY_LINES:
        attributes |= {"splines": "polyline", "nslimit": "2", "mclimit": "0.5"}
    if drawing.title or drawing.legend:
        lines = []
        if drawing.title:
            title = escape(one_line(drawing.title, 120))
            lines.append(f'<TR><TD ALIGN="LEFT"><FONT POINT-SIZE="15"><B>{title}</B></FONT></TD></TR>')
        if drawing.legend:
            lines += [
                f'<TR><TD ALIGN="LEFT"><FONT POINT-SIZE="9" COLOR="{palette.MUTED}">{escape(line)}</FONT></TD></TR>'
                for line in drawing.legend.splitlines()
            ]
        lines.append('<TR><TD HEIGHT="8"></TD></TR>')
        table = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{"".join(lines)}</TABLE>'
        attributes |= {"label": f"<{table}>", "labelloc": "t", "labeljust": "l"}
    return attributes


def _cluster_attributes(schema: str) -> dict[str, str]:
    return {
        "label": f"<<B>{escape(one_line(schema, 60)) or '(no schema)'}</B>>",
        "labeljust": "l",
        "style": "filled,rounded",
        "fillcolor": palette.CLUSTER,
        "color": palette.CLUSTER_BORDER,
        "fontcolor": palette.MUTED,
        "margin": "12",
    }


def _frames(drawing: Drawing) -> dict[str, list[QName]]:
    """The entities by database schema."""
    found: dict[str, list[QName]] = defaultdict(list)
    for entity in drawing.model.entities:
        found[entity.name.schema].append(entity.name)
    return dict(found)


def _boxes(drawing: Drawing) -> dict[QName, Box]:
    model = drawing.model
    tints = {schema: palette.TINTS[place % len(palette.TINTS)] for place, schema in enumerate(model.schemas)}
    qualified = len(model.schemas) > 1 and not drawing.clusters
    return {
        entity.name: box(
            entity,
            BoxStyle(drawing.detail, tints[entity.name.schema], qualified, entity.name == drawing.focus),
            counts=drawing.marks.tables.get(entity.name),
            columns=drawing.marks.columns.get(entity.name),
            hidden=model.hidden.get(entity.name, 0),
        )
        for entity in model.entities
    }


def _write_nodes(graph: graphviz.Digraph, names: list[QName], boxes: Mapping[QName, Box]) -> None:
    for name in names:
        tip = escape_attribute(str(name))
        graph.node(node_name(name), label=f"<{boxes[name].label}>", id=table_id(name), tooltip=tip)


def _write_edges(graph: graphviz.Digraph, drawing: Drawing, boxes: Mapping[QName, Box]) -> None:
    model = drawing.model
    places = order(model)
    rank = _ranks(graph, drawing, boxes, places)
    colours = {name: palette.LINES[place % len(palette.LINES)] for place, name in enumerate(hubs(model))}
    for relation in model.relations:
        attributes = {
            "id": relation_id(relation.holder, relation.name),
            "tooltip": escape_attribute(sentence(relation)),
            "color": colours[relation.parent],
        }
        if (length := abs(rank[relation.child] - rank[relation.parent])) > 1:
            attributes["minlen"] = str(length)
        if relation.missing or not relation.trusted:
            attributes["style"] = "dashed"
        child_column, parent_column = _telling_columns(model, relation)
        child = _End(relation.child, child_column, _CHILD_END[relation.child_end])
        parent = _End(relation.parent, parent_column, _PARENT_END[relation.parent_end])
        if relation.kind == "inherits":
            child, parent = replace(child, shape="none"), replace(parent, shape="onormal")
        left, right = (parent, child) if forward(relation, places) else (child, parent)
        attributes |= {"arrowtail": left.shape, "arrowhead": right.shape}
        if itself := relation.child == relation.parent:
            attributes["class"] = SELF_REFERENCE
        graph.edge(left.port(boxes, "e"), right.port(boxes, "e" if itself else "w"), **attributes)


def _ranks(
    graph: graphviz.Digraph, drawing: Drawing, boxes: Mapping[QName, Box], places: Mapping[QName, int]
) -> Mapping[QName, int]:
    """The rank of each entity (all 0 when the program chooses); writes the invisible lines that hold those alone."""
    model = drawing.model
    lines = []
    for relation in model.relations:
        if relation.parent != relation.child:
            pair = (relation.parent, relation.child)
            lines.append(pair if forward(relation, places) else pair[::-1])
    groups = {name: name.schema if drawing.framed else "" for name in places}
    alone = {entity.name for entity in model.alone}
    if drawing.columns is None:
        result = dict.fromkeys(places, 0)
        loose = loose_rows(places, lines, alone, groups)
    else:
        heights = {name: box.height for name, box in boxes.items()}
        result = ranks(places, lines, heights, groups, drawing.columns)
        loose = loose_lines(result, alone, groups)
    for left, right, length in loose:
        graph.edge(node_name(left), node_name(right), style="invis", minlen=str(length))
    return result


@dataclass(frozen=True)
class _End:
    """One end of a line; its row is that of `column`, where the box lists it."""

    name: QName
    column: str | None
    shape: str

    def port(self, boxes: Mapping[QName, Box], compass: str) -> str:
        """`node:r3:e`, the right end of row 3; `l3` is its left end."""
        row = boxes[self.name].ports.get(self.column) if self.column is not None else None
        cell = "" if row is None else f":{'r' if compass == 'e' else 'l'}{row}"
        return f"{node_name(self.name)}{cell}:{compass}"


def _telling_columns(model: ErModel, relation: Relation) -> tuple[str | None, str | None]:
    """Where a line starts and ends: of a composite key the pair whose column is in the fewest foreign keys."""
    if not relation.columns:
        return None, None
    table = model.by_name[relation.child].table
    uses = Counter(name for key in (table.foreign_keys if table else ()) for name in key.columns)
    place = min(range(len(relation.columns)), key=lambda place: uses[relation.columns[place]])
    reference = relation.ref_columns[place] if place < len(relation.ref_columns) else None
    return relation.columns[place], reference
