"""A box as SVG."""

from __future__ import annotations

from dbarch_widgets.render import palette
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.drawing.badges import badges_width, draw_badges, draw_lock
from dbarch_widgets.render.drawing.boxes import (
    BADGES,
    FONT,
    HEAD,
    HEAD_FONT,
    NOTE,
    PAD,
    ROW,
    SIGN,
    SMALL,
    STATE_SIGN,
    STATE_SIGNS,
    Box,
    Line,
    has_lock,
    may_be_null,
)
from dbarch_widgets.render.drawing.svg_parts import box as rectangle
from dbarch_widgets.render.drawing.svg_parts import group, path, title, words
from dbarch_widgets.render.font_widths import text_width
from dbarch_widgets.render.ids import table_id

_RADIUS = 4.0
STATE_COLOUR = {"added": palette.ADDED, "removed": palette.REMOVED, "changed": palette.CHANGED}
STATE_GROUND = {
    "added": palette.ADDED_GROUND,
    "removed": palette.REMOVED_GROUND,
    "changed": palette.CHANGED_GROUND,
}


def draw_box(box: Box, overlay: str, x: float, y: float, *, hub: bool = False) -> str:
    """The table's group with its origin at the place."""
    entity, state = box.entity, box.mark.state
    parts = [title(tip(box)), *_ground(box), _head(box, overlay), *_notes(box, overlay)]
    if box.lines or box.more:
        parts.append(path(f"M0,{box.top:g}h{box.width:g}", stroke=palette.FAINT))
    parts += [_row(box, line) for line in box.lines]
    if box.more:
        at = box.top + ROW * (len(box.lines) + 0.5) + 6
        parts.append(words(PAD + box.marks_width, at, f"… {box.more:,} more", SMALL, fill=palette.MUTED))
    classes = ["node", state]
    classes += [
        word
        for word, holds in (
            ("junction", entity.junction),
            ("ghost", entity.table is None),
            ("hub", hub),
            ("focus", box.style.focused),
        )
        if holds
    ]
    return group(
        "".join(parts),
        id_=table_id(entity.name),
        class_=" ".join(filter(None, classes)),
        data={"name": str(entity.name)},
        extra=f' transform="translate({x:.5g} {y:.5g})"',
    )


def tip(box: Box) -> str:
    """What is said of the whole table: its name, its comment, its findings."""
    table = box.entity.table
    said = f"{box.entity.name}: {table.comment}" if table and table.comment else str(box.entity.name)
    if table and table.rls.enabled:
        force = ", also for the owner" if table.rls.forced else ""
        said += f". Row level security{force}, policies: {len(table.rls.policies)}"
    return said


def _ground(box: Box) -> list[str]:
    """The frame of the box, doubled where partitions or heirs are folded into it."""
    entity = box.entity
    state = box.mark.state
    colour, thick = (palette.FOCUS, 2.5) if box.style.focused else (STATE_COLOUR.get(state, palette.BORDER), 1.0)
    thick = 2.0 if state in STATE_COLOUR else thick
    parts = []
    if entity.partitions or entity.heirs:
        parts.append(
            rectangle(3.5, 3.5, box.width, box.height, fill=palette.TABLE, stroke=palette.BORDER, radius=_RADIUS)
        )
    dashed = entity.table is None or state == "removed"
    ground = {"fill": palette.TABLE, "stroke": colour, "radius": _RADIUS, "thick": thick, "dashed": dashed}
    return [*parts, rectangle(0, 0, box.width, box.height, **ground)]  # type: ignore[arg-type]


