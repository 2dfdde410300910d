"""A Diff in blocks: the changes as a table, and the diagram."""

from __future__ import annotations

from functools import cache

from dbarch_widgets.model.diff import Diff
from dbarch_widgets.render.blocks import Blocks, Code, Grid, Para, Picture, Strong, capped, code, slim
from dbarch_widgets.render.diff_diagram import diff_diagram
from dbarch_widgets.render.words import count

MOST = 500
SIGNS = {"added": "+", "removed": "−", "changed": "~", "renamed": "→"}


def diff_blocks(diff: Diff, *, picture: bool = True) -> Blocks:
    """How much changed, the picture, and every change on a line of its own."""
    counts = ", ".join(f"{number} {kind}" for kind, number in diff.counts().items() if number)
    if not diff.changes:
        return (Para("No difference."), *(Para(note) for note in diff.notes))
    words = (Strong(count(len(diff.changes), "change")), f": {counts}.")
    drawn: Blocks = (_picture(diff),) if picture else ()
    grid = changes_grid(diff)
    return (Para(words), *(Para(note) for note in diff.notes), *drawn, *capped(grid, MOST, "all are in `diff.changes`"))


def changes_grid(diff: Diff) -> Grid:
    """One row per change."""
    rows = tuple(
        (
            f"{SIGNS[change.kind]} {change.kind}",
            code(str(change.table) if change.table else None),
            change.object,
            Code(change.name),
            code(change.before),
            code(change.after),
            change.note,
        )
        for change in diff.changes
    )
    headers = ("Change", "Table", "Object", "Name", "Before", "After", "Note")
    return slim(Grid("Changes", headers, rows))


def _picture(diff: Diff) -> Picture:
    diagram = diff_diagram(diff)
    return Picture(cache(lambda: diagram.svg), diagram.alt, "Old and new schema on one diagram")
