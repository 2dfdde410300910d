"""Own rows as a part of the Profile: the generator "own" gives row n of the file, and what refers to it gets its real keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.profile import ColumnProfile, Profile, TableProfile
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.own.check import Typed, checked
from dbarch_widgets.synth.own.read import OwnRows, read_own
from dbarch_widgets.synth.profile import default_profile, table_rows


def with_own_rows(schema: Schema, profile: Profile, files: Mapping[str, str | Path]) -> Profile:
    """The profile with a file's rows in the place of generated ones, for each table that is named.

    Columns that a file leaves out are generated. Children that are generated refer to the rows that are there; their profile is
    made anew where it is the default one.

    Args:
        schema: the schema of the profile.
        profile: rows and generators of the other tables.
        files: CSV or Parquet by table name.

    Raises:
        SourceError: a file cannot be read.
        InputError: rows do not fit the schema; each is told with its line.
        UnknownName: there is no such table or column.
    """
    inside = in_public(schema)
    own = [read_own(inside.table(name), path) for name, path in files.items()]
    if len({rows.table.qname for rows in own}) < len(own):
        raise InputError("two files are given for one table")
    values = checked(inside, own)
    counts = table_rows(profile) | {rows.table.qname: len(rows.rows) for rows in own}
    fresh = default_profile(inside, rows={f"{name.schema}.{name.name}": count for name, count in counts.items()})
    by_name = {rows.table.qname: rows for rows in own}
    tables = tuple(_table(table, fresh.table(table.table), by_name, values) for table in profile.tables)
    told = tuple(f"{rows.table.qname}: {len(rows.rows):,} own rows of {Path(rows.file).name}" for rows in own)
    return replace(profile, tables=tables, notes=(*profile.notes, *told))


def _table(
    table: TableProfile, fresh: TableProfile, own: Mapping[QName, OwnRows], values: Mapping[QName, Typed]
) -> TableProfile:
    rows = own.get(table.table)
    if rows is None:
        return table
    given = values[table.table]
    columns = tuple(
        ColumnProfile(column.column, "own", (("values", given[column.column]),), why="own rows")
        if column.column in given
        else column
        for column in fresh.columns
    )
    return replace(table, rows=len(rows.rows), columns=columns, notes=())
