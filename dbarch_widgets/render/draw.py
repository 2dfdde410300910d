"""Drawing → Picture, giving way step by step.

A step that takes too long gives way to a simpler one: the tables in groups that are laid out one by one, names only, a
map by the force-directed layout, then text. The picture says in `notes` what it gave up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from dbarch_widgets.errors import EngineError
from dbarch_widgets.render.drawing.arranging import Clock
from dbarch_widgets.render.drawing.overview import draw_overview
from dbarch_widgets.render.drawing.scene import Drawing
from dbarch_widgets.render.drawing.sheet import Sheet, draw_sheet
from dbarch_widgets.render.layout import Layout, LayoutTimeout, Program, programs, why_text
from dbarch_widgets.render.table_groups import table_groups
from dbarch_widgets.render.table_rows import Detail
from dbarch_widgets.render.text_svg import text_svg

Algorithm = Literal["dot", "sfdp"]
SECONDS = 12.0
TOO_MANY = 400
_WORTH_GROUPING = 24


@dataclass(frozen=True)
class Picture:
    """A finished picture, its size in points. `algorithm` is Graphviz's name of the layout, None for text."""

    svg: str
    layout: Layout
    detail: Detail
    width: float = 0.0
    height: float = 0.0
    algorithm: Algorithm | None = None
    notes: tuple[str, ...] = ()

    @property
    def aspect(self) -> float:
        """Width divided by height."""
        return self.width / self.height if self.height else 1.0


def draw(drawing: Drawing, *, label: str, text: str, seconds: float = SECONDS) -> Picture:
    """The picture. `label` names it for screen readers, `text` is drawn when nothing can lay it out.

    Each step gets `seconds`.

    Raises:
        InputError, EngineMissing: `DBARCH_LAYOUT` forces a layout that is none, or is not installed.
    """
    notes: list[str] = []
    for program in programs():
        try:
            return _with_program(program, drawing, label, seconds, notes)
        except LayoutTimeout:
            break
        except EngineError as error:
            notes.append(f"{program.name} failed: {error.what}")
    notes.append(why_text(tried=bool(notes)))
    svg, width, height = text_svg(text, label, drawing.theme)
    return Picture(svg, "text", drawing.detail, width, height, notes=tuple(notes))


def _with_program(program: Program, drawing: Drawing, label: str, seconds: float, notes: list[str]) -> Picture:
    """The first step that finishes in time."""
    for step, what in _steps(drawing):
        try:
            sheet = _sheet(step, Clock.start(program, seconds), label)
        except LayoutTimeout:
            notes.append(f"The {what} took longer than {seconds:g} s.")
        else:
            algorithm: Algorithm = "sfdp" if step.as_map else "dot"
            return Picture(sheet.svg, program.name, step.detail, sheet.width, sheet.height, algorithm, tuple(notes))
    raise LayoutTimeout(f"no layout within {seconds:g} s", where=program.name)


def _sheet(step: Drawing, clock: Clock, label: str) -> Sheet:
    if step.kind == "overview":
        return draw_overview(step, clock, label)
    sheet = draw_sheet(step, clock, label)
    if not step.framed or 0.5 <= sheet.aspect <= 2 or len(step.model.entities) < 2:
        return sheet
    # Frames of database schemas help, but not a picture that does not fit a screen.
    try:
        plain = draw_sheet(replace(step, schema_frames=False), clock, label)
    except LayoutTimeout:
        return sheet
    return plain if sheet.cost > plain.cost else sheet


def _steps(drawing: Drawing) -> Iterator[tuple[Drawing, str]]:
    """What to try, with words for it."""
    names = replace(drawing, detail="names", groups=())
    a_map = replace(names, as_map=True, cuts=())
    how = "names only" if drawing.detail == "names" else f"{drawing.detail} columns"
    if drawing.kind == "overview":
        yield drawing, "overview"
        return
    whole = (drawing, f"layout with {how}")
    if drawing.detail == "names" and not drawing.groups and len(drawing.model.entities) > TOO_MANY:
        yield a_map, "map with names only"
        yield whole
        return
    yield whole
    if not drawing.groups and len(drawing.model.entities) > _WORTH_GROUPING:
        yield replace(drawing, groups=table_groups(drawing.model, "community")), f"layout in groups with {how}"
    if drawing.detail != "names":
        yield names, "layout with names only"
    yield a_map, "map with names only"
