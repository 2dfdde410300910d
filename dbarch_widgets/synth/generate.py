"""Fills a schema with synthetic rows in DuckDB."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import EngineError
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.duckdb_ddl import duckdb_index_ddl
from dbarch_widgets.sql.names import duckdb_name, qualified
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.compile import Compiled, Compiler
from dbarch_widgets.synth.profile import default_profile
from dbarch_widgets.synth.repair import repaired, storable
from dbarch_widgets.synth.verify import Violation
from dbarch_widgets.synth.verify import verify as count_violations

Progress = Callable[[str, float], None]


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


def generate(
    schema: Schema,
    engine: DuckDBEngine,
    profile: Profile | None = None,
    scale: float = 1.0,
    seed: int = 1,
    progress: Progress | None = None,
    verify: bool = True,
) -> Generated:
    """Make the schema's tables in an empty engine and fill them.

    Primary keys, unique constraints and NOT NULL are declared; foreign keys and checks are not, so that replayed writes
    can be undone cheaply and parents can change; they are counted afterwards. Indexes are made when the rows are there.

    Args:
        schema: what to fill.
        engine: a DuckDB engine without the schema's tables.
        profile: rows and generators; the default profile for `scale` when left out.
        scale: multiplies the default profile's rows; a given profile has its rows already.
        seed: the same schema, profile and seed give the same rows, whatever the number of threads.
        progress: called with a phase and the share done, 0 to 1; what it raises goes through.
        verify: count the violations of all constraints.

    Raises:
        InputError: the profile does not fit the schema.
        EngineError: DuckDB refused the tables.
    """
    schema = in_public(schema)
    started = time.perf_counter()
    say = progress or (lambda _phase, _share: None)
    profile = profile or default_profile(schema, scale=scale)
    compiler = Compiler(schema, profile, seed)
    notes = [*profile.notes, *(f"{table.table}: {note}" for table in profile.tables for note in table.notes)]
    say("making tables", 0.0)
    notes += engine.create(for_loading(schema), indexes=False)
    counts = _fill(compiler, engine, say, notes)
    engine.restart_sequences(schema)
    say("making indexes", 0.8)
    notes += _make_indexes(schema, engine)
    violations: tuple[Violation, ...] = ()
    if verify:
        say("checking constraints", 0.9)
        violations = count_violations(schema, engine)
        notes += [str(violation) for violation in violations]
    say("rows are there", 1.0)
    seconds = time.perf_counter() - started
    return Generated(counts, tuple(dict.fromkeys(notes)), violations, seconds, seed, scale)


def for_loading(schema: Schema) -> Schema:
    """The schema with the constraints that stay on while rows are loaded and written: keys and NOT NULL."""
    return replace(
        schema,
        tables=tuple(replace(table, foreign_keys=(), checks=(), exclusions=()) for table in schema.tables),
        domains=tuple(replace(domain, checks=()) for domain in schema.domains),
    )


def _fill(compiler: Compiler, engine: DuckDBEngine, say: Progress, notes: list[str]) -> tuple[tuple[str, int], ...]:
    order = compiler.order()
    total = sum(compiler.plan.layouts[name].rows for name in order) or 1
    done, counts = 0, []
    for name in order:
        say(f"generating {name}", 0.75 * done / total)
        compiled, said = repaired(compiler, engine, name)
        notes += [*said, *(f"{name}: {note}" for note in compiled.notes)]
        counts.append((str(name), _load(engine, compiler, compiled, notes)))
        done += compiled.rows
    return tuple(counts)


def _load(engine: DuckDBEngine, compiler: Compiler, compiled: Compiled, notes: list[str]) -> int:
    """Insert the rows. When the engine refuses, leave out what it refuses, columns or rows, and say so."""
    name = compiled.table
    if compiled.rows == 0 or not compiled.columns:
        return 0
    try:
        engine.execute(compiled.insert)
        return compiled.rows
    except EngineError as error:
        reason = error.what
    compiled, said = storable(compiler, engine, name)
    notes += said
    try:
        engine.execute(f"{compiled.insert}\nON CONFLICT DO NOTHING")
    except EngineError as worse:
        notes.append(f"{name}: NOT FILLED: {worse.what}")
        return 0
    kept = _count(engine, name)
    if kept < compiled.rows:
        notes.append(f"{name}: {compiled.rows - kept:,} of {compiled.rows:,} rows LEFT OUT: {reason}")
    return kept


def _make_indexes(schema: Schema, engine: DuckDBEngine) -> list[str]:
    """Make the indexes one by one, so that a refused one costs only itself."""
    ddl = duckdb_index_ddl(schema)
    notes = list(ddl.no_counterpart)
    for statement in ddl.statements:
        try:
            engine.execute(statement)
        except EngineError as error:
            notes.append(f"index NOT MADE: {error.what}: {statement}")
    return notes


def _count(engine: DuckDBEngine, name: QName) -> int:
    return int(engine.execute(f"SELECT count(*) FROM {qualified(duckdb_name(name))}").rows[0][0])
