"""The box of a table: what stands where in it, in points from its upper left corner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dbarch_widgets.model.schema import QName
from dbarch_widgets.render.box_style import BLANK, NAME_LIMIT, NOTE_LIMIT, TYPE_LIMIT, BoxStyle
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.crowsfoot import Entity
from dbarch_widgets.render.drawing.badges import LOCKS, badges_width
from dbarch_widgets.render.drawing.marks import ColumnMark, TableMark
from dbarch_widgets.render.font_widths import text_width
from dbarch_widgets.render.table_rows import Row, notes, rows, short_type

FONT = 10.0
HEAD_FONT = 11.0
SMALL = 8.0
ROW = 16.0
HEAD = 24.0
NOTE = 13.0
BADGES = 17.0
PAD = 7.0
LOCK = 15.0
SIGN = 10.0
STATE_SIGN = 9.0
STATE_SIGNS = {"added": "+", "removed": "−", "changed": "~"}
_LEAST = 60.0


@dataclass(frozen=True)
class Line:
    """A listed column: the row, its texts as drawn, and the y of its middle."""

    row: Row
    name: str
    kind: str
    marks: str
    y: float
    mark: ColumnMark | None = None


@dataclass(frozen=True, eq=False)
class Box:
    """A box with its size. `ports` has the y of each listed column's middle; `middle` is that of the head."""

    entity: Entity
    style: BoxStyle
    mark: TableMark
    name: str
    prefix: str
    notes: tuple[str, ...]
    lines: tuple[Line, ...]
    more: int
    width: float
    height: float
    top: float
    marks_width: float
    name_width: float
    ports: Mapping[str, float] = field(default_factory=dict)

    @property
    def middle(self) -> float:
        return HEAD / 2

    def port(self, column: str | None) -> float:
        """Where a line of that column meets the box."""
        return self.ports.get(column, self.middle) if column is not None else self.middle


def box_of(
    entity: Entity,
    style: BoxStyle,
    mark: TableMark,
    columns: Mapping[str, ColumnMark],
    hidden: int = 0,
    said: tuple[str, ...] = (),
) -> Box:
    """The box of an entity. `hidden` relations are counted under its name, `said` are further words there."""
    name = one_line(entity.name.name, NAME_LIMIT) or BLANK
    prefix = _prefix(entity.name, style)
    words = (*notes(entity, hidden), *said)
    under = (one_line(" · ".join(words), NOTE_LIMIT),) if words else ()
    listed, more = rows(entity.table, style.detail, frozenset(columns)) if entity.table else ((), 0)
    more = 0 if style.detail == "names" else more
    top = HEAD + NOTE * len(under) + (BADGES if mark.line else 0)
    lines = tuple(_line(row, top + ROW * (place + 0.5) + 3, columns) for place, row in enumerate(listed))
    marks_width = max((text_width(line.marks, SMALL) for line in lines), default=0.0)
    marks_width += SIGN if any(line.mark and line.mark.sign for line in lines) else 0.0
    marks_width += 6 if marks_width else 0.0
    name_width = max((text_width(line.name, FONT) for line in lines), default=0.0)
    kind_width = max((_kind_width(line) for line in lines), default=0.0)
    head_width = text_width(prefix, FONT) + text_width(name, HEAD_FONT, bold=True) + _gap(badges_width(mark.head))
    head_width += LOCK if has_lock(entity, mark) else 0.0
    head_width += STATE_SIGN if mark.state in STATE_SIGNS else 0.0
    width = max(
        _LEAST,
        head_width + 2 * PAD,
        max((text_width(note, SMALL) for note in under), default=0.0) + 2 * PAD,
        badges_width(mark.line) + 2 * PAD,
        marks_width + name_width + 12 + kind_width + 2 * PAD if lines else 0.0,
    )
    height = top + ((len(lines) + bool(more)) * ROW + 6 if lines or more else 0)
    return Box(
        entity,
        style,
        mark,
        name,
        prefix,
        under,
        lines,
        more,
        width=float(round(width)),
        height=float(round(height)),
        top=top,
        marks_width=marks_width,
        name_width=name_width,
        ports={line.row.column.name: line.y for line in lines},
    )


def has_lock(entity: Entity, mark: TableMark) -> bool:
    """Whether the head shows a padlock: row level security is on, or has policies that wait for it."""
    if entity.table is None or any(badge.shape in LOCKS for badge in mark.line):
        return False
    return entity.table.rls.enabled or bool(entity.table.rls.policies)


def _prefix(name: QName, style: BoxStyle) -> str:
    if not style.qualified or str(name) == name.name:
        return ""
    return one_line(name.schema, NAME_LIMIT) + "."


def _line(row: Row, y: float, columns: Mapping[str, ColumnMark]) -> Line:
    column = row.column
    mark = columns.get(column.name)
    kind = one_line(short_type(column.type), TYPE_LIMIT)
    if mark and mark.was:
        kind = f"{one_line(short_type(mark.was), TYPE_LIMIT)} → {kind}"
    return Line(row, one_line(column.name, NAME_LIMIT) or BLANK, kind, " ".join(row.marks), y, mark)


def may_be_null(row: Row) -> bool:
    """Whether the box says of the column that it may be null."""
    return row.column.nullable and "PK" not in row.marks


def _kind_width(line: Line) -> float:
    return text_width(line.kind, FONT) + (text_width("  null", SMALL) if may_be_null(line.row) else 0.0)


def _gap(width: float) -> float:
    return width + 8 if width else 0.0
