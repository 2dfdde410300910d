"""The two databases of a comparison: opened, filled with the same facts, set up, and checked to hold the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.engines.registry import open_engine
from dbarch_widgets.errors import DbarchError, EngineError, InputError
from dbarch_widgets.measure.settings import apply_settings, opening
from dbarch_widgets.measure.variant import holds_the_same_facts, tables_with_keys_of, variant_profile, with_keys_of
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.names import quoted_list
from dbarch_widgets.synth.generate import Generated, generate

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Change:
    """What makes the variant (B) beside its schema; all SQL is PostgreSQL's.

    Args:
        rewrites: another statement in the place of a query's own, by the query's name.
        views: compatibility views that are made in B, by name: with them the old queries run unchanged.
        moves: how a table of B is filled from A's rows, by the table's name: a SELECT over A's tables that gives columns
            by name. When there are any, or when tables change their shape but not their columns, all tables that both
            designs have are copied, too, so that both hold the same facts.
        setup: statements that run on B when its rows are there, such as the filling of a summary table.
        settings_a: settings of the engine for A, by name.
        settings_b: settings of the engine for B.
    """

    rewrites: Mapping[str, str] = field(default_factory=dict)
    views: Mapping[str, str] = field(default_factory=dict)
    moves: Mapping[str, str] = field(default_factory=dict)
    setup: Sequence[str] = ()
    settings_a: Mapping[str, str] = field(default_factory=dict)
    settings_b: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """A line for each."""
        return (
            *(f"CREATE VIEW {name} AS {sql.strip().rstrip(';')};" for name, sql in self.views.items()),
            *(f"{table} is filled by: {sql.strip()}" for table, sql in self.moves.items()),
            *self.setup,
            *(f"query {name} becomes: {sql.strip()}" for name, sql in self.rewrites.items()),
            *(f"A: {name} = {value}" for name, value in self.settings_a.items()),
            *(f"B: {name} = {value}" for name, value in self.settings_b.items()),
        )


@contextmanager
def two_engines(name: str, options: Mapping[str, Any], change: Change) -> Iterator[tuple[Engine, Engine]]:
    """Two empty databases of one engine; of PostgreSQL on one server.

    Raises:
        UnknownName: there is no such engine.
        EngineMissing: it is not installed.
    """
    with open_engine(name, **options, **opening(name, change.settings_a)) as a:
        shared = {"server": a.server} if hasattr(a, "server") and "server" not in options else {}
        with open_engine(name, **options, **shared, **opening(name, change.settings_b)) as b:
            yield a, b


def fill_both(
    a: Engine,
    b: Engine,
    schema_a: Schema,
    schema_b: Schema,
    change: Change,
    profile: Profile,
    scale: float,
    seed: int,
    say: Progress,
) -> tuple[Generated, Generated]:
    """The same facts in both, and the variant's own statements on B.

    Raises:
        InputError: a table, a view, a setting or a statement of the change is not understood.
        EngineError: the engine refused one of them.
    """
    say("rows for A", 0.0)
    apply_settings(a, change.settings_a)
    apply_settings(b, change.settings_b)
    made_a = generate(schema_a, a, profile, scale, seed, verify=False, keeping=with_keys_of(schema_a, schema_b))
    say("rows for B", 0.2)
    moving = bool(change.moves) or holds_the_same_facts(schema_a, schema_b)
    profile_b = variant_profile(schema_b, profile, empty=moving)
    made_b = generate(schema_b, b, profile_b, scale, seed, verify=False, keeping=with_keys_of(schema_b, schema_a))
    if moving:
        refused = _move(a, b, schema_a, schema_b, change.moves)
        made_b = replace(made_b, notes=(*made_b.notes, *refused))
    for view, sql in change.views.items():
        b.execute(f"CREATE VIEW {b.table(_qname(view))} AS {b.translate(sql.strip().rstrip(';'))}")
    for statement in change.setup:
        b.execute(b.translate(statement))
    a.analyse()
    b.analyse()
    return made_a, made_b


def _qname(written: str) -> QName:
    schema, _, name = written.rpartition(".")
    return QName(schema or "public", name)


def _move(a: Engine, b: Engine, schema_a: Schema, schema_b: Schema, moves: Mapping[str, str]) -> list[str]:
    """Fill B from A's rows; returns a line for each table of both designs whose rows do not fit into B.

    Raises:
        InputError: a query gives a column that its table does not have.
        EngineError: the rows of a query do not fit.
    """
    by_table = {schema_b.table(name).qname: sql for name, sql in moves.items()}
    refused = []
    for table in schema_b.base_tables:
        if table.partition_of is not None:
            continue
        stored = [column.name for column in table.columns if column.generated is None]
        if (sql := by_table.get(table.qname)) is not None:
            answer = a.execute(a.translate(sql))
            if unknown := [name for name in answer.columns if name not in stored]:
                raise InputError(
                    f"the query that fills {table.qname} gives {', '.join(unknown)}, which it does not have",
                    to_do="name each column with AS as the table does",
                )
            b.load(table.qname, answer.columns, answer.rows)
        elif (same := schema_a.find(table.qname)) is not None:
            columns = [name for name in stored if same.has_column(name)]
            answer = a.execute(f"SELECT {quoted_list(columns)} FROM {a.table(table.qname)}")
            try:
                b.load(table.qname, columns, answer.rows)
            except EngineError as error:
                refused.append(f"{table.qname}: the rows of A do not fit: {error}")
    b.restart_sequences(schema_b)
    return refused


def differing_tables(a: Engine, b: Engine, schema_a: Schema, schema_b: Schema) -> list[str]:
    """Tables whose common columns do not hold the same rows under both designs, and those whose rows keep keys of both."""
    stricter = ", ".join(tables_with_keys_of(schema_a, schema_b))
    notes = [f"the rows of {stricter} keep the unique keys of both designs"] if stricter else []
    for table in schema_a.base_tables:
        other = schema_b.find(table.qname)
        if other is None:
            continue
        columns = [name for name in table.column_names if other.has_column(name)]
        if columns and _fingerprint(a, table.qname, columns) != _fingerprint(b, table.qname, columns):
            notes.append(f"{table.qname} does not hold the same rows in both designs: its queries are not comparable")
    return notes


_HASHES = {
    "duckdb": "sum(CAST(hash({text}) % 1000000007 AS HUGEINT))",
    "postgres": "sum(hashtextextended({text}, 0) % 1000000007)",
}


def _fingerprint(engine: Engine, name: QName, columns: list[str]) -> object:
    """Number of rows and a sum of their hashes; by the engine where it has a hash."""
    try:
        if engine.name not in _HASHES:
            rows = engine.execute(f"SELECT {quoted_list(columns)} FROM {engine.table(name)}").rows
            return len(rows), sum(hash(str(row)) % 1_000_000_007 for row in rows)
        listed = ", ".join(f"coalesce(CAST({quoted_list([column])} AS VARCHAR), '~')" for column in columns)
        hashed = _HASHES[engine.name].format(text=f"concat_ws('|', {listed})")
        return engine.execute(f"SELECT count(*), {hashed} FROM {engine.table(name)}").rows
    except DbarchError as error:
        return str(error)
