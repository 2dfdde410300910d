"""Puts the rows of a table into an engine that is not DuckDB: by its own SQL where it can make them, else streamed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.errors import EngineError
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.synth.compile import Compiler
from dbarch_widgets.synth.dialects import words_for
from dbarch_widgets.synth.filling.faults import is_of_the_machine
from dbarch_widgets.synth.filling.pace import Pace
from dbarch_widgets.synth.filling.stream import RowStream
from dbarch_widgets.synth.part import Part

NATIVE = ("postgres",)
ROWS_AT_ONCE = 200_000


class Loader(Protocol):
    """Loads one table; returns its rows."""

    def load(self, name: QName, place: QName, pace: Pace) -> int: ...


def loader_for(engine: Engine, schema: Schema, profile: Profile, seed: int, stream: RowStream) -> Loader:
    """The fastest way into the engine: `schema` is the one that was given, in its own dialect."""
    streamed = Streamed(engine, stream)
    if engine.name in NATIVE and schema.dialect == "postgres":
        compiler = Compiler(stream.prepared.compiler.schema, profile, seed, words_for(engine.name))
        return Native(engine, schema, compiler, streamed)
    return streamed


class Streamed:
    """Rows that DuckDB makes, some thousands at a time."""

    def __init__(self, engine: Engine, stream: RowStream) -> None:
        self.engine = engine
        self.stream = stream

    def load(self, name: QName, place: QName, pace: Pace) -> int:
        pace.begin(name)
        columns, done = self.stream.columns(name), 0
        for rows in self.stream.batches(name) if columns else ():
            done += self.engine.load(place, columns, rows)
            pace.add(len(rows), name)
        return done


class Native:
    """INSERT … SELECT in the engine's own SQL; a table of which it refuses that is streamed."""

    def __init__(self, engine: Engine, schema: Schema, compiler: Compiler, otherwise: Streamed) -> None:
        self.engine = engine
        self.schema = schema
        self.compiler = compiler
        self.otherwise = otherwise

    def load(self, name: QName, place: QName, pace: Pace) -> int:
        with self._without_triggers(place):
            before = pace.done
            try:
                return self._insert(name, pace)
            except EngineError as error:
                if is_of_the_machine(error):
                    raise
                reason = error.what
            self.engine.execute(f"DELETE FROM {self.engine.table(place)}")
            pace.done = before
            done = self.otherwise.load(name, place, pace)
            self.otherwise.stream.prepared.notes.append(f"{name}: loaded from DuckDB, as its own SQL failed: {reason}")
            return done

    def _insert(self, name: QName, pace: Pace) -> int:
        pace.begin(name)
        changed, rows, done = self.otherwise.stream.prepared.changed(name), self.compiler.rows(name), 0
        for part in Part.whole(rows).slices(-(-rows // ROWS_AT_ONCE)) if rows else ():
            compiled = self.compiler.table(name, changed, part)
            if not compiled.columns:
                return 0
            self.engine.execute(compiled.insert)
            done += compiled.rows
            pace.add(compiled.rows, name)
        return done

    @contextmanager
    def _without_triggers(self, place: QName) -> Iterator[None]:
        """A trigger would change the rows, or write others."""
        table = self.schema.find(place)
        if table is None or not table.triggers:
            yield
            return
        name = self.engine.table(place)
        self.engine.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        yield
        self.engine.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
