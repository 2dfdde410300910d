"""Fills a schema with synthetic rows, in any engine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import EngineError
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.model.telling import told
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.compile import Compiler
from dbarch_widgets.synth.completed import completed
from dbarch_widgets.synth.filling.duckdb_fill import fill_duckdb, make_indexes
from dbarch_widgets.synth.filling.faults import explained, is_of_the_machine
from dbarch_widgets.synth.filling.loaders import Loader, loader_for
from dbarch_widgets.synth.filling.pace import Pace, Progress
from dbarch_widgets.synth.filling.prepared import Prepared
from dbarch_widgets.synth.filling.stoppable import stoppable
from dbarch_widgets.synth.filling.stream import RowStream
from dbarch_widgets.synth.filling.words_of import in_words_of
from dbarch_widgets.synth.profile import default_profile
from dbarch_widgets.synth.told_apart import told_apart
from dbarch_widgets.synth.verify import Violation
from dbarch_widgets.synth.verify import verify as count_violations


@dataclass(frozen=True)
class Generated:
    """What was generated: rows per table, what could not be done, which constraints do not hold.

    Iterating gives the (table, rows) pairs.
    """

    rows: tuple[tuple[str, int], ...]
    notes: tuple[str, ...] = ()
    violations: tuple[Violation, ...] = ()
    seconds: float = 0.0
    seed: int = 1
    scale: float = 1.0

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter(self.rows)

    @property
    def violated(self) -> tuple[Violation, ...]:
        """The constraints that rows break, without those that could not be checked."""
        return tuple(violation for violation in self.violations if violation.rows)


@told
def generate(
    schema: Schema,
    engine: Engine,
    profile: Profile | None = None,
    scale: float = 1.0,
    seed: int = 1,
    progress: Progress | None = None,
    verify: bool = True,
    keeping: Schema | None = None,
) -> Generated:
    """Make the schema's tables in an empty engine and fill them.

    DuckDB and PostgreSQL make the rows by their own SQL, a part at a time; other engines get what DuckDB makes. Keys and NOT NULL
    are declared; foreign keys and checks are not, so that replayed writes can be undone cheaply and parents can change. Keys
    and indexes are made when the rows are there.

    Args:
        schema: what to fill.
        engine: an engine without the schema's tables.
        profile: rows and generators, where it leaves some out the default ones; the default profile for `scale` when left out.
        scale: multiplies the default profile's rows; a given profile has its rows already.
        seed: the same schema, profile and seed give the same rows on every engine, whatever the number of threads.
        progress: called with a phase and the share done, 0 to 1; what it raises goes through.
        keeping: the same tables with more keys: the rows keep those too, though the tables do not have them.
        verify: count the violations of all constraints; of DuckDB only, see `proof.py` for the others.

    Raises:
        InputError: the profile does not fit the schema.
        EngineError: the engine refused the tables or the rows, the disk is full, or it was stopped.
    """
    inside = in_public(schema)
    started = time.perf_counter()
    say = progress or (lambda _phase, _share: None)
    profile = whole_profile(inside, profile, scale)
    strict = in_words_of(engine, keeping, profile)[0] if keeping else None
    schema, profile, lost = in_words_of(engine, schema, profile)
    inside = in_public(schema)
    compiler = Compiler(in_public(strict) if strict else inside, profile, seed)
    notes = [*lost, *profile.notes, *(f"{table.table}: {note}" for table in profile.tables for note in table.notes)]
    say("making tables", 0.0)
    try:
        if isinstance(engine, DuckDBEngine):
            counts, said, violations = _in_duckdb(compiler, engine, inside, say, verify=verify)
        else:
            counts, said, violations = *_elsewhere(compiler, engine, schema, say), ()
    except EngineError as error:
        raise explained(error, engine.name) from error
    say("rows are there", 1.0)
    rows = tuple((str(name), count) for name, count in counts.items())
    seconds = time.perf_counter() - started
    return Generated(rows, tuple(dict.fromkeys((*notes, *said))), violations, seconds, seed, scale)


def whole_profile(schema: Schema, profile: Profile | None, scale: float = 1.0) -> Profile:
    """The profile with all tables, columns and generators; itself when nothing is missing."""
    if profile is None:
        return default_profile(schema, scale=scale)
    if all(column.generator for table in profile.tables for column in table.columns):
        return profile
    return completed(schema, profile)


def _in_duckdb(
    compiler: Compiler, engine: DuckDBEngine, schema: Schema, say: Progress, *, verify: bool
) -> tuple[dict[QName, int], list[str], tuple[Violation, ...]]:
    with stoppable(engine):
        return _made(compiler, engine, schema, say, verify=verify)


def _made(
    compiler: Compiler, engine: DuckDBEngine, schema: Schema, say: Progress, *, verify: bool
) -> tuple[dict[QName, int], list[str], tuple[Violation, ...]]:
    told_apart(schema)
    notes = list(engine.create(for_loading(schema), indexes=False, constraints=False))
    prepared = Prepared(compiler, engine)
    counts = fill_duckdb(prepared, engine, schema, Pace(say, prepared.rows))
    notes += prepared.notes
    engine.restart_sequences(schema)
    say("making indexes", 0.8)
    notes += make_indexes(schema, engine)
    violations: tuple[Violation, ...] = ()
    if verify:
        say("checking constraints", 0.9)
        violations = count_violations(schema, engine)
        notes += map(str, violations)
    return counts, notes, violations


def _elsewhere(compiler: Compiler, engine: Engine, schema: Schema, say: Progress) -> tuple[dict[QName, int], list[str]]:
    """Rows made by the engine's own SQL, or by DuckDB and loaded."""
    loading = for_loading(schema)
    notes = list(engine.create(loading, indexes=False, constraints=False))
    with row_stream(compiler) as stream:
        loader = loader_for(engine, schema, compiler.profile, compiler.seed, stream)
        pace = Pace(say, stream.prepared.rows)
        counts = {
            name: _load(loader, engine, (name, place), pace, notes) for name, place in places(compiler, schema).items()
        }
        notes += stream.prepared.notes
    say("making keys and indexes", 0.8)
    notes += [*engine.create_keys(loading), *engine.create_indexes(loading)]
    engine.restart_sequences(loading)
    engine.analyse()
    return counts, notes


