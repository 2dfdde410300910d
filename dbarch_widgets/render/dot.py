"""Entities and relations → DOT, the same text for the same input.

Nodes are `schema.table` with the SVG id `table:schema.table`, lines have the id `fk:schema.table.name` (see `ids.py`).
A line starts and ends at the rows of its columns: at the outer cells, with a compass point, because a line to an inner
cell runs across the box. `splines=ortho` ignores these ports and is of no use here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Literal

import graphviz

from dbarch_widgets.model.schema import QName
from dbarch_widgets.render import palette
from dbarch_widgets.render.arrange import forward, hubs, order
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.crowsfoot import ErModel, Relation
from dbarch_widgets.render.dot_label import FONT_SIZE, Box, BoxStyle, box, escape_attribute, markup
from dbarch_widgets.render.finding_marks import FindingMarks
from dbarch_widgets.render.font_widths import FAMILY
from dbarch_widgets.render.groups import Group, groups
from dbarch_widgets.render.ids import node_name, relation_id, table_id
from dbarch_widgets.render.ranks import loose_lines, loose_rows, ranks
from dbarch_widgets.render.relation_words import sentence
from dbarch_widgets.render.table_rows import Detail

_CHILD_END = {"0..N": "crowodot", "0..1": "teeodot"}
_PARENT_END = {"1": "teetee", "0..1": "teeodot"}
Algorithm = Literal["dot", "sfdp"]

_MANY_LINES = 400
SELF_REFERENCE = "self"


@dataclass(frozen=True, eq=False)
class Drawing:
    """What is drawn and how.

    `clusters` frames each database schema. `group` keeps tables that belong together side by side, at most so many in one
    group; 0 makes no groups. `columns` is over how many columns of the picture a group should spread; None leaves that
    to the layout program. `algorithm` is Graphviz's name: "dot" draws from left to right, "sfdp" a map
    of many tables, without frames and with straight lines.
    """

    model: ErModel
    detail: Detail = "full"
    marks: FindingMarks = field(default_factory=FindingMarks)
    focus: QName | None = None
    title: str | None = None
    legend: str | None = None
    clusters: bool = True
    group: int = 0
    columns: float | None = None
    algorithm: Algorithm = "dot"

    @property
    def framed(self) -> bool:
        """Whether there are frames at all."""
        return self.clusters and self.algorithm == "dot" and len(self.model.schemas) > 1


def write_dot(drawing: Drawing) -> str:
    """The DOT text of a drawing."""
    graph = graphviz.Digraph("er", graph_attr=_graph_attributes(drawing))
    graph.attr("node", shape="plain", fontname=FAMILY, fontsize=str(FONT_SIZE))
    graph.attr("edge", dir="both", arrowsize="0.9", color=palette.BORDER, fontname=FAMILY)
    boxes = _boxes(drawing)
    _write_frames(graph, drawing, boxes)
    _write_edges(graph, drawing, boxes)
    return str(graph.source)


def total_height(drawing: Drawing) -> float:
    """About how tall all boxes are together, in points."""
    return sum(box.height for box in _boxes(drawing).values())


def _graph_attributes(drawing: Drawing) -> dict[str, str]:
    names_only = drawing.detail == "names"
    many = len(drawing.model.relations) > _MANY_LINES
    attributes = {
        "bgcolor": palette.PAPER,
        "fontname": FAMILY,
        "fontsize": "11",
        "pad": "0.25",
        "outputorder": "edgesfirst",
    }
    if drawing.algorithm == "sfdp":
        # Lines led around many boxes would take minutes.
        attributes |= {"layout": "sfdp", "overlap": "prism", "K": "0.8", "splines": "line"}
    else:
        attributes |= {"rankdir": "LR", "newrank": "true"}
        attributes |= {"nodesep": "0.15", "ranksep": "0.7"} if names_only else {"nodesep": "0.3", "ranksep": "0.9"}
        attributes |= {"splines": "polyline", "nslimit": "2", "mclimit": "0.5"} if many else {}
    return attributes | _heading(drawing)


def _heading(drawing: Drawing) -> dict[str, str]:
    """Title and legend, at the top left."""
    lines = []
    if title := one_line(drawing.title or "", 120):
        lines.append(f'<TR><TD ALIGN="LEFT"><FONT POINT-SIZE="15"><B>{markup(title)}</B></FONT></TD></TR>')
    lines += [
        f'<TR><TD ALIGN="LEFT"><FONT POINT-SIZE="9" COLOR="{palette.MUTED}">{markup(line)}</FONT></TD></TR>'
        for line in (drawing.legend or "").splitlines()
    ]
    if not lines:
        return {}
    lines.append('<TR><TD HEIGHT="8"></TD></TR>')
    table = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{"".join(lines)}</TABLE>'
    return {"label": f"<{table}>", "labelloc": "t", "labeljust": "l"}


def _write_frames(graph: graphviz.Digraph, drawing: Drawing, boxes: Mapping[QName, Box]) -> None:
    """The nodes, in a frame for each database schema and in it an unseen one for each group."""
    frames: dict[str, dict[Group, list[QName]]] = defaultdict(lambda: defaultdict(list))
    for name, group in _groups(drawing).items():
        frames[group[0]][group].append(name)
    for number, (schema, parts) in enumerate(frames.items()):
        with ExitStack() as stack:
            frame = graph
            if drawing.framed:
                attributes = _cluster_attributes(schema)
                frame = stack.enter_context(graph.subgraph(name=f"cluster_{number}", graph_attr=attributes))
            for place, names in enumerate(parts.values()):
                if drawing.group and len(parts) > 1 and len(names) > 1 and drawing.algorithm == "dot":
                    part_name = f"cluster_{number}_{place}"
                    with frame.subgraph(
                        name=part_name, graph_attr={"style": "invis", "margin": "4", "label": ""}
                    ) as part:
                        _write_nodes(part, names, boxes)
                else:
                    _write_nodes(frame, names, boxes)


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


def _groups(drawing: Drawing) -> dict[QName, Group]:
    """The group of each entity; without groups, its database schema when that is framed."""
    if drawing.group:
        return groups(drawing.model, drawing.group, across=not drawing.framed)
    return {entity.name: (entity.name.schema if drawing.framed else "", 0) for entity in drawing.model.entities}


def _boxes(drawing: Drawing) -> dict[QName, Box]:
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


def _write_edges(graph: graphviz.Digraph, drawing: Drawing, boxes: Mapping[QName, Box]) -> None:
    model = drawing.model
    places = order(model)
    rank = _ranks(graph, drawing, boxes, places)
    colours = {name: palette.LINES[place % len(palette.LINES)] for place, name in enumerate(hubs(model.whole or model))}
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
        itself = relation.child == relation.parent
        if itself and drawing.algorithm == "dot":
            attributes["class"] = SELF_REFERENCE
        if drawing.algorithm == "sfdp":
            graph.edge(node_name(left.name), node_name(right.name), **attributes)
        else:
            graph.edge(left.port(boxes, "e"), right.port(boxes, "e" if itself else "w"), **attributes)


def _ranks(
    graph: graphviz.Digraph, drawing: Drawing, boxes: Mapping[QName, Box], places: Mapping[QName, int]
) -> Mapping[QName, int]:
    """The rank of each entity (all 0 when the program chooses); writes the invisible lines that hold those alone."""
    model = drawing.model
    if drawing.algorithm == "sfdp":
        return dict.fromkeys(places, 0)
    lines = []
    for relation in model.relations:
        if relation.parent != relation.child:
            pair = (relation.parent, relation.child)
            lines.append(pair if forward(relation, places) else pair[::-1])
    group_of = _groups(drawing)
    alone = {entity.name for entity in model.alone}
    if drawing.columns is None:
        result = dict.fromkeys(places, 0)
        loose = loose_rows(places, lines, alone, group_of)
    else:
        heights = {name: box.height for name, box in boxes.items()}
        result = ranks(places, lines, heights, group_of, drawing.columns)
        loose = loose_lines(result, alone, group_of)
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
