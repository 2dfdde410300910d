"""Cloudflare D1 by miniflare: its SQL, its limits, and the rows read and written that it bills.

What a replay should know:

- `rows_scanned` and `rows_written` are D1's own `rows_read` and `rows_written`: an index's entries count as rows.
- There are no transactions, so a write that is counted or explained is not undone.
- Which limits the local D1 keeps and which are kept here stands in `limits.LIMITS`.
- Numbers are JavaScript's: an integer beyond 2⁵³ comes back rounded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from dbarch_widgets.engines.base import Abilities, Counters
from dbarch_widgets.engines.d1.install import modules
from dbarch_widgets.engines.d1.limits import LIMITS, check_statement, row_bytes
from dbarch_widgets.engines.d1.process import D1Process
from dbarch_widgets.engines.d1.session import _LIKE, D1Session
from dbarch_widgets.engines.loading import bare
from dbarch_widgets.engines.scratch_folder import ScratchFolder
from dbarch_widgets.engines.shared import Closing, SQLiteIndexes
from dbarch_widgets.engines.sqlite_values import stored_row
from dbarch_widgets.errors import EngineError, InputError
from dbarch_widgets.model.plan import Plan, PlanNode
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.names import quote, quoted_list
from dbarch_widgets.sql.placeholders import parameters
from dbarch_widgets.sql.sqlite_words import SQLiteWords
from dbarch_widgets.sql.to_sqlite import to_sqlite
from dbarch_widgets.sql.write import write_ddl

_NOT_MODELLED = (
    "The local D1 is on this machine: no network to Cloudflare, no replicas, no regions, no queue of other clients.",
    "A call from here passes HTTP and a Worker, which is most of its time; D1's own price is rows read and written.",
    "A write that is counted is not undone: D1 has no transactions but a batch.",
)
_CHUNK_BYTES = 500_000  # of JSON in one parameter; D1 takes 2,000,000


class D1Engine(Closing, SQLiteIndexes, D1Session):
    """A D1 database of its own.

    Args:
        plan: "paid" or "free": the size of a database and the queries of one invocation differ.
        timeout: seconds after which a statement is stopped; D1 itself stops after 30.

    Raises:
        EngineMissing: node or miniflare is not installed.
        EngineError: it did not start.
    """

    name = "d1"
    dialect = "sqlite"
    abilities = Abilities(undo=False, sessions=True, writes=True, cancel=True, not_modelled=_NOT_MODELLED)
    limits = LIMITS

    def __init__(self, *, plan: str = "paid", timeout: float | None = 30.0) -> None:
        if plan not in ("paid", "free"):
            raise InputError(f"D1's plan is paid or free, not {plan!r}")
        modules()
        self._words = SQLiteWords()
        self._folder = ScratchFolder("dbarch-d1-")
        try:
            data = self._folder.path / "data"
            data.mkdir()
            super().__init__(D1Process(data), timeout, free=plan == "free")
            self._asked({"sql": _LIKE, "values": []})
        except BaseException:
            self._folder.close()
            raise

    @property
    def version(self) -> str:
        """Of workerd, whose SQLite it is."""
        package = modules() / "node_modules" / "workerd" / "package.json"
        return str(json.loads(package.read_text())["version"])

    def session(self) -> D1Session:
        """Another connection to the same database, for another thread; D1 runs one statement at a time."""
        return D1Session(self._process, self._timeout, free=self._free)

    def create(self, schema: Schema, *, indexes: bool = True, constraints: bool = True) -> tuple[str, ...]:  # noqa: ARG002
        """Make the schema's tables, indexes and views; returns what has no counterpart in D1.

        All constraints are made, `constraints` or not, as SQLite cannot add them later and D1 always checks them.
        """
        self._words = SQLiteWords(schema)
        written = write_ddl(bare(schema, indexes=indexes), "sqlite")
        return (*map(str, written.no_counterpart), *self._apply(written.statements))

    def create_keys(self, schema: Schema) -> tuple[str, ...]:  # noqa: ARG002 - they are made
        """Nothing to do: `create` makes them all."""
        return ()

    def _apply(self, statements: Iterable[str]) -> tuple[str, ...]:
        notes = []
        for statement in statements:
            try:
                self.execute(statement)
            except EngineError as error:
                notes.append(f"{' '.join(statement.split())[:120]}: left out: {error.what}")
        return tuple(notes)

    def load(self, table: QName, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
        """Insert rows in bulk, returns their number. They go as JSON in one parameter each, some thousand at a time.

        Raises:
            EngineError: D1 refused them or they break a limit; nothing of this call is kept.
        """
        name = self.table(table)
        picked = ", ".join(_item(at) for at in range(len(columns)))
        sql = f"INSERT INTO {name} ({quoted_list(columns)}) SELECT {picked} FROM json_each($rows)"
        last = self.execute(f"SELECT max(rowid) FROM {name}").rows[0][0]
        total = 0
        try:
            for text, count in _chunks(rows):
                # Rows of a table may point at rows that come later in the same call.
                self.batch([("PRAGMA defer_foreign_keys = ON", None), (sql, {"rows": text})])
                total += count
            self._check_size()
        except BaseException:
            if total:
                self.execute(f"DELETE FROM {name} WHERE $last IS NULL OR rowid > $last", {"last": last})
            raise
        return total

    def _check_size(self) -> None:
        most = 500_000_000 if self._free else 10_000_000_000
        if (size := self.storage_bytes()) > most:
            raise EngineError(f"a database of {size:,} bytes: D1 takes {most:,} at most", where="d1")

    def explain(self, sql: str, parameters: Mapping[str, object] | None = None, *, analyse: bool = True) -> Plan:  # noqa: ARG002
        """SQLite's EXPLAIN QUERY PLAN. It counts no rows, so `analyse` changes nothing: see `count`.

        Raises:
            EngineError: D1 refused the statement.
        """
        from dbarch_widgets.plans.sqlite import ROOT, plan_from_sqlite

        check_statement(sql)
        rows = self.execute("EXPLAIN QUERY PLAN " + sql, parameters).rows
        if not rows:  # INSERT … VALUES reads no table
            return Plan("d1", self.version, PlanNode(ROOT))
        return replace(plan_from_sqlite(rows, version=self.version), engine="d1")

    def count(self, sql: str, parameters: Mapping[str, object] | None = None) -> Counters:
        """Rows returned, read and written of one execution. A write stays: D1 cannot undo it.

        Raises:
            EngineError: D1 refused it.
        """
        return self._counted(sql, parameters)

    def analyse(self) -> None:
        """Gather the planner's statistics."""
        self.execute("ANALYZE")

    def translate(self, sql: str) -> str:
        """One PostgreSQL statement with `:name` parameters as D1's SQL with `$name`.

        Raises:
            InputError: D1 has nothing like it.
        """
        done = to_sqlite(sql, self._words)
        try:
            self.execute("EXPLAIN " + done, dict.fromkeys(parameters(done)))
        except EngineError as error:
            if any(words in error.what for words in ("no such function", "syntax error", "wrong number", "misuse")):
                raise InputError(f"D1 has nothing like it: {error.what}") from error
        return done

    def table(self, name: QName) -> str:
        """SQLite has no schemas: `app.orders` is `app_orders`."""
        return quote(self._words.relation(name))

    def storage_bytes(self) -> int:
        """Bytes of the database, as D1 reports and bills them."""
        return int(self._asked({"sql": "SELECT 1", "values": [], "counts": True})["meta"]["size_after"])

    def close(self) -> None:
        """End the process; the files are removed."""
        super().close()
        self._process.close()
        self._folder.close()


def _item(at: int) -> str:
    """The value at a place of a row's array; bytes come as an array of their hexadecimal digits."""
    path = f"'$[{at}]'"
    bytes_ = f"unhex(json_extract(value, '$[{at}][0]'))"
    return f"CASE json_type(value, {path}) WHEN 'array' THEN {bytes_} ELSE json_extract(value, {path}) END"


def _chunks(rows: Iterable[Sequence[object]]) -> Iterator[tuple[str, int]]:
    """JSON arrays of rows, each small enough for one parameter, and how many rows they hold."""
    held: list[str] = []
    size = 0
    for row in rows:
        values = stored_row(row)
        row_bytes(values)
        text = json.dumps(
            [[value.hex()] if isinstance(value, bytes) else value for value in values], ensure_ascii=False
        )
        if held and size + len(text) > _CHUNK_BYTES:
            yield f"[{','.join(held)}]", len(held)
            held, size = [], 0
        held.append(text)
        size += len(text.encode())
    if held:
        yield f"[{','.join(held)}]", len(held)
