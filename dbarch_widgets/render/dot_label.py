"""The box of one table as an HTML-like label of Graphviz. All text from outside is escaped here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from dbarch_widgets.model.schema import Column
from dbarch_widgets.render import palette
from dbarch_widgets.render.box_style import BLANK, NAME_LIMIT, NOTE_LIMIT, TYPE_LIMIT, BoxStyle
from dbarch_widgets.render.clean import clean, one_line
from dbarch_widgets.render.crowsfoot import Entity
from dbarch_widgets.render.font_widths import text_width
from dbarch_widgets.render.table_rows import Row, notes, rows, severity_counts, short_type

FONT_SIZE = 10
_SMALL = 8
_BADGE = 13
# Every cell ends in a run of the other size: Graphviz sets lines of one run and of several at different heights.
_GAP = '<FONT POINT-SIZE="8">  </FONT>'
_MARK_GAP = '<FONT POINT-SIZE="10"> </FONT>'
_HEAD_HEIGHT = 24.0  # with the gap to the next box
_ROW_HEIGHT = 16.0


@dataclass(frozen=True)
class Box:
    """A label, and the listed columns with their row numbers (the ports `l3` and `r3` are the ends of row 3).

    `height` is about how tall the box will be, in points. `tip` is said of the whole table.
    """

    label: str
    ports: Mapping[str, int] = field(default_factory=dict)
    height: float = 0.0
    tip: str = ""


def box(
    entity: Entity,
    style: BoxStyle,
    *,
    counts: Mapping[str, int] | None = None,
    columns: Mapping[str, str] | None = None,
    hidden: int = 0,
) -> Box:
    """The box of an entity. `counts` are its findings per severity, `columns` the worst severity of a column."""
    columns = columns or {}
    lines = [_head(entity, style, counts or {})]
    if said := notes(entity, hidden):
        lines.append(_wide(_font(one_line(" · ".join(said), NOTE_LIMIT), _SMALL, palette.MUTED)))
    listed, left_out = rows(entity.table, style.detail, frozenset(columns)) if entity.table else ((), 0)
    if listed or left_out:
        lines.append('<HR/><TR><TD COLSPAN="3" HEIGHT="3" CELLPADDING="0"></TD></TR>')
    lines += [_row(row, columns.get(row.column.name)) for row in listed]
    if left_out and style.detail != "names":
        lines.append(_wide(_font(f"… {left_out} more", _SMALL, palette.MUTED)))
    border, colour = (2, palette.FOCUS) if style.focused else (1, palette.BORDER)
    dashes = ' STYLE="DASHED"' if entity.table is None else ""
    label = (
        f'<TABLE BORDER="{border}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2" '
        f'COLOR="{colour}" BGCOLOR="{palette.TABLE}"{dashes}>{"".join(lines)}</TABLE>'
    )
    tip = f"{entity.name}: {entity.table.comment}" if entity.table and entity.table.comment else str(entity.name)
    ports = {row.column.name: row.number for row in listed}
    return Box(label, ports, _HEAD_HEIGHT + _ROW_HEIGHT * len(lines), tip)


def _head(entity: Entity, style: BoxStyle, counts: Mapping[str, int]) -> str:
    name = one_line(entity.name.name, NAME_LIMIT) or BLANK
    schema = ""
    if style.qualified and str(entity.name) != entity.name.name:
        schema = _font(one_line(entity.name.schema, NAME_LIMIT) + ".", FONT_SIZE, palette.MUTED)
    ink = palette.INK if entity.table else palette.MUTED
    cells = [f'<TD ALIGN="LEFT"{_room(name, bold=True)}>{schema}<B>{_font(name, FONT_SIZE + 1, ink)}</B></TD>']
    cells.append(_badges(counts))
    inner = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="2" CELLPADDING="0"><TR>{"".join(cells)}</TR></TABLE>'
    ground = style.tint if entity.table else palette.PAPER
    return f'<TR><TD COLSPAN="3" ALIGN="LEFT" BGCOLOR="{ground}">{inner}</TD></TR>'


def _badges(counts: Mapping[str, int]) -> str:
    """A small coloured box for each severity. Graphviz stretches a table that has no fixed size."""
    cells, width = "", 0
    for severity in severity_counts(counts):
        text = f"{palette.LETTER[severity]}{counts[severity]}"
        wide = round(text_width(text, _SMALL, bold=True)) + 8
        cells += (
            f'<TD BGCOLOR="{palette.SEVERITY[severity]}" FIXEDSIZE="TRUE" WIDTH="{wide}" HEIGHT="{_BADGE}">'
            f"<B>{_font(text, _SMALL, '#ffffff')}</B></TD>"
        )
        width += wide + 2
    if not cells:
        return ""
    size = f'FIXEDSIZE="TRUE" WIDTH="{width + 2}" HEIGHT="{_BADGE + 4}"'
    return (
        f'<TD ALIGN="RIGHT"><TABLE BORDER="0" CELLBORDER="0" CELLSPACING="2" CELLPADDING="0" {size}>'
        f"<TR>{cells}</TR></TABLE></TD>"
    )


def _wide(content: str) -> str:
    return f'<TR><TD COLSPAN="3" ALIGN="LEFT">{content}</TD></TR>'


def _row(row: Row, severity: str | None) -> str:
    column = row.column
    name = one_line(column.name, NAME_LIMIT) or BLANK
    written = _font(name, FONT_SIZE, palette.INK)
    tip = _tip(column)
    marks = _font(" ".join(row.marks) or " ", _SMALL, palette.INK)
    if severity in palette.LETTER:
        marks += f"<B>{_font(f' {palette.LETTER[severity]}', _SMALL, palette.SEVERITY[severity])}</B>"
    kind = _font(one_line(short_type(column.type), TYPE_LIMIT) or " ", FONT_SIZE, palette.MUTED)
    null = _font("  null ", _SMALL, palette.MUTED) if column.nullable and "PK" not in row.marks else _GAP
    return (
        f'<TR><TD PORT="l{row.number}" ALIGN="LEFT">{marks}{_MARK_GAP}</TD>'
        f'<TD ALIGN="LEFT"{tip}{_room(name)}>{f"<U>{written}</U>" if "PK" in row.marks else written}{_GAP}</TD>'
        f'<TD PORT="r{row.number}" ALIGN="LEFT">{kind}{null}</TD></TR>'
    )


def _font(text: str, size: int, colour: str) -> str:
    return f'<FONT POINT-SIZE="{size}" COLOR="{colour}">{markup(text) or " "}</FONT>'


def markup(text: str) -> str:
    """Text for an HTML-like label. A text that begins with `]` is a syntax error to Graphviz 2.43."""
    return escape(clean(text)).replace("]", "&#93;")


def _room(text: str, *, bold: bool = False) -> str:
    """A least width for a text outside ASCII, whose width the layout programs guess too small."""
    return "" if text.isascii() else f' WIDTH="{text_width(text, FONT_SIZE + 1, bold=bold):.0f}"'


def _tip(column: Column) -> str:
    words = f"{column.name}: {column.type}"
    if column.default is not None:
        words += f", default {column.default}"
    if column.comment:
        words += f". {column.comment}"
    # Older versions of Graphviz write a tooltip only where there is a link; the cleaned SVG keeps no link.
    return f' HREF="#" TOOLTIP="{escape_attribute(words)}"'


def escape_attribute(text: str, limit: int = 300) -> str:
    """Text for a tooltip, where Graphviz reads a backslash and a letter as something else."""
    return escape(one_line(text, limit)).replace("\\", "\\\\")
