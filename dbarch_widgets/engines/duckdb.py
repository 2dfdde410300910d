"""DuckDB, the default engine: in the process, in memory or in a file.

What a replay should know:

- An UPDATE of a column that any index covers is a delete and an insert, and a foreign key forbids that delete: a row
  that others reference cannot be updated so, nor deleted in the transaction that deletes those others. Replay writes on
  tables made with `foreign_keys=False`.
- An index (ART) serves equality, IN and narrow ranges on its leading column; a scan uses it only when few rows match
  (`index_scan_max_count`, `index_scan_percentage`). Order, INCLUDE columns and operator classes mean nothing to it.
- A sequential scan skips row groups of 122,880 rows by minimum and maximum, so on small tables it always reads all.
- One writer at a time; no row locks, no isolation level but snapshot, no page cache to warm.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dbarch_widgets.engines.base import Rows
from dbarch_widgets.engines.deadline import Deadline
from dbarch_widgets.errors import EngineError, EngineMissing, InputError
from dbarch_widgets.model.plan import Plan
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.duckdb_ddl import Ddl, duckdb_index_ddl, duckdb_scripts
from dbarch_widgets.sql.duckdb_scratch import CATALOG, secure_settings
from dbarch_widgets.sql.duckdb_table import sequence_of
from dbarch_widgets.sql.messages import first_line
from dbarch_widgets.sql.names import duckdb_name, qualified, quote, quoted_list, text_literal

# What the SQL of a workload may be. SET, PRAGMA, ATTACH, LOAD … would change what the next measurement means.
_ALLOWED = frozenset(
    {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE_INTO", "CREATE", "DROP", "ALTER", "COPY", "EXPLAIN", "TRANSACTION"}
    | {"VACUUM", "ANALYZE", "CREATE_FUNC"}
)
_CHUNK = 10_000


class DuckDBEngine:
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
        self._duckdb = duckdb
        self.path = Path(path) if path is not None else None
        self._connection: Any = duckdb.connect(":memory:")
        self._deadline: Deadline | None = None
        self._checked: dict[str, tuple[Any, frozenset[str]]] = {}
        try:
            for setting in secure_settings(self.path, folders):
                self._connection.execute(setting)
        except duckdb.Error as error:
            self._connection.close()
            raise EngineError(first_line(error), where=str(self.path or "duckdb")) from error
        for name, value in (("threads", threads), ("memory_limit", memory_limit)):
            if value is not None:
                self.configure(name, value)
        if timeout:
            self._deadline = Deadline(timeout, self._connection.interrupt)

    @property
    def version(self) -> str:
        return str(self._duckdb.__version__)

    @property
    def connection(self) -> Any:
        """The `duckdb.DuckDBPyConnection`, for code of this project that needs more than `execute`."""
        return self._connection

    def configure(self, name: str, value: str | int | bool) -> None:
        """Change one of DuckDB's settings, such as `threads` or `preserve_insertion_order`.

        Raises:
            EngineError: DuckDB does not know the setting or refuses the value.
        """
        written = text_literal(value) if isinstance(value, str) else str(value).lower()
        self._run(f"SET {quote(name)} = {written}")

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
        return ddl.no_counterpart

    def execute(self, sql: str, parameters: Mapping[str, object] | None = None) -> Rows:
        """Run one statement with `$name` parameters; names that the statement does not use are ignored.

        Raises:
            InputError: it is not one statement, or one that a workload may not hold (SET, ATTACH, LOAD …).
            EngineError: DuckDB refused it, or it ran longer than the timeout; the message carries DuckDB's own words.
        """
        statement, names = self._statement(sql)
        return self._run(statement, _picked(names, parameters))

    def _statement(self, sql: str) -> tuple[Any, frozenset[str]]:
        if (known := self._checked.get(sql)) is not None:
            return known
        try:
            statements = self._connection.extract_statements(sql)
        except self._duckdb.Error as error:
            raise EngineError(first_line(error), where="duckdb") from error
        if len(statements) != 1:
            raise InputError(f"expected one SQL statement, found {len(statements)}")
        statement = statements[0]
        kind = statement.type.name
        if kind not in _ALLOWED and not sql.lstrip().lower().startswith("set variable "):
            raise InputError(f"a {kind} statement is not allowed here", to_do="use configure() for settings")
        if len(self._checked) > 10_000:
            self._checked.clear()
        self._checked[sql] = (statement, frozenset(statement.named_parameters))
        return self._checked[sql]

    def _run(self, statement: Any, parameters: Mapping[str, object] | None = None) -> Rows:
        try:
            if self._deadline is None:
                return self._fetch(statement, parameters)
            with self._deadline.watch():
                return self._fetch(statement, parameters)
        except self._duckdb.InterruptException as error:
            limit = f" after {self._deadline.seconds:g} s" if self._deadline else ""
            raise EngineError(f"stopped{limit}", where="duckdb") from error
        except (self._duckdb.Error, RuntimeError) as error:
            raise EngineError(first_line(error), where="duckdb") from error

    def _fetch(self, statement: Any, parameters: Mapping[str, object] | None) -> Rows:
        result = self._connection.execute(statement, parameters) if parameters else self._connection.execute(statement)
        described = result.description
        if not described or _only_counted(statement, described):
            return Rows()
        return Rows(tuple(column[0] for column in described), tuple(result.fetchall()))

    def load(self, table: QName, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
        """Insert rows in bulk, returns their number; a dict is stored as JSON.

        Raises:
            EngineError: DuckDB refused them; nothing of this call is kept.
        """
        kinds = self._column_types(table)
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

    def _column_types(self, table: QName) -> dict[str, str]:
        described = self._run(f"DESCRIBE {qualified(duckdb_name(table))}").rows
        return {str(row[0]): str(row[1]) for row in described}

    def _transaction(self, *, keep: bool = True) -> _Transaction:
        return _Transaction(self, keep=keep)

    def explain(self, sql: str, parameters: Mapping[str, object] | None = None, *, analyse: bool = True) -> Plan:
        """The plan; with `analyse` the statement runs on one thread, so that its counts repeat, and is undone.

        Raises:
            InputError: it is not one statement that a workload may hold.
            EngineError: DuckDB refused it.
        """
        from dbarch_widgets.plans.duckdb import plan_from_duckdb

        _, names = self._statement(sql)
        given = _picked(names, parameters)
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

    def storage_bytes(self) -> int:
        """Bytes that tables and indexes take: blocks in use of a file (256 KiB each), or of memory."""
        if self.path is None:
            tags = "('BASE_TABLE', 'IN_MEMORY_TABLE', 'ART_INDEX', 'HASH_TABLE')"
            used = self._run(f"SELECT sum(memory_usage_bytes) FROM duckdb_memory() WHERE tag IN {tags}").rows[0][0]
            return int(used or 0)
        self._run(f"CHECKPOINT {CATALOG}")
        sql = f"SELECT used_blocks * block_size FROM pragma_database_size() WHERE database_name = '{CATALOG}'"
        return int(self._run(sql).rows[0][0])

    def close(self) -> None:
        """Close the database; one in memory is gone."""
        if self._deadline:
            self._deadline.close()
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Transaction:
    """A transaction that is kept when all went well and `keep` is set, and undone otherwise."""

    def __init__(self, engine: DuckDBEngine, *, keep: bool) -> None:
        self._run, self._keep = engine._run, keep

    def __enter__(self) -> None:
        self._run("BEGIN")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run("COMMIT" if self._keep and kind is None else "ROLLBACK")


_WRITES = ("INSERT", "UPDATE", "DELETE", "MERGE_INTO", "COPY", "CREATE")


def _only_counted(statement: Any, described: Sequence[Any]) -> bool:
    """Whether the answer is the number of rows that a write changed, which other engines do not answer."""
    return (
        not isinstance(statement, str)
        and statement.type.name in _WRITES
        and len(described) == 1
        and described[0][0] == "Count"
    )


def _picked(names: frozenset[str], parameters: Mapping[str, object] | None) -> dict[str, object] | None:
    """The values of the parameters that a statement uses; None when it uses none."""
    if not names:
        return None
    given = parameters or {}
    if missing := sorted(name for name in names if name not in given):
        raise InputError(f"no value for the parameter {', '.join(missing)}")
    return {name: given[name] for name in names}


def _storable(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict) else value
