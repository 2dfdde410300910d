"""SQLite: in the process, one file, its write-ahead log or its rollback journal.

What a replay should know:

- `steps` (of the virtual machine) and `pages` (looked up in the page cache) are the quantities that repeat exactly. SQLite
  as built for Python does not count the rows that an index search visits: D1, with the same SQL, does.
- One writer at a time; with the rollback journal a writer also waits for all readers. Others wait ten seconds for it.
- Constraints cannot be added to a table later, so `create(constraints=False)` makes them all and does not check foreign
  keys until `create_keys`.
- LIKE tells `a` from `A` here, as in PostgreSQL, which is not SQLite's own habit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from dbarch_widgets.engines.base import Abilities, Counters
from dbarch_widgets.engines.loading import bare
from dbarch_widgets.engines.scratch_folder import ScratchFolder
from dbarch_widgets.engines.shared import Closing, SQLiteIndexes
from dbarch_widgets.engines.sqlite_session import SQLiteSession, sqlite_module
from dbarch_widgets.engines.sqlite_values import stored_row
from dbarch_widgets.errors import EngineError, InputError
from dbarch_widgets.model.plan import Plan, PlanNode
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.names import quote, quoted_list
from dbarch_widgets.sql.sqlite_words import SQLiteWords
from dbarch_widgets.sql.to_sqlite import to_sqlite
from dbarch_widgets.sql.write import write_ddl

_NOT_MODELLED = (
    "SQLite runs in this process: no network, no server, and its file is in the page cache of this machine.",
    "SQLite has one writer at a time; what waits for it is in the times, what a slow disk adds to a commit is not.",
)


class SQLiteEngine(Closing, SQLiteIndexes, SQLiteSession):
    """A SQLite database in a file of its own.

    Args:
        path: a file to make or open; None makes one in a temporary folder that goes away with the engine.
        journal: "wal", the write-ahead log, or "delete", the rollback journal that SQLite has by default.
        timeout: seconds after which a statement is stopped; None lets it run.

    Raises:
        EngineMissing: `apsw` is not installed.
        InputError: there is no such journal.
        EngineError: the file cannot be opened.
    """

    name = "sqlite"
    dialect = "sqlite"
    abilities = Abilities(undo=True, sessions=True, writes=True, cancel=True, not_modelled=_NOT_MODELLED)

    def __init__(
        self,
        path: str | Path | None = None,
        *,
        journal: Literal["wal", "delete"] = "wal",
        timeout: float | None = None,
    ) -> None:
        if journal not in ("wal", "delete"):
            raise InputError(f"SQLite's journal is wal or delete here, not {journal!r}")
        sqlite_module()
        self._folder = ScratchFolder("dbarch-sqlite-") if path is None else None
        self.path = self._folder.path / "database.sqlite" if self._folder else Path(str(path))
        self._words = SQLiteWords()
        try:
            super().__init__(self.path, timeout)
            self.configure("journal_mode", journal)
        except BaseException:
            if self._folder:
                self._folder.close()
            raise

    @property
    def version(self) -> str:
        return str(self._apsw.sqlite_lib_version())

    def create(self, schema: Schema, *, indexes: bool = True, constraints: bool = True) -> tuple[str, ...]:
        """Make the schema's tables, indexes and views; returns what has no counterpart in SQLite.

        Without `constraints` foreign keys are not checked until `create_keys`; all else SQLite cannot add later.
        """
        self._words = SQLiteWords(schema)
        written = write_ddl(bare(schema, indexes=indexes), "sqlite")
        notes = [*map(str, written.no_counterpart), *self._apply(written.statements)]
        if not constraints:
            self.configure("foreign_keys", "OFF")
        return tuple(notes)

    def create_keys(self, schema: Schema) -> tuple[str, ...]:  # noqa: ARG002 - they are made
        """Check the foreign keys of all rows, and from now on.

        Raises:
            EngineError: rows violate them.
        """
        if broken := self._internal("PRAGMA foreign_key_check"):
            table, _, target, _ = broken[0]
            raise EngineError(
                f"{len(broken)} rows violate foreign keys, the first one of {table}, unique or missing in {target}",
                where="sqlite",
            )
        self.configure("foreign_keys", "ON")
        return ()

    def _apply(self, statements: Iterable[str]) -> tuple[str, ...]:
        notes = []
        for statement in statements:
            try:
                self._internal(statement)
            except EngineError as error:
                notes.append(f"{' '.join(statement.split())[:120]}: left out: {error.what}")
        self._checked.clear()
        return tuple(notes)

    def session(self) -> SQLiteSession:
        """Another connection to the same file, for another thread."""
        return SQLiteSession(self.path, self._timeout)

    def load(self, table: QName, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
        """Insert rows in bulk, returns their number; see `sqlite_values` for how values are stored.

        Raises:
            EngineError: SQLite refused them; nothing of this call is kept.
        """
        marks = ", ".join("?" * len(columns))
        sql = f"INSERT INTO {self.table(table)} ({quoted_list(columns)}) VALUES ({marks})"
        total = 0

        def counted() -> Iterable[tuple[object, ...]]:
            nonlocal total
            for row in rows:
                total += 1
                yield stored_row(row)

        self.begin()
        try:
            self._connection.executemany(sql, counted())
        except BaseException as error:
            self.rollback()
            if isinstance(error, self._apsw.Error):
                raise EngineError(self._told(error).what, where=f"sqlite, table {table}") from error
            raise
        self.commit()
        return total

    def explain(self, sql: str, parameters: Mapping[str, object] | None = None, *, analyse: bool = True) -> Plan:  # noqa: ARG002
        """SQLite's EXPLAIN QUERY PLAN. It counts no rows, so `analyse` changes nothing: see `count`.

        Raises:
            EngineError: SQLite refused the statement.
        """
        from dbarch_widgets.plans.sqlite import ROOT, plan_from_sqlite

        checked = self._check(sql)
        rows = self._run("EXPLAIN QUERY PLAN " + sql, checked, parameters).rows
        if not rows:  # INSERT … VALUES reads no table
            return Plan("sqlite", self.version, PlanNode(ROOT))
        return plan_from_sqlite(rows, version=self.version)

    def count(self, sql: str, parameters: Mapping[str, object] | None = None) -> Counters:
        """Rows, pages and steps of one execution, which is undone.

        Raises:
            EngineError: SQLite refused it.
        """
        if self._check(sql).reads:
            return self._counted(sql, parameters)
        self._plainly("SAVEPOINT dbarch_count")
        try:
            return self._counted(sql, parameters)
        finally:
            if self._connection.in_transaction:  # some errors end it
                self._plainly("ROLLBACK TO dbarch_count")
                self._plainly("RELEASE dbarch_count")

    def analyse(self) -> None:
        """Gather the planner's statistics."""
        self._internal("ANALYZE")

    def translate(self, sql: str) -> str:
        """One PostgreSQL statement with `:name` parameters as SQLite's SQL with `$name`.

        Raises:
            InputError: SQLite has nothing like it.
        """
        done = to_sqlite(sql, self._words)
        try:
            self._check(done)
        except EngineError as error:
            if any(words in error.what for words in ("no such function", "syntax error", "wrong number", "misuse")):
                raise InputError(f"SQLite has nothing like it: {error.what}") from error
        return done

    def table(self, name: QName) -> str:
        """SQLite has no schemas: `app.orders` is `app_orders`."""
        return quote(self._words.relation(name))

    def storage_bytes(self) -> int:
        """Bytes of the pages in use."""
        (pages,), (free,), (size,) = (
            self._internal(f"PRAGMA {name}")[0] for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    def close(self) -> None:
        """Close the database; its temporary folder is removed."""
        super().close()
        if self._folder:
            self._folder.close()
