"""A piece of a diagram as DOT with nothing but sizes and ports, and where the layout program puts it.

Boxes are drawn by us, so the program needs no texts and no fonts: each box is one cell of its size, with its marks and the
ends of lines in its margins, and a port for each row that a line meets. `splines=ortho` ignores ports and is of no use here.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dbarch_widgets.errors import EngineError
from dbarch_widgets.model.schema import QName
from dbarch_widgets.render.arrange import forward
from dbarch_widgets.render.crowsfoot import Relation
from dbarch_widgets.render.drawing.boxes import Box
from dbarch_widgets.render.drawing.ports import Ports
from dbarch_widgets.render.drawing.refs import Sides
from dbarch_widgets.render.layout import Program
from dbarch_widgets.render.ranks import loose_lines, loose_rows, ranks

Point = tuple[float, float]
_MANY_LINES = 250


@dataclass(frozen=True, eq=False)
class Piece:
    """Tables to lay out together and the lines between them. `places` is an order in which lines run forward.

    `columns` is over how many columns of the picture they should spread; None leaves that to the program. `near` are tables
    to keep side by side, `frames` those to put into one frame. `as_map`: a force-directed map with straight lines.
    """

    boxes: Mapping[QName, Box]
    sides: Mapping[QName, Sides]
    lines: tuple[Relation, ...]
    places: Mapping[QName, int]
    ports: Ports
    columns: float | None = None
    near: Mapping[QName, Hashable] = field(default_factory=dict)
    frames: Mapping[QName, str] = field(default_factory=dict)
    as_map: bool = False

    def size(self, name: QName) -> Point:
        """Width and height of a box with all that hangs on it."""
        sides = self.sides[name]
        return sides.left_margin + self.boxes[name].width + sides.right_margin, sides.height

    @property
    def heights(self) -> float:
        return sum(sides.height + 20 for sides in self.sides.values())


@dataclass(frozen=True, eq=False)
class Placed:
    """The upper left corner of each box, each line as points of a spline, the frames (x, y, width, height)."""

    piece: Piece
    width: float
    height: float
    corners: Mapping[QName, Point]
    curves: Mapping[int, Sequence[Point]] = field(default_factory=dict)
    frames: Mapping[str, tuple[float, float, float, float]] = field(default_factory=dict)

    @property
    def aspect(self) -> float:
        return self.width / self.height if self.height else 1.0


def lay_out(program: Program, pieces: Sequence[Piece], seconds: float) -> list[Placed]:
    """All pieces in one run of the program.

    Raises:
        LayoutTimeout: it took longer than `seconds`.
        EngineError: it failed.
    """
    if not pieces:
        return []
    told = program.run("".join(write_skeleton(piece) for piece in pieces), "json0", seconds=seconds)
    decoder, at, found = json.JSONDecoder(), 0, []
    text = told.decode(errors="replace")
    for piece in pieces:
        try:
            layout, at = decoder.raw_decode(text, at)
        except ValueError as error:
            raise EngineError(f"its layout cannot be read: {error}", where=program.name) from error
        while at < len(text) and text[at].isspace():
            at += 1
        found.append(_placed(piece, layout))
    return found


def write_skeleton(piece: Piece) -> str:
    """The DOT text of a piece."""
    numbers = {name: f"n{number}" for number, name in enumerate(piece.boxes)}
    lines = [f"digraph er {{{_attributes(piece)}"]
    lines += _nodes(piece, numbers)
    length = _lengths(piece, numbers, lines)
    for number, relation in enumerate(piece.lines):
        child, parent = (relation.child, piece.ports.child(relation)), (relation.parent, piece.ports.parent(relation))
        left, right = (parent, child) if forward(relation, piece.places) else (child, parent)
        tail, head = numbers[left[0]], numbers[right[0]]
        if not piece.as_map:
            tail += f":p{left[1]:.0f}:e"
            head += f":p{right[1]:.0f}:w"
        least = abs(length[left[0]] - length[right[0]])
        lines.append(f"{tail}->{head}[id={number}{f',minlen={least}' if least > 1 else ''}]")
    return "\n".join(lines) + "\n}\n"


def _attributes(piece: Piece) -> str:
    if piece.as_map:
        return "layout=sfdp;overlap=prism;K=0.8;splines=line;node[shape=plain];edge[dir=none];"
    many = len(piece.lines) > _MANY_LINES
    extra = "splines=polyline;nslimit=2;mclimit=0.5;" if many else ""
    return f"rankdir=LR;newrank=true;nodesep=0.22;ranksep=0.45;{extra}node[shape=plain];edge[dir=none];"


def _nodes(piece: Piece, numbers: Mapping[QName, str]) -> list[str]:
    """The nodes, in a frame or an unseen group where they have one."""
    written = {name: _node(piece, name, number) for name, number in numbers.items()}
    if piece.as_map:
        return list(written.values())
    frames: dict[str | None, dict[Hashable, list[str]]] = {}
    for name, text in written.items():
        frames.setdefault(piece.frames.get(name), {}).setdefault(piece.near.get(name), []).append(text)
    lines = []
    for place, (frame, parts) in enumerate(frames.items()):
        inner = []
        for number, (near, nodes) in enumerate(parts.items()):
            hidden = near is not None and len(parts) > 1 and len(nodes) > 1
            text = "\n".join(nodes)
            inner.append(f"subgraph cluster_{place}_{number}{{margin=4;\n{text}\n}}" if hidden else text)
        text = "\n".join(inner)
        lines.append(f'subgraph cluster_{place}{{margin=14;label=<<TABLE BORDER="0" FIXEDSIZE="TRUE" WIDTH="20" HEIGHT="14"><TR><TD></TD></TR></TABLE>>;\n{text}\n}}' if frame is not None else text)  # fmt: skip
    return lines


def _node(piece: Piece, name: QName, number: str) -> str:
    width, height = piece.size(name)
    if piece.as_map:
        return f'{number}[shape=box,fixedsize=true,width={width / 72:.4f},height={height / 72:.4f},label=""]'
    cells, at = [], 0.0
    for port in piece.ports.of(name):
        cells += [_cell(width, port - 1 - at), _cell(width, 2, f"p{port:.0f}")]
        at = port + 1
    cells.append(_cell(width, height - at))
    table = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{"".join(cells)}</TABLE>'
    return f"{number}[label=<{table}>]"


def _cell(width: float, height: float, port: str = "") -> str:
    if height <= 0:
        return ""
    name = f' PORT="{port}"' if port else ""
    return f'<TR><TD{name} FIXEDSIZE="TRUE" WIDTH="{width:.0f}" HEIGHT="{height:.0f}"></TD></TR>'


def _lengths(piece: Piece, numbers: Mapping[QName, str], lines: list[str]) -> Mapping[QName, int]:
    """The rank of each table (all 0 when the program chooses); writes the unseen lines that hold tables without any."""
    if piece.as_map:
        return dict.fromkeys(piece.boxes, 0)
    pairs = []
    for relation in piece.lines:
        pair = (relation.parent, relation.child)
        pairs.append(pair if forward(relation, piece.places) else pair[::-1])
    places = {name: piece.places[name] for name in piece.boxes}
    alone = piece.boxes.keys() - {name for pair in pairs for name in pair}
    groups = {name: (piece.frames.get(name), piece.near.get(name)) for name in piece.boxes}
    if piece.columns is None:
        loose = loose_rows(places, pairs, alone, groups)
        result: Mapping[QName, int] = dict.fromkeys(places, 0)
    else:
        heights = {name: piece.sides[name].height + 20 for name in piece.boxes}
        result = ranks(places, pairs, heights, groups, piece.columns)
        loose = loose_lines(result, alone, groups)
    lines += [f"{numbers[left]}->{numbers[right]}[style=invis,minlen={length}]" for left, right, length in loose]
    return result


def _placed(piece: Piece, layout: Mapping[str, Any]) -> Placed:
    x0, y0, x1, y1 = (float(each) for each in layout["bb"].split(","))
    names = list(piece.boxes)
    corners: dict[QName, Point] = {}
    frames = {}
    titles = list(dict.fromkeys(piece.frames.get(name) for name in names))
    for thing in layout.get("objects", ()):
        if "pos" in thing:
            name = names[int(thing["name"][1:])]
            x, y = (float(each) for each in thing["pos"].split(","))
            width, height = piece.size(name)
            corners[name] = (x - x0 - width / 2 + piece.sides[name].left_margin, y1 - y - height / 2)
        elif "bb" in thing and thing["name"].count("_") == 1:
            left, low, right, high = (float(each) for each in thing["bb"].split(","))
            title = titles[int(thing["name"].split("_")[1])]
            frames[title or ""] = (left - x0, y1 - high, right - left, high - low)
    curves = {
        int(edge["id"]): [_point(point, x0, y1) for point in edge["pos"].split() if point[0] not in "es"]
        for edge in layout.get("edges", ())
        if "id" in edge and "pos" in edge
    }
    return Placed(piece, x1 - x0, y1 - y0, corners, curves, frames)


def _point(text: str, x0: float, y1: float) -> Point:
    x, y = text.split(",")
    return float(x) - x0, y1 - float(y)


def middle(curve: Sequence[Point]) -> Point:
    """The point half way along a spline of cubic pieces, counted in pieces."""
    pieces = (len(curve) - 1) // 3
    at = pieces // 2 * 3
    if pieces % 2 == 0:
        return curve[at]
    a, b, c, d = curve[at : at + 4]
    return (a[0] + 3 * b[0] + 3 * c[0] + d[0]) / 8, (a[1] + 3 * b[1] + 3 * c[1] + d[1]) / 8
