"""A generator's Profile with what a live database says of itself: its proportions and its shares of nulls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.synth.completed import completed

# Nobody wants a copy of production on a laptop: the largest table gets so many rows at scale 1.
MOST_ROWS = 1_000_000


def observed_profile(
    schema: Schema, observed: Profile, scale: float = 1.0, rows: Mapping[str, int] | None = None
) -> Profile:
    """The default profile of the schema, with the rows and null shares that were observed.

    Args:
        schema: what is to be filled.
        observed: the Profile of a live database.
        scale: multiplies the rows. At 1 the tables keep their proportions, and the largest has a million rows at most.
        rows: rows per table; they win over what was observed.
    """
    largest = max((table.rows for table in observed.tables), default=0)
    factor = scale * min(1.0, MOST_ROWS / largest) if largest else scale
    tables = tuple(
        replace(table, rows=max(1, round(table.rows * factor)))
        for table in observed.tables
        if table.rows > 0 and schema.find(table.table)
    )
    note = f"rows in the proportions of the live database, {largest:,} rows of its largest table as {round(largest * factor):,}"
    return completed(schema, Profile(tables, (note, *observed.notes)), rows)
