"""Drawing → Picture: tries a few arrangements, keeps the one with the better shape, and gives way step by step.

A step that takes too long gives way to a simpler one: names only, then a map by the force-directed layout, then text.
The picture says in `notes` what it gave up.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from dbarch_widgets.errors import EngineError
from dbarch_widgets.render.dot import Algorithm, Drawing, total_height, write_dot
from dbarch_widgets.render.layout import Layout, LayoutTimeout, Program, programs, why_text
from dbarch_widgets.render.svg_clean import clean_svg, size
from dbarch_widgets.render.table_rows import Detail
from dbarch_widgets.render.text_svg import text_svg

SCREEN = 1.3
GOOD = (0.95, 1.8)
FEW = 5
MANY = 150
TOO_MANY = 400
GROUP = 16
# Of the measured pictures boxes fill about a third of their columns' height; a column with its lines is so wide.
_FILL = 1.75
_COLUMN: dict[Detail, float] = {"names": 190.0, "keys": 280.0, "full": 300.0}


@dataclass(frozen=True)
class Picture:
    """A finished picture. `algorithm` is Graphviz's name of the layout, None for text."""

    svg: str
    dot: str
    layout: Layout
    detail: Detail
    algorithm: Algorithm | None = None
    notes: tuple[str, ...] = ()

    @property
    def aspect(self) -> float:
        """Width divided by height."""
        width, height = size(self.svg)
        return width / height if height else 1.0


def draw(drawing: Drawing, *, label: str, text: str, seconds: float = 30.0, tries: int = 6) -> Picture:
    """The picture. `label` names it for screen readers, `text` is drawn when nothing can lay it out.

    At most `tries` arrangements are compared, and each step gets `seconds`.

    Raises:
        InputError, EngineMissing: `DBARCH_LAYOUT` forces a layout that is none, or is not installed.
    """
    notes: list[str] = []
    for program in programs():
        try:
            return _with_program(_Tries(program, label, seconds, tries), drawing, notes)
        except LayoutTimeout:
            break
        except EngineError as error:
            notes.append(f"{program.name} failed: {error.what}")
    notes.append(why_text(tried=bool(notes)))
    return Picture(text_svg(text, label), write_dot(drawing), "text", drawing.detail, notes=tuple(notes))


@dataclass(frozen=True)
class _Tries:
    program: Program
    label: str
    seconds: float
    most: int


def _with_program(tries: _Tries, drawing: Drawing, notes: list[str]) -> Picture:
    """The first step that finishes in time."""
    names = replace(drawing, detail="names")
    a_map = replace(names, algorithm="sfdp")
    steps = [drawing, names, a_map] if drawing.detail != "names" else [names, a_map]
    if drawing.detail == "names" and len(drawing.model.entities) > TOO_MANY:
        steps = [a_map, names]
    for step in steps:
        try:
            return replace(_best(tries, step), notes=tuple(notes))
        except LayoutTimeout:
            what = "map" if step.algorithm == "sfdp" else "layout"
            how = "names only" if step.detail == "names" else f"{step.detail} columns"
            notes.append(f"The {what} with {how} took longer than {tries.seconds:g} s.")
    raise LayoutTimeout(f"no layout within {tries.seconds:g} s", where=tries.program.name)


def _best(tries: _Tries, drawing: Drawing) -> Picture:
    """The first arrangement if it has a good shape, else the cheapest that is found within the time."""
    end = time.monotonic() + tries.seconds
    best: Picture | None = None
    lowest = math.inf
    for variant in islice(_variants(drawing), tries.most):
        left = end - time.monotonic()
        if best and left < tries.seconds * 2 / 3:
            break
        dot = write_dot(variant)
        try:
            drawn = tries.program.draw(dot, seconds=left)
        except LayoutTimeout:
            if best is None:
                raise
            break
        svg = clean_svg(drawn, label=tries.label)
        picture = Picture(svg, dot, tries.program.name, variant.detail, variant.algorithm)
        # Frames help more than a smaller picture does.
        cost = _cost(picture) * (2 if drawing.framed and not variant.framed else 1)
        if best is None or cost < lowest:
            best, lowest = picture, cost
        if variant is drawing and GOOD[0] <= picture.aspect <= GOOD[1]:
            break
    assert best is not None, "there is at least one variant"
    return best


def _variants(drawing: Drawing) -> Iterator[Drawing]:
    """Arrangements to try: first as the program likes it, then spread over more and more columns, or as a map."""
    yield drawing
    tables = len(drawing.model.entities)
    if tables < FEW or drawing.algorithm == "sfdp":
        return
    if tables > MANY and drawing.detail == "names":
        yield replace(drawing, algorithm="sfdp")
        return
    columns = math.sqrt(_FILL * total_height(drawing) / _COLUMN[drawing.detail])
    grouped = replace(drawing, group=GROUP)
    for part in (0.4, 0.6, 0.8) if drawing.framed else (0.6, 0.8, 1.0):
        yield replace(grouped, columns=max(1.0, part * columns))
    yield replace(grouped if drawing.framed else drawing, clusters=False, columns=max(1.0, columns))


def _cost(picture: Picture) -> float:
    """What a reader pays: the area, more so the further the shape is from a screen's, dearly beyond two to one."""
    width, height = size(picture.svg)
    strain = abs(math.log(picture.aspect / SCREEN))
    outside = max(0.0, abs(math.log(picture.aspect)) - math.log(2))
    return width * height * (1 + strain + bool(outside) + 10 * outside)
