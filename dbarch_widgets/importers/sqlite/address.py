"""Which SQLite file is meant, and how it is opened so that nothing is ever written beside it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote as percent
from urllib.parse import unquote as unpercent

from dbarch_widgets.errors import SourceError
from dbarch_widgets.importers.files import shown

MAGIC = b"SQLite format 3\x00"
# Where wrangler keeps the databases of D1, from the folder of the project down.
D1_FOLDERS = (".wrangler/state/v3/d1/miniflare-D1DatabaseObject", "v3/d1/miniflare-D1DatabaseObject", "")
_D1_OWN = "metadata.sqlite"
_WAL = 2
# A database whose log was left behind by a crash is read from a copy up to this size.
MOST_COPIED = 2 * 2**30


def database_file(address: str | Path) -> Path:
    """The file that is meant by `sqlite:///path`, a path, or a folder with D1's local database.

    Raises:
        SourceError: it is not there, is no SQLite database, or there are several.
    """
    path = _path(str(address))
    if path.is_dir():
        path = _of_d1(path)
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", where=shown(path)) from error
    if not head:
        raise SourceError("is an empty file", where=shown(path), to_do="give a database that holds tables")
    if head != MAGIC:
        raise SourceError(
            "is no SQLite database, or it is encrypted",
            where=shown(path),
            to_do="decrypt it, or give its schema as SQL",
        )
    return path


def _path(text: str) -> Path:
    scheme, separator, rest = text.partition("://")
    if not separator or scheme.lower().partition("+")[0] not in ("sqlite", "sqlite3", "d1"):
        return Path(text).expanduser()
    rest = rest.partition("?")[0]
    if rest.startswith("localhost/"):
        rest = rest.removeprefix("localhost")
    rest = rest.removeprefix("/")
    if not rest or rest == ":memory:":
        raise SourceError("names no file", where=text, to_do="sqlite:///folder/file.db")
    path = Path(rest)
    return path if path.exists() else Path(unpercent(rest))


def _of_d1(folder: Path) -> Path:
    for place in D1_FOLDERS:
        found = sorted(path for path in (folder / place).glob("*.sqlite") if path.name != _D1_OWN)
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(path.name for path in found[:5])
            raise SourceError(f"there are {len(found)} databases in it: {names}", where=shown(folder), to_do="name one")
    raise SourceError("there is no SQLite database in the folder", where=shown(folder))


@contextmanager
def opened(path: Path, seconds: float) -> Iterator[sqlite3.Connection]:
    """A connection that only reads.

    SQLite makes two files beside a database that was left in WAL mode, even for a reader. Without a log there is nothing
    in them to wait for, so such a file is read as immutable; one with a log but no index of it, from a copy.
    """
    log, index = path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")
    with path.open("rb") as file:
        in_wal_mode = file.read(20)[18:19] == bytes([_WAL])
    has_log = log.is_file() and log.stat().st_size > 0
    if not in_wal_mode or (has_log and index.is_file()):
        with _connected(path, "mode=ro", seconds) as connection:
            yield connection
    elif not has_log:
        with _connected(path, "mode=ro&immutable=1", seconds) as connection:
            yield connection
    else:
        if path.stat().st_size + log.stat().st_size > MOST_COPIED:
            raise SourceError("is too large to copy, and its log has no index", where=shown(path), to_do="open it once")
        with TemporaryDirectory(prefix="dbarch-") as folder:
            copy = Path(folder) / "copy.sqlite"
            shutil.copyfile(path, copy)
            shutil.copyfile(log, copy.with_name(copy.name + "-wal"))
            with _connected(copy, "mode=ro", seconds) as connection:
                yield connection


@contextmanager
def _connected(path: Path, options: str, seconds: float) -> Iterator[sqlite3.Connection]:
    address = f"file:{percent(str(path.resolve()))}?{options}"
    connection = sqlite3.connect(address, uri=True, timeout=min(5.0, seconds), isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()
