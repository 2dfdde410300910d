"""The proof of integrity: rows in a real PostgreSQL or SQLite that has every constraint on, and what it refuses."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from typing import Any

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.engines.postgres_ddl import index_statements, key_statements
from dbarch_widgets.engines.registry import open_engine
from dbarch_widgets.errors import EngineError, InputError
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.model.telling import told
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.compile import Compiler
from dbarch_widgets.synth.filling.faults import is_of_the_machine
from dbarch_widgets.synth.filling.loaders import Loader, loader_for
from dbarch_widgets.synth.filling.pace import Pace, Progress
from dbarch_widgets.synth.filling.stream import RowStream
from dbarch_widgets.synth.filling.words_of import in_words_of
from dbarch_widgets.synth.generate import Generated, places, row_stream, whole_profile
from dbarch_widgets.synth.verify import Violation, What

ENGINES = ("postgres", "sqlite")
_NAMED = re.compile(r"constraint \"(?P<name>[^\"]+)\"|constraint failed: (?P<what>.+)$|violates (?P<how>[\w -]+)")
_KINDS: tuple[tuple[str, What], ...] = (
    ("foreign key", "foreign key"), ("FOREIGN KEY", "foreign key"), ("unique", "unique"), ("UNIQUE", "unique"),
    ("duplicate", "unique"), ("not-null", "not null"), ("null value", "not null"), ("NOT NULL", "not null"),
    ("partition", "partition"), ("exclusion", "unique"),
)  # fmt: skip


@told
def prove(
    schema: Schema,
    profile: Profile | None = None,
    seed: int = 1,
    engine: str = "postgres",
    progress: Progress | None = None,
) -> Generated:
    """Load the rows into a throw-away engine with every constraint on; `.violated` is what it refused.

    Raises:
        InputError: neither "postgres" nor "sqlite" is asked for.
        EngineMissing: the engine is not installed.
    """
    if engine not in ENGINES:
        raise InputError(f"rows are verified in {' or '.join(ENGINES)}, not in {engine!r}")
    with open_engine(engine) as opened:
        return load_proven(schema, opened, profile, seed, progress)


def load_proven(
    schema: Schema,
    engine: Engine,
    profile: Profile | None,
    seed: int,
    progress: Progress | None = None,
    *,
    made: bool = False,
) -> Generated:
    """Make the schema with all its constraints in an empty engine, and fill it; what is refused is told and left out.

    With `made` the tables are there, empty, and keep what they have. SQLite has its keys and checks on while rows come in; PostgreSQL gets keys, checks, foreign keys and exclusions afterwards,
    one by one, which checks all rows.
    """
    started = time.perf_counter()
    say = progress or (lambda _phase, _share: None)
    profile = whole_profile(in_public(schema), profile)
    schema, profile, lost = in_words_of(engine, schema, profile)
    inside = in_public(schema)
    compiler = Compiler(inside, profile, seed)
    say("making tables", 0.0)
    notes = [*lost, *profile.notes, *(f"{table.table}: {note}" for table in profile.tables for note in table.notes)]
    notes += () if made else engine.create(schema, indexes=False, constraints=False)
    refused: list[Violation] = []
    with row_stream(compiler) as stream:
        loader = loader_for(engine, schema, profile, seed, stream)
        pace, counts = Pace(say, stream.prepared.rows), []
        for name, place in places(compiler, schema).items():
            counts.append((str(name), _load(loader, stream, engine, (name, place), pace, refused)))
        notes += stream.prepared.notes
    say("declaring constraints", 0.8)
    refused += () if made else _declare(engine, schema, notes)
    engine.restart_sequences(schema)
    engine.analyse()
    say("rows are there", 1.0)
    told = tuple(dict.fromkeys((*notes, *map(str, refused))))
    return Generated(tuple(counts), told, tuple(refused), time.perf_counter() - started, seed)


def _load(
    loader: Loader, stream: RowStream, engine: Engine, where: tuple[QName, QName], pace: Pace, refused: list[Violation]
) -> int:
    """The table's rows; when the engine refuses some, all but those."""
    name, place = where
    before = pace.done
    try:
        return loader.load(name, place, pace)
    except EngineError as error:
        if is_of_the_machine(error):
            raise
    pace.done = before
    try:
        engine.execute(f"DELETE FROM {engine.table(place)}")
    except EngineError as error:  # the table could not be made; the notes of its making say why
        if is_of_the_machine(error):
            raise
        refused.append(_violation(str(name), error.what, stream.prepared.compiler.rows(name)))
        return 0
    columns, done = stream.columns(name), 0
    found: dict[str, int] = {}
    try:
        for rows in stream.batches(name):
            done += _halves(engine, place, columns, rows, found)
            pace.add(len(rows), name)
    except EngineError as error:
        if is_of_the_machine(error):
            raise
        found[error.what] = stream.prepared.compiler.rows(name) - done
    refused += [_violation(str(name), words, count) for words, count in found.items()]
    return done


def _halves(engine: Engine, place: QName, columns: Sequence[str], rows: Sequence[Any], found: dict[str, int]) -> int:
    """Load the rows; those refused are found by halving."""
    try:
        return engine.load(place, columns, rows)
    except EngineError as error:
        if is_of_the_machine(error):
            raise
        if len(rows) == 1:
            words = _general(error.what)
            found[words] = found.get(words, 0) + 1
            return 0
    middle = len(rows) // 2
    return _halves(engine, place, columns, rows[:middle], found) + _halves(engine, place, columns, rows[middle:], found)


def _general(words: str) -> str:
    """The refusal without the values of the row."""
    return re.sub(r"\s*(?:DETAIL|CONTEXT):.*", "", words)


def _declare(engine: Engine, schema: Schema, notes: list[str]) -> Iterator[Violation]:
    """Every constraint that was not there while rows came in."""
    if engine.name == "postgres":
        for statement in (*key_statements(schema), *index_statements(schema)):
            try:
                engine.execute(statement)
            except EngineError as error:
                if str(getattr(error.__cause__, "sqlstate", "") or "").startswith("23"):
                    yield _violation(_table_of(statement), error.what, 1)
                elif is_of_the_machine(error):
                    raise
                else:
                    notes.append(f"{' '.join(statement.split())[:120]}: left out: {error.what}")
        return
    try:
        notes += engine.create_keys(schema)
    except EngineError as error:
        count = re.match(r"(\d+) rows", error.what)
        yield Violation(engine.name, "foreign keys", "foreign key", int(count[1]) if count else 1, error.what)
    for note in engine.create_indexes(schema):
        if "constraint failed" in note or "UNIQUE" in note.rpartition("left out:")[2]:
            yield _violation(engine.name, note, 1)
        else:
            notes.append(note)


def _table_of(statement: str) -> str:
    match = re.search(r"(?:ALTER TABLE(?: ONLY)?|\bON(?: ONLY)?) ([^\s(]+)", statement)
    return match[1].replace('"', "") if match else "the schema"


def _violation(table: str, words: str, rows: int) -> Violation:
    match = _NAMED.search(words)
    name = next((each for each in match.groups() if each), words) if match else words
    kind: What = next((kind for word, kind in _KINDS if word in words), "check")
    return Violation(table, name.strip(), kind, rows, words)
