"""DuckDB, the default engine: in the process, in memory or in a file.

What a replay should know:

- An UPDATE of a column that any index covers is a delete and an insert, and a foreign key forbids that delete: a row
  that others reference cannot be updated so, nor deleted in the transaction that deletes those others. Replay writes on
  tables made with `foreign_keys=False`.
- An index (ART) serves equality, IN and narrow ranges on its leading column; a scan uses it only when few rows match
  (`index_scan_max_count`, `index_scan_percentage`). Order, INCLUDE columns and operator classes mean nothing to it.
- A sequential scan skips row groups of 122,880 rows by minimum and maximum, so on small tables it always reads all.
- One writer at a time, and one statement at a time in a connection: another thread wants a `session()`; no row locks, no isolation level but snapshot, no page cache to warm.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path

from dbarch_widgets.engines.base import Abilities, Counters
from dbarch_widgets.engines.duckdb_session import DuckDBSession, picked
from dbarch_widgets.engines.shared import Closing
from dbarch_widgets.errors import EngineError, EngineMissing
from dbarch_widgets.model.plan import Plan
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.duckdb_ddl import Ddl, duckdb_index_ddl, duckdb_scripts
from dbarch_widgets.sql.duckdb_scratch import CATALOG, secure_settings
from dbarch_widgets.sql.duckdb_table import sequence_of
from dbarch_widgets.sql.messages import first_line
from dbarch_widgets.sql.names import duckdb_name, qualified, quote, quoted_list, text_literal
from dbarch_widgets.sql.transpile import to_duckdb

_CHUNK = 10_000
_NOT_MODELLED = (
    "DuckDB is no server: no network, no row locks, no waiting for other sessions, one writer at a time.",
    "DuckDB keeps columns, not rows: point lookups and small writes cost more than in a row store, scans far less.",
    "DuckDB's indexes serve only equality and narrow ranges on their leading column.",
)


class DuckDBEngine(Closing, DuckDBSession):
    """A DuckDB database with PostgreSQL's habits: UTC, `/` of integers is an integer, the `public` schema first.

    Args:
        path: a file to make or open; None keeps everything in memory.
        threads: how many threads a statement may use; None takes DuckDB's choice.
        timeout: seconds after which a statement is stopped; None lets it run.
        folders: folders in which SQL may read and write files (`COPY … TO`); there is no other way to the file system,
            to the network or to extensions.
        memory_limit: as DuckDB writes it, "2GB".

    Raises:
        EngineError: the file cannot be opened.
    """

    name = "duckdb"
    dialect = "duckdb"
    abilities = Abilities(undo=True, sessions=True, writes=True, cancel=True, not_modelled=_NOT_MODELLED)

    def __init__(
        self,
        path: str | Path | None = None,
        *,
        threads: int | None = None,
        timeout: float | None = None,
        folders: Sequence[str | Path] = (),
        memory_limit: str | None = None,
    ) -> None:
        try:
            import duckdb
        except ModuleNotFoundError as error:
            raise EngineMissing("DuckDB is not installed", to_do="pip install duckdb") from error
        self.path = Path(path) if path is not None else None
        # A COPY that is stopped while another thread writes for it never returns in DuckDB 2.0, so each thread writes for itself.
        super().__init__(duckdb.connect(":memory:", config={"async_threads": 0}), timeout)
        try:
            for setting in secure_settings(self.path, folders):
                self._connection.execute(setting)
        except duckdb.Error as error:
            self._connection.close()
            raise EngineError(first_line(error), where=str(self.path or "duckdb")) from error
        for name, value in (("threads", threads), ("memory_limit", memory_limit)):
            if value is not None:
                self.configure(name, value)
        self._remember_settings()

    @property
    def version(self) -> str:
        return str(self._duckdb.__version__)

    def session(self) -> DuckDBSession:
        """Another connection to the same database, for another thread."""
        return self.another()

    def configure(self, name: str, value: str | int | bool) -> None:
        """Change one of DuckDB's settings, such as `threads` or `preserve_insertion_order`.

        Raises:
            EngineError: DuckDB does not know the setting or refuses the value.
        """
        written = text_literal(value) if isinstance(value, str) else str(value).lower()
        self._run(f"SET {quote(name)} = {written}")
        self._remember_settings()

    def create(
        self, schema: Schema, *, indexes: bool = True, constraints: bool = True, foreign_keys: bool = True
    ) -> tuple[str, ...]:
        """Make the schema's tables, types, sequences and views; returns what has no counterpart in DuckDB.

        To load fast: `create(schema, indexes=False, constraints=False)`, load, `create_keys`, `create_indexes`,
        `restart_sequences`.
        """
        scripts = duckdb_scripts(schema, constraints=constraints, foreign_keys=foreign_keys)
        notes = self._apply(scripts.tables)
        return (*notes, *self._apply(scripts.indexes)) if indexes else notes

    def create_keys(self, schema: Schema) -> tuple[str, ...]:
        """Add primary keys and unique constraints to tables made without constraints, for use after loading.

        Raises:
            EngineError: the rows violate a key.
        """
        return self._apply(duckdb_scripts(schema, constraints=False).keys)

    def create_indexes(self, schema: Schema) -> tuple[str, ...]:
        """Make the secondary indexes, for use after loading; returns what has no counterpart."""
        return self._apply(duckdb_index_ddl(schema))

    def restart_sequences(self, schema: Schema) -> None:
        """Let every sequence go on after the largest value that its column holds, for use after loading.

        A sequence without counterpart is passed over: `create` has named it.
        """
        made = set(self._run("SELECT schema_name, sequence_name FROM duckdb_sequences()").rows)
        for table in schema.base_tables:
            for column in table.columns:
                sequence = sequence_of(table, column)
                if sequence is not None and tuple(duckdb_name(sequence)) in made:
                    name = qualified(duckdb_name(sequence))
                    largest = f"(SELECT max({quote(column.name)}) AS m FROM {qualified(duckdb_name(table.qname))})"
                    self._run(f"SELECT setval({text_literal(name)}, m) FROM {largest} WHERE m >= 1")

    def _apply(self, ddl: Ddl) -> tuple[str, ...]:
        with self._transaction():
            for statement in ddl.statements:
                self._run(statement)
        self._remember_settings()
        return ddl.no_counterpart

    def load(self, table: QName, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
        """Insert rows in bulk, returns their number; a dict is stored as JSON.

        Raises:
            EngineError: DuckDB refused them; nothing of this call is kept.
        """
        kinds = self.column_types(table)
        picked = [f"unnest(CAST($c{at} AS {kinds.get(name, 'VARCHAR')}[]))" for at, name in enumerate(columns)]
        into = f"{qualified(duckdb_name(table))} ({quoted_list(columns)})"
        sql = f"INSERT INTO {into} SELECT {', '.join(picked)}"
        iterator, total = iter(rows), 0
        with self._transaction():
            while chunk := list(islice(iterator, _CHUNK)):
                values = zip(*chunk, strict=True)
                self._run(sql, {f"c{at}": [_storable(each) for each in column] for at, column in enumerate(values)})
                total += len(chunk)
        return total

    def column_types(self, table: QName) -> dict[str, str]:
        """DuckDB's types of a table's columns.

        Raises:
            EngineError: there is no such table.
        """
        described = self._run(f"DESCRIBE {qualified(duckdb_name(table))}").rows
        return {str(row[0]): str(row[1]) for row in described}

    def explain(self, sql: str, parameters: Mapping[str, object] | None = None, *, analyse: bool = True) -> Plan:
        """The plan; with `analyse` the statement runs on one thread, so that its counts repeat, and is undone.

        Raises:
            InputError: it is not one statement that a workload may hold.
            EngineError: DuckDB refused it.
        """
        from dbarch_widgets.plans.duckdb import plan_from_duckdb

        _, names = self._statement(sql)
        given = picked(names, parameters)
        if not analyse:
            return plan_from_duckdb(self._explained("FORMAT json", sql, given), version=self.version)
        threads = self._run("SELECT current_setting('threads')").rows[0][0]
        self.configure("threads", 1)
        try:
            with self._transaction(keep=False):
                text = self._explained("ANALYZE, FORMAT json", sql, given)
        finally:
            self.configure("threads", int(threads))
        if json.loads(text).get("result") == "error":  # DuckDB 2.0 does not analyse INSERT … VALUES
            return self.explain(sql, parameters, analyse=False)
        return plan_from_duckdb(text, version=self.version)

    def _explained(self, options: str, sql: str, parameters: Mapping[str, object] | None) -> str:
        return str(self._run(f"EXPLAIN ({options}) {sql}", parameters).rows[0][1])

    def count(self, sql: str, parameters: Mapping[str, object] | None = None) -> Counters:
        """Rows returned, scanned and written, all undone; a write runs a second time for its scans.

        Raises:
            InputError: it is not one statement that a workload may hold.
            EngineError: DuckDB refused it.
        """
        statement, names = self._statement(sql)
        plan = self.explain(sql, parameters)
        if statement.type.name == "SELECT" and plan.analysed:
            return Counters(rows_returned=plan.root.rows, rows_scanned=plan.rows_scanned, rows_written=0)
        with self._transaction(keep=False):
            returned, written = self._counted(statement, picked(names, parameters))
        scanned = plan.rows_scanned if plan.analysed else 0  # INSERT … VALUES scans nothing
        return Counters(rows_returned=returned, rows_scanned=scanned, rows_written=written)

    def analyse(self) -> None:
        """Gather DuckDB's statistics on distinct values anew."""
        self._run("ANALYZE")

    def translate(self, sql: str) -> str:
        """One PostgreSQL statement as DuckDB's SQL; `:name` becomes `$name`.

        Raises:
            InputError: DuckDB has nothing like it.
        """
        return to_duckdb(sql)

    def table(self, name: QName) -> str:
        """`public` is DuckDB's `main`."""
        return qualified(duckdb_name(name))

    def storage_bytes(self) -> int:
        """Bytes that tables and indexes take: blocks in use of a file (256 KiB each), or of memory."""
        if self.path is None:
            tags = "('BASE_TABLE', 'IN_MEMORY_TABLE', 'ART_INDEX', 'HASH_TABLE')"
            used = self._run(f"SELECT sum(memory_usage_bytes) FROM duckdb_memory() WHERE tag IN {tags}").rows[0][0]
            return int(used or 0)
        self._run(f"CHECKPOINT {CATALOG}")
        sql = f"SELECT used_blocks * block_size FROM pragma_database_size() WHERE database_name = '{CATALOG}'"
        return int(self._run(sql).rows[0][0])


def _storable(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict) else value
