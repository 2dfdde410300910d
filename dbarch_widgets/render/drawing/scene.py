"""What is laid out on a sheet: the boxes, the relations as lines, marks and loops, and the blocks they make."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dbarch_widgets.model.schema import QName
from dbarch_widgets.render import palette
from dbarch_widgets.render.arrange import hubs, order
from dbarch_widgets.render.box_style import BoxStyle
from dbarch_widgets.render.crowsfoot import ErModel, Relation
from dbarch_widgets.render.drawing.arranging import GROUP, Block, Clock, pieces_of, place, settle, strips
from dbarch_widgets.render.drawing.boxes import Box, box_of
from dbarch_widgets.render.drawing.lines import Ink, drawn_once
from dbarch_widgets.render.drawing.marks import Marks
from dbarch_widgets.render.drawing.packing import SCREEN, WIDEST
from dbarch_widgets.render.drawing.ports import Ports
from dbarch_widgets.render.drawing.refs import Sides, hub_note, hubs_of, sides_of
from dbarch_widgets.render.drawing.skeleton import Piece
from dbarch_widgets.render.groups import groups
from dbarch_widgets.render.table_groups import TableGroup
from dbarch_widgets.render.table_rows import Detail

FEW = 10
_ROUNDS = 4


@dataclass(frozen=True, eq=False)
class Drawing:
    """What is drawn and how.

    `cuts` are relations of the drawn tables that lead out of the drawing. `groups` are framed each on its own, with
    reference marks between them; `schema_frames` frames the database schemas around one common layout. `as_map` draws
    names only, in a force-directed map.
    """

    model: ErModel
    detail: Detail = "full"
    marks: Marks = field(default_factory=Marks)
    cuts: tuple[Relation, ...] = ()
    focus: QName | None = None
    title: str | None = None
    groups: tuple[TableGroup, ...] = ()
    schema_frames: bool = True
    as_map: bool = False
    theme: palette.Theme = "light"
    kind: str = "tables"

    @property
    def framed(self) -> bool:
        """Whether database schemas are framed."""
        return self.schema_frames and not self.as_map and not self.groups and len(self.model.schemas) > 1


@dataclass(eq=False)
class _Part:
    """Tables that make one block. `cut` has the strip of each; `made` is the block as far as it is laid out."""

    names: Sequence[QName]
    cut: dict[QName, int]
    made: Block | None = None


@dataclass(frozen=True, eq=False)
class Scene:
    """All that the blocks of a drawing have in common."""

    drawing: Drawing
    boxes: Mapping[QName, Box]
    hubs: frozenset[QName]
    places: Mapping[QName, int]
    ink: Ink

    @cached_property
    def _near(self) -> Mapping[QName, Hashable]:
        return groups(self.drawing.model, GROUP, across=True)

    def blocks(self, clock: Clock, parts: Sequence[Sequence[QName]]) -> list[Block]:
        """A block for each part; what becomes too long is cut into strips, with marks between them.

        Raises:
            LayoutTimeout: the layout program did not finish in time.
            EngineError: it failed.
        """
        every = [_Part(names, dict.fromkeys(names, 0)) for names in parts]
        waiting = every
        for _ in range(_ROUNDS):
            if not waiting:
                break
            pieces = [self._pieces(part) for part in waiting]
            for part, (_, alone), placed in zip(
                waiting, pieces, place(clock, [tied for tied, _ in pieces]), strict=True
            ):
                part.made = settle(placed, alone, SCREEN)
            waiting = [part for part in waiting if self._cut_further(part)]
        return [part.made for part in every if part.made]

    def _cut_further(self, part: _Part) -> bool:
        """Cut the longest piece of a block that does not fit; False when it fits, or nothing can be cut."""
        made = part.made
        most = WIDEST * (1.5 if self.drawing.groups else 0.95)
        if made is None or len(part.names) < FEW or self.drawing.framed or 1 / most <= made.aspect <= most:
            return False
        longest = max(
            (each for each, _ in made.parts), key=lambda each: len(each.piece.lines) and each.width * each.height
        )
        ratio = max(longest.aspect, 1 / longest.aspect)
        if not longest.piece.lines or longest.piece.as_map or ratio < WIDEST:
            return False
        first = 1 + max(part.cut.values())
        strip = strips(longest, math.ceil(math.sqrt(ratio / SCREEN)))
        part.cut.update({name: first + number for name, number in strip.items()})
        return True

    def _pieces(self, part: _Part) -> tuple[list[Piece], Piece]:
        """The pieces of a part that have lines, and one of all tables that have none."""
        lines, cuts, loops = self._sorted(part)
        boxes = {name: self.boxes[name] for name in part.names}
        ports = Ports(boxes, [*lines, *loops])
        sides = sides_of(boxes, lines, cuts, loops, self.hubs, ports)
        nothing = Piece({}, {}, (), self.places, ports)
        if self.drawing.as_map:
            bare = {name: Sides(loops=sides[name].loops, height=box.height) for name, box in boxes.items()}
            return [Piece(boxes, bare, tuple(lines), self.places, ports, as_map=True)], nothing
        if self.drawing.framed:
            frames = {name: name.schema for name in part.names}
            return [Piece(boxes, sides, tuple(lines), self.places, ports, frames=frames)], nothing
        near = self._near if len(boxes) > GROUP else {}
        return pieces_of(near, boxes, sides, lines, self.places, ports)

    def _sorted(self, part: _Part) -> tuple[list[Relation], list[Relation], list[Relation]]:
        """The relations of the tables: drawn as lines, as marks, and to themselves."""
        inside, cut = set(part.names), part.cut
        lines: list[Relation] = []
        cuts: list[Relation] = []
        loops: list[Relation] = []
        mine = drawn_once(relation for name in part.names for relation in self.drawing.model.touching.get(name, ()))
        for relation in mine:
            if relation.child == relation.parent:
                loops.append(relation)
            elif relation.parent in self.hubs or not {relation.child, relation.parent} <= inside:
                cuts.append(relation)
            else:
                (lines if cut[relation.child] == cut[relation.parent] else cuts).append(relation)
        outside = [each for each in self.drawing.cuts if each.child in inside or each.parent in inside]
        return lines, [*cuts, *outside], loops


def scene_of(drawing: Drawing) -> Scene:
    """The boxes of a drawing, its hubs, and its colours."""
    model = drawing.model
    found = frozenset() if drawing.as_map else hubs_of(model) - {drawing.focus}
    whole = model.whole or model  # a part has the colours of the whole
    tints = {schema: palette.TINTS[at % len(palette.TINTS)] for at, schema in enumerate(whole.schemas)}
    qualified = len(whole.schemas) > 1 and not drawing.framed
    boxes = {}
    for entity in model.entities:
        mark = drawing.marks.of(entity.name)
        detail: Detail = "names" if mark.state == "unchanged" else drawing.detail
        style = BoxStyle(detail, tints[entity.name.schema], qualified, entity.name == drawing.focus)
        said = (hub_note(model, entity.name),) if entity.name in found else ()
        columns = drawing.marks.columns.get(entity.name, {})
        hidden = model.hidden.get(entity.name, 0) if not drawing.cuts else 0
        boxes[entity.name] = box_of(entity, style, mark, columns, hidden, said)
    return Scene(drawing, boxes, found, order(model), Ink(hubs(whole), drawing.marks.relations))
