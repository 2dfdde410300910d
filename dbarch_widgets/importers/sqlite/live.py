"""Reads an SQLite file, or the file of a local D1, without changing it: schema, rows, sizes."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

from dbarch_widgets.errors import SourceError
from dbarch_widgets.importers.base import LiveDatabase
from dbarch_widgets.importers.files import shown
from dbarch_widgets.importers.sqlite.address import database_file, opened
from dbarch_widgets.importers.sqlite.catalog import Catalog, read_catalog
from dbarch_widgets.importers.sqlite.engine import needs_sqlite
from dbarch_widgets.importers.sqlite.profile import Clock, read_profile
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.report import ImportReport
from dbarch_widgets.model.schema import Schema, Table

# The tables that D1 keeps for itself. Those of its migrations (d1_migrations) are the user's.
_OF_D1 = "_cf_"


def read_sqlite_file(address: str | Path, *, seconds: float = 60.0) -> LiveDatabase:
    """The schema and profile of `sqlite:///path`, of a file, or of D1's local database below a project's folder.

    The file is opened for reading only and nothing is created beside it. `seconds` limit the whole reading: rows that
    are not counted by then are said to be unknown.

    Raises:
        SourceError: the file is not there, is no SQLite database, is locked, or is damaged beyond reading its catalog.
        EngineMissing: Python's SQLite is older than 3.37.
    """
    needs_sqlite()
    path = database_file(address)
    try:
        with opened(path, seconds) as connection:
            return _read(connection, seconds)
    except (sqlite3.Error, OSError) as error:
        raise _trouble(path, error) from error


def _read(connection: sqlite3.Connection, seconds: float) -> LiveDatabase:
    clock = Clock(connection, seconds)
    connection.execute("PRAGMA query_only=ON")
    connection.execute("PRAGMA trusted_schema=OFF")
    notes = [f"read from a database file, with SQLite {sqlite3.sqlite_version}"]
    connection.execute("BEGIN")  # one state of the file for all questions
    try:
        catalog = read_catalog(connection)
    except sqlite3.DatabaseError as error:
        if "malformed database schema" not in str(error):
            raise
        connection.execute("ROLLBACK")
        # SQLite then passes over what it cannot read; nothing can be written through this connection.
        connection.execute("PRAGMA writable_schema=ON")
        catalog = read_catalog(connection)
        notes.append(f"partly read: {error}")
    schema = _schema(catalog, notes)
    if not schema.tables and not schema.views:
        return LiveDatabase(schema)
    return LiveDatabase(schema, profile=_profile(connection, schema, clock))


def _profile(connection: sqlite3.Connection, schema: Schema, clock: Clock) -> Profile:
    readable = replace(schema, tables=tuple(table for table in schema.tables if table.columns))
    return read_profile(connection, readable, clock)


def _schema(catalog: Catalog, notes: list[str]) -> Schema:
    own = [table.name for table in catalog.tables if table.name.startswith(_OF_D1)]
    if own:
        notes.append(f"left out, as D1 keeps them for itself: {', '.join(own)}")
    for name, module in catalog.modules.items():
        notes.append(
            f"table {name} is virtual and its module {module or '?'} is not here: it is kept without columns, and "
            "tables in which it keeps its rows are shown as tables"
        )
    notes += [f"partly read: {item.kind} {item.name}: {item.reason}" for item in catalog.unclear]
    tables: list[Table] = [table for table in catalog.tables if table.name not in own]
    return Schema(
        dialect="sqlite",
        tables=tuple(tables),
        views=tuple(catalog.views),
        report=ImportReport(notes=tuple(notes)),
    )


def _trouble(path: Path, error: Exception) -> SourceError:
    """The error in words that say what to do."""
    said = str(error) or type(error).__name__
    if "locked" in said or "busy" in said:
        return SourceError("is locked by another program", where=shown(path), to_do="try again when it is done writing")
    if "not a database" in said or "file is encrypted" in said:
        return SourceError("is no SQLite database, or it is encrypted", where=shown(path), to_do="decrypt it first")
    if "malformed" in said or "disk I/O" in said:
        return SourceError(
            f"is damaged: {said}", where=shown(path), to_do="sqlite3 FILE .recover saves what can be saved"
        )
    if "interrupted" in said:
        return SourceError("its catalog was not read in time", where=shown(path), to_do="give more seconds")
    if isinstance(error, OSError):
        said = error.strerror or said
    return SourceError(f"cannot be read: {said}", where=shown(path))
