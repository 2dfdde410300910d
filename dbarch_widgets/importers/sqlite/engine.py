"""A throw-away SQLite in memory for text of unknown origin: no file, no network, no statement without an end."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable
from typing import Any

from dbarch_widgets.errors import EngineMissing

OLDEST = (3, 37)  # PRAGMA table_list
READ_PRAGMAS = frozenset(
    {"table_list", "table_xinfo", "table_info", "index_list", "index_xinfo", "index_info", "foreign_key_list"}
    | {"database_list", "module_list", "collation_list", "function_list", "compile_options"}
)
# Virtual tables ask these of their own database.
_ASKED_ONLY = frozenset({"page_size", "data_version"})
# Virtual tables that only keep their rows in ordinary tables of the same database.
MODULES = frozenset({"fts3", "fts4", "fts5", "fts5vocab", "fts4aux", "fts3tokenize", "rtree", "rtree_i32", "geopoly"})
FORBIDDEN_FUNCTIONS = frozenset({"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit", "fsdir"})

SECONDS_PER_STATEMENT = 5.0
SECONDS_IN_ALL = 60.0
MOST_MEMORY = 512 * 2**20
# No text, row or statement may be longer; instr() and its like take the square of it.
MOST_LENGTH = 2_000_000
_OPERATIONS_BETWEEN_LOOKS = 20_000


def needs_sqlite() -> None:
    """Raises EngineMissing when Python's SQLite is too old to tell what a table is made of."""
    if sqlite3.sqlite_version_info < OLDEST:
        raise EngineMissing(
            f"SQLite {'.'.join(map(str, OLDEST))} or newer is needed; this Python has {sqlite3.sqlite_version}",
            to_do="use a newer Python",
        )


class ThrowAway:
    """An empty database in memory that runs one statement at a time."""

    def __init__(self) -> None:
        needs_sqlite()
        self.connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._left = SECONDS_IN_ALL
        self._until = 0.0
        self._memory = 0
        self._stopped = ""
        self._ours = True
        for statement in ("PRAGMA temp_store=MEMORY", "PRAGMA max_page_count=65536", "PRAGMA cell_size_check=ON"):
            self.connection.execute(statement)
        for limit, value in (
            (sqlite3.SQLITE_LIMIT_LENGTH, MOST_LENGTH),
            (sqlite3.SQLITE_LIMIT_SQL_LENGTH, MOST_LENGTH),
            (sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0),
        ):
            self.connection.setlimit(limit, value)
        self.connection.set_authorizer(self._allowed)
        self.connection.set_progress_handler(self._look, _OPERATIONS_BETWEEN_LOOKS)
        self._ours = False

    def run(self, sql: str) -> str | None:
        """Run one statement of the text; SQLite's words when it refuses."""
        started = time.monotonic()
        self._until, self._memory = started + min(SECONDS_PER_STATEMENT, self._left), _memory()
        self._stopped = ""
        try:
            self.connection.execute(sql).fetchone()
        except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
            # ValueError: NUL characters and halves of characters, which SQLite is never shown.
            return self._stopped or str(error)
        finally:
            self._left -= time.monotonic() - started
            self._until = 0.0
        return None

    def ours(self, sql: str) -> None:
        """Run a statement that this project wrote, such as a setting or an ATTACH of an empty database."""
        self._ours = True
        try:
            self.connection.execute(sql)
        finally:
            self._ours = False

    def stand_in_function(self, name: str) -> None:
        """Let the function exist, with any number of arguments. It is never called: the tables have no rows."""
        self.connection.create_function(name, -1, _nothing, deterministic=True)

    def stand_in_collation(self, name: str) -> None:
        """Let the collation exist."""
        self.connection.create_collation(name, _compare)

    def close(self) -> None:
        self.connection.close()

    def _look(self) -> int:
        if not self._until:
            return 0
        if time.monotonic() > self._until:
            limit = SECONDS_PER_STATEMENT if self._left > SECONDS_PER_STATEMENT else SECONDS_IN_ALL
            self._stopped = f"stopped after {limit:g} s"
        elif _memory() > self._memory + MOST_MEMORY:
            self._stopped = f"stopped: it took more than {MOST_MEMORY // 2**20} MiB of memory"
        return 1 if self._stopped else 0

    def _allowed(self, action: int, first: str | None, second: str | None, *_: str | None) -> int:
        if self._ours:
            return sqlite3.SQLITE_OK
        refused = (
            action in (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH)
            or (action == sqlite3.SQLITE_PRAGMA and not _only_reads((first or "").lower(), second))
            or (action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in FORBIDDEN_FUNCTIONS)
            or (action == sqlite3.SQLITE_CREATE_VTABLE and (second or "").lower() not in MODULES)
        )
        return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK


def _only_reads(pragma: str, value: str | None) -> bool:
    return pragma in READ_PRAGMAS or (pragma in _ASKED_ONLY and value is None)


def _nothing(*_: Any) -> None:
    return None


def _compare(first: str, second: str) -> int:
    return (first > second) - (first < second)


def _peak() -> Callable[[], int]:
    try:
        import resource
    except ImportError:  # Windows has no such count; the limit on time holds there
        return lambda: 0
    unit = 1 if sys.platform == "darwin" else 1024
    return lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


_memory = _peak()
