"""Rows into a folder of Parquet: one folder per table, in each a file per part of its rows."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from types import TracebackType
from typing import Self

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.engines.duckdb_session import DuckDBSession
from dbarch_widgets.errors import EngineError
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.names import text_literal
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.compile import Compiler
from dbarch_widgets.synth.filling.faults import is_of_the_machine
from dbarch_widgets.synth.filling.pace import Pace, Progress
from dbarch_widgets.synth.filling.prepared import Prepared
from dbarch_widgets.synth.filling.stoppable import stoppable
from dbarch_widgets.synth.filling.stream import RowStream
from dbarch_widgets.synth.generate import Generated, for_loading
from dbarch_widgets.synth.part import Part
from dbarch_widgets.synth.targets.duckdb_file import MEMORY
from dbarch_widgets.synth.targets.half import half_written
from dbarch_widgets.synth.told_apart import told_apart
from dbarch_widgets.synth.verify import Violation
from dbarch_widgets.synth.verify import verify as count_violations

ROWS_PER_FILE = 2_000_000
_AT_ONCE = 2


def write_parquet(schema: Schema, path: Path, profile: Profile, seed: int, progress: Progress | None) -> Generated:
    """A folder with `orders/part-00000.parquet` and so on, two million rows a file.

    Raises:
        SourceError: the folder is there already, or cannot be written.
        EngineError: there is no room for the rows.
    """
    inside = in_public(schema)
    told_apart(inside)
    say = progress or (lambda _phase, _share: None)
    with half_written(path) as part:
        part.mkdir()
        with DuckDBEngine(folders=[part], memory_limit=MEMORY, threads=_AT_ONCE) as engine, stoppable(engine):
            notes = list(engine.create(for_loading(inside), indexes=False, constraints=False))
            prepared = Prepared(Compiler(inside, profile, seed), engine)
            stream, pace = RowStream(prepared, engine), Pace(say, prepared.rows, (0.0, 0.9))
            order = prepared.compiler.order()
            counts = [(str(name), _files(stream, engine, name, part, pace)) for name in order]
        say("checking constraints", 0.9)
        filled = [name for name in order if stream.columns(name)]
        violations = _violations(inside, part, filled)
    told = [*profile.notes, *notes, *prepared.notes, *map(str, violations)]
    say("rows are there", 1.0)
    return Generated(tuple(counts), tuple(dict.fromkeys(told)), violations, seed=seed)


def folder_name(name: QName) -> str:
    """The folder of a table: its name, with the schema before it unless that is `public`."""
    written = name.name if name.schema == "public" else f"{name.schema}.{name.name}"
    safe = "".join("_" if letter in '/\\:*?"<>|' or not letter.isprintable() else letter for letter in written)
    return f"_{safe}" if safe.startswith(".") else safe


def _files(stream: RowStream, engine: DuckDBEngine, name: QName, folder: Path, pace: Pace) -> int:
    """The files of one table, two at a time: a scan of row numbers keeps one thread busy."""
    pace.begin(name)
    if not stream.columns(name):
        return 0
    place = folder / folder_name(name)
    place.mkdir()
    parts = [*stream.prepared.parts(name, ROWS_PER_FILE)] or [Part(0, 0)]
    _check(stream, engine, name, parts[0])
    with _Writers(engine, min(_AT_ONCE, len(parts))) as writers:
        for at, part in enumerate(parts):
            file = text_literal(str(place / f"part-{at:05}.parquet"))
            sql = f"COPY ({stream.select(name, part)}) TO {file} (FORMAT parquet, COMPRESSION zstd)"
            for done in writers.write(sql, len(part)):
                pace.add(done, name)
        for done in writers.rest():
            pace.add(done, name)
    return sum(map(len, parts))


class _Writers:
    """Connections that each run one statement at a time in a thread of its own. Leaving by an error stops them all."""

    def __init__(self, engine: DuckDBEngine, count: int) -> None:
        self._idle = [engine.session() for _ in range(count)]
        self._all = tuple(self._idle)
        self._running: dict[Future[object], tuple[DuckDBSession, int]] = {}
        self._pool = ThreadPoolExecutor(count)
        # What runs is known by the threads themselves: Ctrl-C may come before a job that has begun is in `_running`.
        self._busy: set[DuckDBSession] = set()
        self._stopped = threading.Event()

    def write(self, sql: str, rows: int) -> Iterator[int]:
        """Start a statement as soon as a connection is free; yields the rows of those that ended."""
        if not self._idle:
            yield from self._ended(FIRST_COMPLETED)
        session = self._idle.pop()
        self._running[self._pool.submit(self._run, session, sql)] = (session, rows)

    def _run(self, session: DuckDBSession, sql: str) -> None:
        self._busy.add(session)
        try:
            if not self._stopped.is_set():
                session.execute(sql)
        finally:
            self._busy.discard(session)

    def rest(self) -> Iterator[int]:
        """Wait for all; yields the rows of each."""
        while self._running:
            yield from self._ended(FIRST_COMPLETED)

    def _ended(self, when: str) -> list[int]:
        done, _ = wait(self._running, return_when=when)
        rows = []
        for job in done:
            session, count = self._running.pop(job)
            self._idle.append(session)
            job.result()
            rows.append(count)
        return rows

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        while self._busy:  # a statement that only begins misses what stops the others
            for session in tuple(self._busy):
                session.cancel()
            time.sleep(0.05)
        self._pool.shutdown()
        for session in self._all:
            session.close()


def _check(stream: RowStream, engine: DuckDBEngine, name: QName, part: Part) -> None:
    """Try some rows, so that columns which DuckDB's types refuse are known before the files are written."""
    few = Part(part.start, min(part.start + 1_000, part.stop))
    columns = ", ".join(f"count(#{at + 1})" for at in range(len(stream.columns(name))))
    try:
        engine.execute(f"SELECT {columns} FROM ({stream.select(name, few)}) AS tried")
    except EngineError as error:
        if is_of_the_machine(error) or not stream.prepared.without_refused(name):
            raise


def _violations(schema: Schema, folder: Path, names: list[QName]) -> tuple[Violation, ...]:
    """Count what breaks the schema's constraints, on views over the files."""
    with DuckDBEngine(folders=[folder], memory_limit=MEMORY) as engine, stoppable(engine):
        engine.create(for_loading(schema), indexes=False, constraints=False)
        for name in names:
            files = text_literal(str(folder / folder_name(name) / "*.parquet"))
            engine.execute(f"DROP TABLE {engine.table(name)} CASCADE")
            engine.execute(f"CREATE VIEW {engine.table(name)} AS SELECT * FROM read_parquet({files})")
        return count_violations(schema, engine)
