"""What repeats exactly, as cells of a table: rows, pages, bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dbarch_widgets.model.measurement import Costs
from dbarch_widgets.render.blocks import Grid, plain
from dbarch_widgets.render.words import number, size

NOTHING = "–"


@dataclass(frozen=True)
class CostColumn:
    """One quantity: its heading, its value, and how it is written."""

    heading: str
    value: Callable[[Costs], int | None]
    words: Callable[[int], str] = number


COLUMNS = (
    CostColumn("Rows scanned", lambda costs: costs.rows_scanned),
    CostColumn("Rows returned", lambda costs: costs.rows_returned),
    CostColumn("Rows written", lambda costs: costs.rows_written),
    CostColumn("Pages", lambda costs: costs.pages),
    CostColumn("WAL", lambda costs: costs.wal_bytes, size),
    CostColumn("Temporary", lambda costs: costs.temp_bytes, size),
    CostColumn("Steps", lambda costs: costs.steps),
)


def cell(column: CostColumn, costs: Costs) -> str:
    """The value in words, or a dash where the engine does not tell."""
    value = column.value(costs)
    return NOTHING if value is None else column.words(value)


def without_empty(grid: Grid, optional: Sequence[str]) -> Grid:
    """The grid without those of the optional columns that say nothing, or nought, in every row."""
    empty = {NOTHING, "0", "0 bytes", "", "none"}
    kept = [
        place
        for place, heading in enumerate(grid.headers)
        if heading not in optional or any(plain(row[place]) not in empty for row in grid.rows)
    ]
    if len(kept) == len(grid.headers) or not grid.rows:
        return grid
    return Grid(
        grid.caption,
        tuple(grid.headers[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in grid.rows),
        frozenset(new for new, place in enumerate(kept) if place in grid.numbers),
        grid.empty,
    )
