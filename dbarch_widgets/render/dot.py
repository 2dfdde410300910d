"""Entities and relations → DOT for Graphviz, the same text for the same input: for those who go on there.

Our own pictures are drawn by `drawing/`; this text holds the same tables, columns and lines in Graphviz's words. Nodes are
`schema.table` with the id `table:schema.table`, lines have the id `fk:schema.table.name` (see `ids.py`). A line starts and
ends at the rows of its columns: at the outer cells, with a compass point, because a line to an inner cell runs across the
box. `splines=ortho` ignores these ports and is of no use here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import graphviz

from dbarch_widgets.model.schema import QName
from dbarch_widgets.render import palette
from dbarch_widgets.render.arrange import forward, hubs, order
from dbarch_widgets.render.box_style import BoxStyle
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.crowsfoot import ErModel, Relation
from dbarch_widgets.render.dot_label import FONT_SIZE, Box, box, escape_attribute, markup
from dbarch_widgets.render.finding_marks import FindingMarks
from dbarch_widgets.render.font_widths import FAMILY
from dbarch_widgets.render.ids import node_name, relation_key, table_id
from dbarch_widgets.render.relation_words import sentence
from dbarch_widgets.render.table_rows import Detail

_CHILD_END = {"0..N": "crowodot", "0..1": "teeodot"}
_PARENT_END = {"1": "teetee", "0..1": "teeodot"}


@dataclass(frozen=True, eq=False)
class DotDrawing:
    """What is written and how. `clusters` frames each database schema."""

    model: ErModel
    detail: Detail = "full"
    marks: FindingMarks = field(default_factory=FindingMarks)
    focus: QName | None = None
    title: str | None = None
    clusters: bool = True

    @property
    def framed(self) -> bool:
        """Whether there are frames at all."""
        return self.clusters and len(self.model.schemas) > 1


def write_dot(drawing: DotDrawing) -> str:
    """The DOT text of a drawing."""
    graph = graphviz.Digraph("er", graph_attr=_graph_attributes(drawing))
    graph.attr("node", shape="plain", fontname=FAMILY, fontsize=str(FONT_SIZE))
    graph.attr("edge", dir="both", arrowsize="0.9", color=palette.BORDER, fontname=FAMILY)
    boxes = _boxes(drawing)
    _write_frames(graph, drawing, boxes)
    _write_edges(graph, drawing, boxes)
    return str(graph.source)


def _graph_attributes(drawing: DotDrawing) -> dict[str, str]:
    attributes = {"bgcolor": palette.PAPER, "fontname": FAMILY, "fontsize": "11", "pad": "0.25"}
    attributes |= {"outputorder": "edgesfirst", "rankdir": "LR", "newrank": "true"}
    attributes |= (
        {"nodesep": "0.15", "ranksep": "0.7"} if drawing.detail == "names" else {"nodesep": "0.3", "ranksep": "0.9"}
    )
    return attributes | _heading(drawing)


def _heading(drawing: DotDrawing) -> dict[str, str]:
    """The title, at the top left."""
    title = one_line(drawing.title or "", 120)
    if not title:
        return {}
    return {"label": f'<<FONT POINT-SIZE="15"><B>{markup(title)}</B></FONT>>', "labelloc": "t", "labeljust": "l"}


def _write_frames(graph: graphviz.Digraph, drawing: DotDrawing, boxes: Mapping[QName, Box]) -> None:
    """The nodes, in a frame for each database schema."""
    frames: dict[str, list[QName]] = defaultdict(list)
    for name in boxes:
        frames[name.schema if drawing.framed else ""].append(name)
    for number, (schema, names) in enumerate(frames.items()):
        if drawing.framed:
            with graph.subgraph(name=f"cluster_{number}", graph_attr=_cluster_attributes(schema)) as frame:
                _write_nodes(frame, names, boxes)
        else:
            _write_nodes(graph, names, boxes)


def _cluster_attributes(schema: str) -> dict[str, str]:
    return {
        "label": f"<<B>{markup(one_line(schema, 60)) or '(no schema)'}</B>>",
        "labeljust": "l",
        "style": "filled,rounded",
        "fillcolor": palette.CLUSTER,
        "color": palette.CLUSTER_BORDER,
        "fontcolor": palette.MUTED,
        "margin": "12",
    }


def _boxes(drawing: DotDrawing) -> dict[QName, Box]:
    model = drawing.model
    schemas = (model.whole or model).schemas  # a part has the colours of the whole
    tints = {schema: palette.TINTS[place % len(palette.TINTS)] for place, schema in enumerate(schemas)}
    qualified = len(model.schemas) > 1 and not drawing.framed
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
        box = boxes[name]
        graph.node(node_name(name), label=f"<{box.label}>", id=table_id(name), tooltip=escape_attribute(box.tip))


def _write_edges(graph: graphviz.Digraph, drawing: DotDrawing, boxes: Mapping[QName, Box]) -> None:
    model = drawing.model
    places = order(model)
    colours = {name: palette.LINES[place % len(palette.LINES)] for place, name in enumerate(hubs(model.whole or model))}
    for relation in model.relations:
        attributes = {
            "id": relation_key(relation),
            "tooltip": escape_attribute(sentence(relation)),
            "color": colours[relation.parent],
        }
        if relation.missing or not relation.trusted or relation.inferred is not None:
            attributes["style"] = "dashed"
        child_column, parent_column = _telling_columns(model, relation)
        child = _End(relation.child, child_column, _CHILD_END[relation.child_end])
        parent = _End(relation.parent, parent_column, _PARENT_END[relation.parent_end])
        if relation.kind == "inherits":
            child, parent = replace(child, shape="none"), replace(parent, shape="onormal")
        left, right = (parent, child) if forward(relation, places) else (child, parent)
        attributes |= {"arrowtail": left.shape, "arrowhead": right.shape}
        itself = relation.child == relation.parent
        graph.edge(left.port(boxes, "e"), right.port(boxes, "e" if itself else "w"), **attributes)


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