def _head(box: Box, overlay: str) -> str:
    entity, state = box.entity, box.mark.state
    ground = STATE_GROUND.get(state) or (box.style.tint if entity.table else palette.PAPER)
    ground = palette.CLUSTER if state == "unchanged" else ground
    inset = 1.25 if box.style.focused or state in STATE_COLOUR else 0.5
    inner, r = box.width - 2 * inset, _RADIUS - inset
    low = box.top - inset
    round_low = r if not (box.lines or box.more) else 0
    d = f"M{inset:g},{low - round_low + inset:g}V{r + inset:g}q0,{-r:g} {r:g},{-r:g}h{inner - 2 * r:g}q{r:g},0 {r:g},{r:g}"
    d += f"V{low - round_low + inset:g}"
    if round_low:
        d += f"q0,{r - inset:g} {-r:g},{r - inset:g}h{2 * r - inner:g}q{-r:g},0 {-r:g},{inset - r:g}"
    ink = palette.INK if entity.table else palette.GHOST
    ink = palette.MUTED if state == "unchanged" else ink
    parts = [f'<path d="{d}Z" fill="{ground}"/>']
    x = PAD
    if sign := STATE_SIGNS.get(state):
        parts.append(words(x - 2, 16, sign, HEAD_FONT + 2, fill=STATE_COLOUR[state], bold=True))
        x += STATE_SIGN
    if box.prefix:
        parts.append(words(x, 16, box.prefix, FONT, fill=palette.MUTED))
        x += text_width(box.prefix, FONT)
    struck = "line-through" if state == "removed" else None
    parts.append(words(x, 16, box.name, HEAD_FONT, fill=ink, bold=True, decoration=struck))
    x += text_width(box.name, HEAD_FONT, bold=True) + 5
    if has_lock(entity, box.mark) and entity.table:
        rls = entity.table.rls
        parts.append(draw_lock("open" if not rls.enabled else "lock" if rls.policies else "empty", x, HEAD / 2))
    if box.mark.head:
        parts.append(draw_badges(box.mark.head, box.width - 5 - badges_width(box.mark.head), HEAD / 2, overlay))
    return "".join(parts)


def _notes(box: Box, overlay: str) -> list[str]:
    parts = [
        words(PAD, HEAD + NOTE * (place + 0.5), note, SMALL, fill=palette.MUTED) for place, note in enumerate(box.notes)
    ]
    if box.mark.line:
        at = HEAD + NOTE * len(box.notes) + BADGES / 2 - 2
        parts.append(draw_badges(box.mark.line, PAD, at, overlay))
    return parts


def _row(box: Box, line: Line) -> str:
    column, mark = line.row.column, line.mark
    base = line.y + 3.5
    parts = [title(_column_tip(line))]
    if mark and mark.ground:
        parts.append(
            f'<rect x="1" y="{line.y - ROW / 2:g}" width="{box.width - 2:g}" height="{ROW:g}" fill="{mark.ground}"/>'
        )
    x = PAD
    if mark and mark.sign:
        parts.append(words(x, base, mark.sign, SMALL + 1, fill=mark.colour, bold=True))
        x += SIGN
    if line.marks:
        parts.append(words(x, base, line.marks, SMALL, room=box.marks_width - (x - PAD)))
    decoration = "line-through" if mark and mark.state == "removed" else "underline" if "PK" in line.row.marks else None
    left = PAD + box.marks_width
    parts.append(words(left, base, line.name, FONT, decoration=decoration, room=box.name_width + 8))
    left += box.name_width + 12
    if line.kind:
        room = 0.0 if may_be_null(line.row) else box.width - left
        parts.append(words(left, base, line.kind, FONT, fill=palette.MUTED, room=room))
    if may_be_null(line.row):
        parts.append(words(left + text_width(line.kind, FONT) + 5, base, "null", SMALL, fill=palette.MUTED))
    return group("".join(parts), class_="row", data={"column": column.name})


def _column_tip(line: Line) -> str:
    column = line.row.column
    said = f"{column.name}: {column.type}"
    if column.default is not None:
        said += f", default {column.default}"
    if column.generated is not None:
        said += f", generated as {column.generated}"
    if column.comment:
        said += f". {column.comment}"
    if line.mark and line.mark.title:
        said += f". {line.mark.title}"
    return one_line(said, 400)
