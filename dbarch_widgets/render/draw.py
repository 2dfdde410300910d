"""Drawing → Picture: tries a few arrangements, keeps the one with the better shape, and gives way step by step.

A step that takes too long gives way to a simpler one: names only, then a force-directed layout, then text. The picture
says in `notes` what it gave up.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dbarch_widgets.errors import EngineError
from dbarch_widgets.render.dot import Drawing, total_height, write_dot
from dbarch_widgets.render.layout import Layout, LayoutTimeout, Program, programs, why_text
from dbarch_widgets.render.svg_clean import clean_svg, size
from dbarch_widgets.render.table_rows import Detail
from dbarch_widgets.render.text_svg import text_svg

SCREEN = 1.3
GOOD = (0.95, 1.8)
_FEW = 5
_LARGE = 150
# Of the measured pictures boxes fill about a third of their columns' height; a column with its lines is so wide.
_FILL = 1.75
_COLUMN: dict[Detail, float] = {"names": 190.0, "keys": 280.0, "full": 300.0}


@dataclass(frozen=True)
class Picture:
    """A finished picture. `algorithm` is Graphviz's name of the layout, empty for text."""

    svg: str
    dot: str
    layout: Layout
    detail: Detail
    algorithm: str = ""
    notes: tuple[str, ...] = ()

    @property
    def aspect(self) -> float:
        """Width divided by height."""
        width, height = size(self.svg)
        return width / height if height else 1.0


def draw(drawing: Drawing, *, label: str, text: str, seconds: float = 20.0) -> Picture:
    """The picture. `label` names it for screen readers, `text` is drawn when nothing can lay it out.

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
    return Picture(text_svg(text, label), write_dot(drawing), "text", drawing.detail, notes=tuple(notes))


def _with_program(program: Program, drawing: Drawing, label: str, seconds: float, notes: list[str]) -> Picture:
    """The first step that finishes in time."""
    steps: list[tuple[Detail, str]] = [(drawing.detail, "dot"), ("names", "dot"), ("names", "sfdp")]
    for detail, algorithm in dict.fromkeys(steps):
        try:
            picture = _best(program, replace(drawing, detail=detail), algorithm, label, seconds)
        except LayoutTimeout:
            how = "with names only" if detail == "names" else f"with {detail} columns"
            notes.append(f"The {'force-directed ' if algorithm == 'sfdp' else ''}layout {how} took over {seconds:g} s.")
        else:
            return replace(picture, notes=tuple(notes))
    raise LayoutTimeout(f"no layout within {seconds:g} s", where=program.name)


def _best(program: Program, drawing: Drawing, algorithm: str, label: str, seconds: float) -> Picture:
    """The first arrangement if it has a good shape, else the cheapest that is found within the time."""
    end = time.monotonic() + seconds
    best: Picture | None = None
    lowest = math.inf
    for variant in _variants(drawing, algorithm):
        left = end - time.monotonic()
        if best and left < seconds / 2:
            break
        dot = write_dot(variant)
        try:
            drawn = program.draw(dot, algorithm=algorithm, seconds=left)
        except LayoutTimeout:
            if best is None:
                raise
            break
        picture = Picture(clean_svg(drawn, label=label), dot, program.name, variant.detail, algorithm)
        cost = _cost(picture) * (1.3 if drawing.framed and not variant.framed else 1.0)
        if best is None or cost < lowest:
            best, lowest = picture, cost
        if variant is drawing and GOOD[0] <= picture.aspect <= GOOD[1]:
            break
    assert best is not None, "there is at least one variant"
    return best


def _variants(drawing: Drawing, algorithm: str) -> Iterator[Drawing]:
    """Arrangements to try: first as the program likes it, then spread over more and more columns."""
    yield drawing
    tables = len(drawing.model.entities)
    if algorithm == "sfdp" or tables < _FEW:
        return
    columns = math.sqrt(_FILL * total_height(drawing) / _COLUMN[drawing.detail])
    parts = (0.4, 0.6, 0.8) if drawing.framed else (0.7, 1.0, 1.4)
    for part in parts if tables < _LARGE else parts[1:2]:
        yield replace(drawing, columns=max(1.0, part * columns))
    if drawing.framed:
        yield replace(drawing, clusters=False, columns=max(1.0, columns))


def _cost(picture: Picture) -> float:
    """What a reader pays: the area, more so the further the shape is from a screen's, dearly beyond two to one."""
    width, height = size(picture.svg)
    strain = abs(math.log(picture.aspect / SCREEN))
    outside = max(0.0, abs(math.log(picture.aspect)) - math.log(2))
    return width * height * (1 + strain + 10 * outside)
