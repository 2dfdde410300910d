"""A throw-away DuckDB in memory for text of unknown origin: no file, no network, no extension, no endless statement."""

from __future__ import annotations

from typing import Any

from dbarch_widgets.engines.deadline import Deadline
from dbarch_widgets.errors import EngineMissing
from dbarch_widgets.sql.messages import first_line

# A schema of the same name as its catalog cannot be named in DuckDB, so the catalog has a name that no schema has.
CATALOG = "_dbarch"
SECONDS_PER_STATEMENT = 5.0
_SETTINGS = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET python_enable_replacements = false",
    "SET memory_limit = '1GB'",
    "SET threads = 1",
    "SET temp_directory = ''",
    "SET max_temp_directory_size = '0B'",
    f"ATTACH ':memory:' AS {CATALOG}",
    f"USE {CATALOG}",
    "DETACH memory",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


def load_duckdb() -> Any:
    """The module, imported on first use.

    Raises:
        EngineMissing: it is not installed.
    """
    try:
        import duckdb
    except ModuleNotFoundError as error:
        raise EngineMissing("DuckDB is not installed", to_do="pip install duckdb") from error
    return duckdb


class ThrowAway:
    """An empty database in memory that runs one statement at a time."""

    def __init__(self) -> None:
        self._duckdb = load_duckdb()
        self.connection: Any = self._duckdb.connect(":memory:")
        for setting in _SETTINGS:
            self.connection.execute(setting)
        self._deadline: Deadline | None = None

    def kind(self, sql: str) -> str:
        """What DuckDB takes the statement for (`CREATE`, `INSERT` …); "" where it cannot be parsed or is several."""
        if not _is_text(sql):
            return ""
        try:
            found = self.connection.extract_statements(sql)
        except (self._duckdb.Error, RuntimeError):
            return ""  # running it gives the reason
        return str(found[0].type.name) if len(found) == 1 else ""

    def run(self, sql: str) -> tuple[str | None, str]:
        """Run a statement: DuckDB's words in one line when it refuses, and all of them."""
        if not _is_text(sql):
            words = "it holds half of a character"
            return words, words
        if self._deadline is None:
            self._deadline = Deadline(SECONDS_PER_STATEMENT, self.connection.interrupt)
        try:
            with self._deadline.watch():
                self.connection.execute(sql)
        except self._duckdb.InterruptException:
            words = f"stopped after {SECONDS_PER_STATEMENT:g} s"
            return words, words
        except (self._duckdb.Error, RuntimeError) as error:
            return first_line(error), str(error)
        return None, ""

    def rest(self) -> None:
        """End the thread that watches the time, which keeps the database alive; the next statement starts another."""
        if self._deadline is not None:
            self._deadline.close()
            self._deadline = None


def _is_text(sql: str) -> bool:
    """Whether the text can be encoded: DuckDB's Python module takes no halves of surrogate pairs."""
    try:
        sql.encode()
    except UnicodeEncodeError:
        return False
    return True
