"""Reads a DuckDB file without changing it: schema, estimated rows, sizes in blocks."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote as unpercent

from dbarch_widgets.engines.deadline import Deadline
from dbarch_widgets.errors import SourceError
from dbarch_widgets.importers.base import LiveDatabase
from dbarch_widgets.importers.duckdb.catalog import Found, read_catalog
from dbarch_widgets.importers.duckdb.engine import load_duckdb
from dbarch_widgets.importers.files import shown
from dbarch_widgets.model.profile import Profile, TableProfile
from dbarch_widgets.model.report import ImportReport
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.load_order import load_order
from dbarch_widgets.sql.messages import first_line
from dbarch_widgets.sql.names import qualified, text_literal

MAGIC = b"DUCK"
_MAGIC_AT = 8
_LOCKED = re.compile(r"Could not set lock on file|being used by another process", re.IGNORECASE)
_VERSION = re.compile(r"version number|newer version|older version|storage version", re.IGNORECASE)
_SAME = re.compile(r"different configuration|already attached|already open", re.IGNORECASE)
_KEY = re.compile(r"encrypt", re.IGNORECASE)


def read_duckdb_file(address: str | Path, *, seconds: float = 60.0) -> LiveDatabase:
    """The schema and profile of `duckdb:///path` or of a file, opened for reading only.

    No statement takes longer than `seconds`.

    Raises:
        SourceError: the file is not there, is no DuckDB database, is locked, or is of another version.
        EngineMissing: DuckDB is not installed.
    """
    duckdb = load_duckdb()
    path = _checked(_path(str(address)))
    config = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "enable_external_access": "false",
        "temp_directory": "",
    }
    try:
        connection = duckdb.connect(str(path), read_only=True, config=config)
    except (duckdb.Error, RuntimeError) as error:
        raise _trouble(path, error) from error
    deadline = Deadline(seconds, connection.interrupt)
    try:
        with deadline.watch():
            catalog = str(connection.execute("SELECT current_database()").fetchone()[0])
            found = read_catalog(connection, catalog)
        notes: list[str] = []
        with deadline.watch():
            sizes = _sizes(connection, found, duckdb.Error, notes)
    except (duckdb.Error, RuntimeError) as error:
        raise _trouble(path, error) from error
    finally:
        deadline.close()
        connection.close()
    said = (f"read from a database file, with DuckDB {duckdb.__version__}", *found.unclear)
    schema = replace(found.schema, report=ImportReport(notes=said))
    return LiveDatabase(schema, profile=_profile(found, sizes, notes))


def _path(text: str) -> Path:
    scheme, separator, rest = text.partition("://")
    if not separator or scheme.lower().partition("+")[0] != "duckdb":
        return Path(text).expanduser()
    rest = rest.partition("?")[0].removeprefix("/")
    if not rest or rest == ":memory:":
        raise SourceError("names no file", where=text, to_do="duckdb:///folder/file.duckdb")
    path = Path(rest)
    return path if path.exists() else Path(unpercent(rest))


def _checked(path: Path) -> Path:
    try:
        with path.open("rb") as file:
            head = file.read(_MAGIC_AT + len(MAGIC))
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", where=shown(path)) from error
    if head[_MAGIC_AT:] != MAGIC:
        raise SourceError("is no DuckDB database", where=shown(path), to_do="give a file that DuckDB wrote")
    return path


def _sizes(connection: Any, found: Found, errors: type[Exception], notes: list[str]) -> dict[QName, int]:
    """Blocks that hold rows of each table; small tables share a block, which then counts for each of them."""
    sizes: dict[QName, int] = {}
    try:
        block = int(connection.execute("SELECT block_size FROM pragma_database_size() LIMIT 1").fetchone()[0])
        for table in found.schema.tables:
            called = f"pragma_storage_info({text_literal(qualified(table.qname))})"
            sql = f"SELECT count(DISTINCT block_id) FROM {called} WHERE block_id >= 0"
            sizes[table.qname] = block * int(connection.execute(sql).fetchone()[0])
    except errors as error:
        notes.append(f"sizes not known of {len(found.schema.tables) - len(sizes)} tables: {first_line(error)}")
    if sizes:
        notes.append(f"sizes are whole blocks of {block // 1024} KiB, without indexes; small tables share them")
    return sizes


def _profile(found: Found, sizes: dict[QName, int], notes: list[str]) -> Profile:
    tables = tuple(
        TableProfile(
            table.qname, found.rows[table.qname], bytes=sizes.get(table.qname), notes=("rows as DuckDB estimates them",)
        )
        for table in load_order(found.schema).tables
    )
    return Profile(tables, tuple(notes))


def _trouble(path: Path, error: Exception) -> SourceError:
    """The error in words that say what to do."""
    said, where = str(error), shown(path)
    if _LOCKED.search(said):
        return SourceError(
            "is open for writing in another program", where=where, to_do="close it there, or copy the file"
        )
    if _SAME.search(said):
        return SourceError("is already open in this program", where=where, to_do="close it there first")
    if _KEY.search(said):
        return SourceError("is encrypted", where=where, to_do="decrypt it, or give its schema as SQL")
    if _VERSION.search(said):
        import duckdb

        to_do = f"open it with the DuckDB that wrote it and EXPORT DATABASE; this is DuckDB {duckdb.__version__}"
        return SourceError("was written by another version of DuckDB", where=where, to_do=to_do)
    if "Interrupt" in said or "INTERRUPT" in said:
        return SourceError("its catalog was not read in time", where=where, to_do="give more seconds")
    words = first_line(error).replace(str(path.resolve()), where).replace(str(path), where)
    return SourceError(f"cannot be read: {words}", where=where)