def _load(loader: Loader, engine: Engine, where: tuple[QName, QName], pace: Pace, notes: list[str]) -> int:
    """Its rows; none, and a note, of a table that the engine could not make."""
    name, place = where
    try:
        return loader.load(name, place, pace)
    except EngineError as error:
        if is_of_the_machine(error) or _is_there(engine, place):
            raise
        notes.append(f"{name}: NOT FILLED: {error.what}")
        return 0


def _is_there(engine: Engine, place: QName) -> bool:
    try:
        engine.execute(f"SELECT 1 FROM {engine.table(place)} LIMIT 0")
    except EngineError:
        return False
    return True


@contextmanager
def row_stream(compiler: Compiler) -> Iterator[RowStream]:
    """An empty DuckDB that makes the rows."""
    with DuckDBEngine() as duckdb, stoppable(duckdb):
        duckdb.create(for_loading(compiler.schema), indexes=False, constraints=False)
        yield RowStream(Prepared(compiler, duckdb), duckdb)


def places(compiler: Compiler, schema: Schema) -> dict[QName, QName]:
    """The tables in the order of loading, with their names in the schema as it was given."""
    given = {new.qname: old.qname for new, old in zip(compiler.schema.tables, schema.tables, strict=True)}
    return {name: given[name] for name in compiler.order()}


def for_loading(schema: Schema) -> Schema:
    """The schema with the constraints that stay on while rows are loaded and written: keys and NOT NULL."""
    return replace(
        schema,
        tables=tuple(replace(table, foreign_keys=(), checks=(), exclusions=()) for table in schema.tables),
        domains=tuple(replace(domain, checks=()) for domain in schema.domains),
    )
