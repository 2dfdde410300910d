"""A Classification in blocks: how many columns of each class, then every column with what it was known by."""

from __future__ import annotations

from dbarch_widgets.model.classification import MEANINGS, Classification, ColumnClass
from dbarch_widgets.render.blocks import Blocks, Bullets, Code, Fold, Grid, Para, Strong, Words, capped, slim
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.words import count

MOST = 300


def classification_blocks(thing: Classification) -> Blocks:
    """What kinds of data the schema holds and where."""
    number = count(len(thing.columns), "column")
    head = Para((Strong("Classification"), f": {number} of {count(len(thing.tables), 'table')} to take care of."))
    classes = Grid(
        "Classes",
        ("Class", "Columns", "Tables", "What it means"),
        tuple(
            (name, f"{len(columns):,}", f"{len({each.table for each in columns}):,}", MEANINGS[name])
            for name, columns in thing.by_class()
        ),
        frozenset({1, 2}),
        "No column shows a sign of data about persons, of money or of secrets.",
    )
    if not thing.columns:
        return (head, classes)
    grid = slim(
        Grid(
            "Columns",
            ("Column", "Class", "Category", "Sensitivity", "Confidence", "Values", "Why"),
            tuple(_row(each) for each in thing.columns),
            frozenset({3}),
        )
    )
    rows = Fold("Every column", capped(grid, MOST, "all are in `classification.columns`"))
    notes: Blocks = (Bullets(thing.notes),) if thing.notes else ()
    return (head, classes, rows, *notes)


def _row(each: ColumnClass) -> tuple[Words, ...]:
    name = Code(f"{each.table}.{each.column}")
    return (
        name,
        each.data_class,
        each.category,
        f"{each.sensitivity}",
        each.confidence,
        each.seen,
        one_line(each.why, 160),
    )
