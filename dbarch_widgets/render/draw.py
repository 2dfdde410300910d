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
from dbarch_widgets.render.dot import Drawing, write_dot
from dbarch_widgets.render.layout import ADVICE, Layout, LayoutTimeout, Program, programs
from dbarch_widgets.render.svg_clean import clean_svg, size
from dbarch_widgets.render.table_rows import Detail
from dbarch_widgets.render.text_svg import text_svg

WIDEST = 2.0
_SMALL = 10
_LARGE = 150


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
        except LayoutTimeout as error:
            notes.append(f"{error.where}: {error.what}")
            break
        except EngineError as error:
            notes.append(f"{error.where} failed: {error.what}")
    else:
        notes.append(f"Drawn as text, because no layout program was found. {ADVICE}")
    return Picture(text_svg(text, label), write_dot(drawing), "text", drawing.detail, notes=tuple(notes))


def _with_program(program: Program, drawing: Drawing, label: str, seconds: float, notes: list[str]) -> Picture:
    """The first step that finishes in time."""
    steps: list[tuple[Detail, str]] = [(drawing.detail, "dot"), ("names", "dot"), ("names", "sfdp")]
    for number, (detail, algorithm) in enumerate(dict.fromkeys(steps)):
        if number:
            notes.append(_given_up(detail, algorithm, seconds))
        try:
            return _best(program, replace(drawing, detail=detail), algorithm, label, seconds, notes)
        except LayoutTimeout:
            if algorithm == "sfdp":
                raise
    raise AssertionError("the last step returns or raises")


def _given_up(detail: Detail, algorithm: str, seconds: float) -> str:
    how = "by a force-directed layout" if algorithm == "sfdp" else f"with {detail} only"
    return f"The layout took longer than {seconds:g} s, so it is drawn {how}."


def _best(
    program: Program, drawing: Drawing, algorithm: str, label: str, seconds: float, notes: list[str]
) -> Picture:
    """The first arrangement of a good shape, else the one nearest to it within the time."""
    end = time.monotonic() + seconds
    best: Picture | None = None
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
        svg = clean_svg(drawn, label=label)
        picture = Picture(svg, dot, program.name, variant.detail, algorithm, tuple(notes))
        if best is None or _strain(picture) < _strain(best):
            best = picture
        if _strain(best) <= math.log(WIDEST):
            break
    if best is None:
        raise LayoutTimeout(f"{algorithm} took longer than {seconds:g} s", where=program.name)
    return best


def _variants(drawing: Drawing, algorithm: str) -> Iterator[Drawing]:
    """Arrangements to try, the preferred one first."""
    yield drawing
    if algorithm == "sfdp" or len(drawing.model.entities) < _SMALL:
        return
    for clusters in (True, False) if drawing.framed else (drawing.clusters,):
        for columns in (2.0, 3.0, 4.0, 6.0):
            yield replace(drawing, clusters=clusters, columns=columns)


def _strain(picture: Picture) -> float:
    """How far the shape is from a square: 0 for a square, log 2 for two to one."""
    return abs(math.log(max(picture.aspect, 1e-6)))
