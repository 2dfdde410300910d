"""A generator's Profile with what a live database says of itself: its proportions and its shares of nulls."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.model.profile import ColumnProfile, Profile, TableProfile
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.profile import default_profile

# Nobody wants a copy of production on a laptop: the largest table gets so many rows at scale 1.
MOST_ROWS = 1_000_000


def observed_profile(schema: Schema, observed: Profile, scale: float = 1.0) -> Profile:
    """The default profile of the schema, with the rows and null shares that were observed.

    Args:
        schema: what is to be filled.
        observed: the Profile of a live database.
        scale: multiplies the rows. At 1 the tables keep their proportions, and the largest has a million rows at most.
    """
    inside = in_public(schema)
    places = {old.qname: new.qname for old, new in zip(schema.tables, inside.tables, strict=True)}
    schema = inside
    seen = {places.get(table.table, table.table): table for table in observed.tables}
    largest = max((table.rows for table in observed.tables), default=0)
    factor = scale * min(1.0, MOST_ROWS / largest) if largest else scale
    rows = {
        f"{name.schema}.{name.name}": max(1, round(table.rows * factor))
        for name, table in seen.items()
        if schema.find(name) and table.rows > 0
    }
    made = default_profile(schema, rows=rows, scale=scale)
    tables = tuple(_observed(schema.find(table.table), table, seen.get(table.table)) for table in made.tables)
    note = f"rows in the proportions of the live database, {largest:,} rows of its largest table as {round(largest * factor):,}"
    return replace(made, tables=tables, notes=(*made.notes, note, *observed.notes))


def _observed(table: Table | None, made: TableProfile, seen: TableProfile | None) -> TableProfile:
    if table is None or seen is None:
        return made
    columns = {column.column: column for column in seen.columns}
    return replace(
        made,
        columns=tuple(_column(table, column, columns.get(column.column)) for column in made.columns),
        bytes=seen.bytes,
    )


def _column(table: Table, made: ColumnProfile, seen: ColumnProfile | None) -> ColumnProfile:
    if seen is None:
        return made
    nulls = seen.null_fraction if table.column(made.column).nullable else made.null_fraction
    return replace(made, null_fraction=nulls, distinct=seen.distinct, frequencies=seen.frequencies)
