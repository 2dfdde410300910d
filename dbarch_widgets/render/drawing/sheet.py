"""A drawing → its SVG: tables in frames, lines, marks, title and legend on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dbarch_widgets.render import palette
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.drawing.arranging import Block, Clock
from dbarch_widgets.render.drawing.box_svg import draw_box
from dbarch_widgets.render.drawing.legend import Item, draw_legend
from dbarch_widgets.render.drawing.legend_items import legend_items
from dbarch_widgets.render.drawing.lines import draw_lines, draw_sides
from dbarch_widgets.render.drawing.packing import WIDEST, pack, shape_cost
from dbarch_widgets.render.drawing.scene import FEW, Drawing, Scene, scene_of
from dbarch_widgets.render.drawing.skeleton import Placed
from dbarch_widgets.render.drawing.svg_parts import box as rectangle
from dbarch_widgets.render.drawing.svg_parts import document, group, moved, words
from dbarch_widgets.render.font_widths import text_width
from dbarch_widgets.render.table_groups import TableGroup
from dbarch_widgets.render.table_rows import counted

MARGIN = 16.0
FRAME_HEAD = 24.0
FRAME_PAD = 14.0


@dataclass(frozen=True, eq=False)
class Sheet:
    """A finished sheet in points."""

    svg: str
    width: float
    height: float

    @property
    def aspect(self) -> float:
        return self.width / self.height if self.height else 1.0

    @property
    def cost(self) -> float:
        """What a reader pays."""
        return shape_cost(self.width, self.height)


def draw_sheet(drawing: Drawing, clock: Clock, label: str) -> Sheet:
    """The sheet; `label` names it for screen readers.

    Raises:
        LayoutTimeout: the layout program did not finish in time.
        EngineError: it failed.
    """
    scene = scene_of(drawing)
    if not scene.boxes:
        content, width, height = words(0, 14, "There is no table to draw.", 11, fill=palette.MUTED), 160.0, 20.0
    elif drawing.groups:
        content, width, height = _frames(scene, clock)
    else:
        (block,) = scene.blocks(clock, [list(scene.boxes)])
        content, width, height = _block_svg(scene, block), block.width, block.height
    marks = 'class="edge ref' in content or 'class="ref in' in content
    items = legend_items(drawing, scene.boxes.values(), refs=marks) if scene.boxes else []
    return finish(drawing, content, width, height, label=label, items=items)


def _frames(scene: Scene, clock: Clock) -> tuple[str, float, float]:
    """Each group in its frame, the frames packed."""
    blocks = scene.blocks(clock, [group.tables for group in scene.drawing.groups])
    heads = [_frame_title(each) for each in scene.drawing.groups]
    sizes = [
        (max(block.width, text_width(head, 12, bold=True)) + 2 * FRAME_PAD, block.height + FRAME_HEAD + 2 * FRAME_PAD)
        for block, head in zip(blocks, heads, strict=True)
    ]
    packing = pack(sizes, 18.0)
    drawn = []
    for each, head, block, size, (x, y) in zip(scene.drawing.groups, heads, blocks, sizes, packing.places, strict=True):
        inner = frame(head, *size) + moved(_block_svg(scene, block), FRAME_PAD, FRAME_HEAD + FRAME_PAD)
        drawn.append(moved(group(inner, class_="frame", data={"group": each.name}), x, y))
    return "\n".join(drawn), packing.width, packing.height


def _frame_title(each: TableGroup) -> str:
    return f"{one_line(each.name, 60)} ({counted(len(each.tables), 'table')})"


def frame(head: str, width: float, height: float) -> str:
    """A frame with its name at the upper left."""
    ground = rectangle(0, 0, round(width), round(height), fill=palette.CLUSTER, stroke=palette.CLUSTER_BORDER, radius=8)
    return ground + words(FRAME_PAD, 20, head, 12, fill=palette.MUTED, bold=True)


def _block_svg(scene: Scene, block: Block) -> str:
    """Lines under the boxes, marks between."""
    parts = []
    for placed, (x, y) in block.parts:
        drawn = [_schema_frames(placed), draw_lines(placed, scene.ink)]
        for name, corner in placed.corners.items():
            box, sides = scene.boxes[name], placed.piece.sides[name]
            drawn.append(draw_sides(box, sides, corner, scene.ink, placed.piece.ports))
            drawn.append(draw_box(box, scene.drawing.marks.name, *corner, hub=name in scene.hubs))
        parts.append(moved("\n".join(filter(None, drawn)), x, y))
    return "\n".join(parts)


def _schema_frames(placed: Placed) -> str:
    drawn = []
    for schema, (x, y, width, height) in placed.frames.items():
        ground = frame(one_line(schema, 60) or "(no schema)", width, height)
        drawn.append(moved(group(ground, class_="frame", data={"group": schema}), x, y))
    return "".join(drawn)


def finish(drawing: Drawing, content: str, width: float, height: float, *, label: str, items: Sequence[Item]) -> Sheet:
    """Title above, legend below, a margin around; from ten tables on never beyond two to one."""
    heading = one_line(drawing.title or "", 120)
    top = MARGIN + (26.0 if heading else 0.0)
    wide = max(width, text_width(heading, 15, bold=True), 220.0)
    written, high = draw_legend(items, wide)
    total = (wide + 2 * MARGIN, top + height + (14 + high if high else 0) + MARGIN)
    parts = [words(MARGIN, MARGIN + 13, heading, 15, bold=True)] if heading else []
    parts.append(moved(content, MARGIN, top))
    parts.append(moved(written, MARGIN, top + height + 14))
    full = _within(total, len(drawing.model.entities))
    svg = document("\n".join(parts), *full, label=label, kind=drawing.kind, theme=drawing.theme)
    return Sheet(svg, *full)


def _within(size: tuple[float, float], tables: int) -> tuple[float, float]:
    """The paper for a drawing; a little wider or higher where the drawing alone is not within two to one."""
    width, height = size
    if tables < FEW:
        return size
    return max(width, height / WIDEST * 1.001), max(height, width / WIDEST * 1.001)
