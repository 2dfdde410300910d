"""A scratch DuckDB in memory: a statement is written out only when it ran there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dbarch_widgets.sql.messages import first_line
from dbarch_widgets.sql.names import text_literal

# The catalog that holds our tables. A schema of the same name as a catalog cannot be named without it in DuckDB, so it
# has a name that no schema has, and not the file's.
CATALOG = "_dbarch"


def secure_settings(path: Path | None = None, folders: Sequence[str | Path] = ()) -> tuple[str, ...]:
    """Statements that give a fresh in-memory connection our catalog and PostgreSQL's habits, and shut the world out.

    The last one cannot be taken back while the database is open: files (but those in `folders`), network, extensions.
    """
    allowed = ", ".join(text_literal(str(Path(folder).resolve())) for folder in folders)
    return (
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        "SET enable_progress_bar = false",  # it writes to the terminal by itself; we tell of progress
        "SET python_enable_replacements = false",
        "SET TimeZone = 'UTC'",
        "SET integer_division = true",
        f"ATTACH {text_literal(str(path) if path else ':memory:')} AS {CATALOG}",
        f"USE {CATALOG}",
        "DETACH memory",
        f"SET allowed_directories = [{allowed}]",
        "SET enable_external_access = false",
    )


class Scratch:
    """Collects the statements that ran. Not for data: it holds empty tables."""

    def __init__(self) -> None:
        import duckdb

        self._error = duckdb.Error
        self._connection: Any = duckdb.connect(":memory:")
        for setting in secure_settings():
            self._connection.execute(setting)
        self.statements: list[str] = []

    def run(self, sql: str) -> str | None:
        """Run and keep the statement; on refusal keep nothing and return DuckDB's words in one line."""
        if refusal := self.refusal(sql):
            return refusal
        self.statements.append(sql)
        return None

    def refusal(self, sql: str) -> str | None:
        """Run the statement without keeping it; DuckDB's words when it refuses."""
        try:
            self._connection.execute(sql)
            if self._connection.description:
                self._connection.fetchall()
        except (self._error, RuntimeError, UnicodeError) as error:
            return first_line(error)
        return None

    def would_refuse(self, sql: str) -> str | None:
        """As `refusal`, and undo what it did."""
        self._connection.execute("BEGIN")
        try:
            return self.refusal(sql)
        finally:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()
