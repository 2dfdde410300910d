"""Spark for analytic queries: tables of Parquet files, queried by a local Spark or a small cluster on this machine.

What a replay should know:

- There are no keys, no checks and no indexes; a query skips row groups of a file by minimum and maximum, and files by
  partition. `rows_scanned` are the rows that the scans of files handed on.
- Each query is planned and its code compiled anew, which costs a tenth of a second and more, whatever the data.
- The first engine of a process waits some seconds for the JVM; it stays until the process ends (`spark_running.stop()`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dbarch_widgets.engines import spark_running
from dbarch_widgets.engines.base import Abilities, Counters, Rows
from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.engines.shared import Closing
from dbarch_widgets.engines.spark_plan import plan_of
from dbarch_widgets.engines.spark_session import SparkSession
from dbarch_widgets.errors import EngineError, InputError
from dbarch_widgets.model.plan import Plan
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.load_order import load_order
from dbarch_widgets.sql.names import duckdb_name, qualified, quote, text_literal
from dbarch_widgets.sql.spark_words import SparkWords, spark_name, spark_type
from dbarch_widgets.sql.to_spark import to_spark

_NOT_MODELLED = (
    "Spark runs on this machine alone: no network between executors, no object store, little data for so large a machine.",
    "Planning and compiling a query anew each time is in its times.",
    "Spark keeps no keys, checks or indexes.",
)


class SparkEngine(Closing, SparkSession):
    """A database of its own in the Spark of this process.

    Args:
        master: "local[2]", or a cluster of two executors on this machine, "local-cluster[2,1,1024]".
        memory: of the JVM, as Spark writes it.
        timeout: seconds after which a statement is stopped; None lets it run.

    Raises:
        EngineMissing: pyspark or a Java for it is not installed.
        EngineError: it did not start, or it runs with another master for an engine that is still open.
    """

    name = "spark"
    dialect = "spark"
    abilities = Abilities(undo=False, sessions=True, writes=False, cancel=True, not_modelled=_NOT_MODELLED)

    def __init__(self, *, master: str = "local[2]", memory: str = "1g", timeout: float | None = None) -> None:
        running = spark_running.use(master, memory)
        self._words = SparkWords()
        self._tables: dict[QName, Table] = {}
        self._closed = False
        try:
            database = f"dbarch_{next(running.numbers)}"
            self._files = running.folder.path / f"{database}-loading"
            self._files.mkdir()
            self._stage = DuckDBEngine(folders=[self._files])
            running.session().sql(f"CREATE DATABASE `{database}`")
            super().__init__(running, database, timeout)
            self._loading = running.session()
        except BaseException:
            spark_running.release(running)
            raise

    @property
    def version(self) -> str:
        return self._running.version

    def session(self) -> SparkSession:
        """Another session with the same tables, for another thread."""
        return SparkSession(self._running, self._database, self._timeout)

    def create(self, schema: Schema, *, indexes: bool = True, constraints: bool = True) -> tuple[str, ...]:
        """Make the schema's tables and views; returns what has no counterpart in Spark: constraints and indexes."""
        self._words = SparkWords(schema)
        notes = [note for note in self._stage.create(schema, indexes=False, constraints=False) if "left out" in note]
        for table in load_order(schema).tables:
            kinds = self._stage.column_types(table.qname)
            if kinds:
                columns = ", ".join(f"{spark_name(name)} {spark_type(kind)}" for name, kind in kinds.items())
                self._sql(f"CREATE TABLE {self.table(table.qname)} ({columns}) USING PARQUET")
                self._tables[table.qname] = table
            notes += _without(table, indexes=indexes, constraints=constraints)
        return (*notes, *self._views(schema))

    def _views(self, schema: Schema) -> list[str]:
        notes = []
        for view in schema.views:
            try:
                name = self.table(QName(view.schema, view.name))
                self._sql(f"CREATE VIEW {name} AS {to_spark(view.sql, self._words)}")
            except (InputError, EngineError) as error:
                notes.append(f"view {QName(view.schema, view.name)}: left out: {error.what}")
        return notes

    def create_keys(self, schema: Schema) -> tuple[str, ...]:
        """Nothing is made: Spark has no constraints; one line for each table that has some."""
        return tuple(note for table in schema.base_tables for note in _without(table, indexes=False, constraints=True))

    def create_indexes(self, schema: Schema) -> tuple[str, ...]:
        """Nothing is made: Spark has no indexes; one line for each table that has some."""
        return tuple(note for table in schema.base_tables for note in _without(table, indexes=True, constraints=False))

    def restart_sequences(self, schema: Schema) -> None:
        """Nothing to do: Spark has no sequences."""

    def load(self, table: QName, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
        """Insert rows in bulk, returns their number; DuckDB brings them into the types of the columns.

        Raises:
            EngineError: a value does not fit its column; nothing of this call is kept.
        """
        staged = qualified(duckdb_name(table))
        file = self._files / "rows.parquet"
        try:
            total = self._stage.load(table, columns, rows)
            kinds = self._stage.column_types(table)
            picked = ", ".join(
                f"CAST({quote(name)} AS VARCHAR) AS {quote(name)}" if spark_type(kind) == "STRING" else quote(name)
                for name, kind in kinds.items()
            )
            self._stage.execute(f"COPY (SELECT {picked} FROM {staged}) TO {text_literal(str(file))} (FORMAT parquet)")
            self.load_parquet(table, file)
        finally:
            self._stage.execute(f"DELETE FROM {staged}")
            file.unlink(missing_ok=True)
        return total

    def load_parquet(self, table: QName, file: Path) -> None:
        """Append the rows of a Parquet file whose columns are the table's, in its order.

        Raises:
            EngineError: Spark refused them.
        """
        self._guarded(
            lambda: self._loading.read.parquet(str(file)).write.insertInto(
                f"{self._database}.{self._words.relation(table)}"
            )
        )

    def fill(self, sql: str) -> None:
        """Run one `INSERT INTO … SELECT` (generated rows): the door for code of this project, not for a workload's SQL.

        Raises:
            EngineError: Spark refused it.
        """
        self._sql(sql)

    def explain(self, sql: str, parameters: Mapping[str, object] | None = None, *, analyse: bool = True) -> Plan:
        """The physical plan; with `analyse` the query runs, and steps that count their rows tell them.

        Raises:
            EngineError: Spark refused it.
        """
        return self._explained(sql, parameters, analyse=analyse)[0]

    def _explained(self, sql: str, parameters: Mapping[str, object] | None, *, analyse: bool) -> tuple[Plan, Rows]:
        frame = self._frame(sql, parameters)
        answer = self._collected(frame) if analyse else Rows()
        root = self._guarded(lambda: plan_of(frame, analysed=analyse))
        if analyse and root.rows is None:  # a projection does not count
            root = replace(root, rows=len(answer.rows))
        return Plan("spark", self.version, root, analyse), answer

    def count(self, sql: str, parameters: Mapping[str, object] | None = None) -> Counters:
        """Rows returned and scanned of one execution.

        Raises:
            EngineError: Spark refused it.
        """
        plan, answer = self._explained(sql, parameters, analyse=True)
        return Counters(rows_returned=len(answer.rows), rows_scanned=plan.rows_scanned, rows_written=0)

    def analyse(self) -> None:
        """Gather the sizes of the tables, by which joins are chosen."""
        for name in self._tables:
            self._sql(f"ANALYZE TABLE {self.table(name)} COMPUTE STATISTICS NOSCAN")

    def translate(self, sql: str) -> str:
        """One PostgreSQL query with `:name` parameters as Spark's SQL with `$name`.

        Raises:
            InputError: it writes, or Spark has nothing like it.
        """
        return to_spark(sql, self._words)

    def table(self, name: QName) -> str:
        """Each engine has a database of its own, without schemas in it: `app.orders` is `app_orders`."""
        return spark_name(self._words.relation(name))

    def storage_bytes(self) -> int:
        """Bytes of the tables' files."""
        folder = self._running.warehouse / f"{self._database}.db"
        return sum(file.stat().st_size for file in folder.rglob("*.parquet"))

    def close(self) -> None:
        """Drop the engine's database; Spark stays for the next engine of this process."""
        if self._closed:
            return
        self._closed = True
        super().close()
        self._stage.close()
        try:
            self._sql(f"DROP DATABASE IF EXISTS `{self._database}` CASCADE")
        except EngineError:
            pass  # a lost JVM has taken it along
        finally:
            shutil.rmtree(self._files, ignore_errors=True)
            spark_running.release(self._running)


def _without(table: Table, *, indexes: bool, constraints: bool) -> list[str]:
    """What Spark does not keep of a table, in one line."""
    counted = {}
    if constraints:
        counted["primary key"] = 1 if table.primary_key else 0
        counted["unique constraint"] = len(table.unique)
        counted["check"] = len(table.checks)
        counted["foreign key"] = len(table.foreign_keys)
        counted["exclusion constraint"] = len(table.exclusions)
    if indexes:
        counted["index"] = len(table.indexes)
    words = [f"{count} {name}" for name, count in counted.items() if count]
    return [f"{table.qname}: left out, Spark has none: {', '.join(words)}"] if words else []
