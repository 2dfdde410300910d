"""A database that holds a rule's bad fixture and rows, in which the fixes of its findings are applied.

The rows are dbarch's own synthetic ones. They keep the constraints that the fixes add, as far as they are about columns
that were there before: a fix that tightens a rule cannot hold for rows that break it, and says so by failing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.engines.postgres_text import statements
from dbarch_widgets.engines.sqlite import SQLiteEngine
from dbarch_widgets.model.finding import SEVERITIES, Finding, Severity
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.sql.load_order import load_order
from dbarch_widgets.sql.names import duckdb_name, qualified, quote, quoted_list
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.generate import generate
from dbarch_widgets.synth.profile import default_profile

ROWS = 30

# What a column held: rows, values that are not null, and a sum over a hash of each value as text.
Content = dict[tuple[str, str], tuple[int, int, str]]


@dataclass(frozen=True)
class Bench:
    """One throw-away database with the fixture and its rows; `address` is what `read_schema` reads again."""

    engine: Engine
    address: str

    def apply(self, sql: str) -> None:
        """Run a fix statement by statement, each in a transaction of its own, as psql does."""
        if isinstance(self.engine, PostgresEngine):
            for _, statement in statements(sql):
                self.engine.connection.execute(statement.encode())
        else:
            run_script(self.address.removeprefix("sqlite:///"), sql)

    def content(self, schema: Schema) -> Content:
        """What each column of each table holds, however its rows lie."""
        found: Content = {}
        for table in schema.base_tables:
            hashes = [self._hash(column) for column in table.column_names]
            if not hashes:
                continue
            row = self.engine.execute(f"SELECT count(*), {', '.join(hashes)} FROM {self._name(table)}").rows[0]
            for at, column in enumerate(table.column_names):
                found[str(table.qname), column] = (int(row[0]), int(row[1 + 2 * at]), str(row[2 + 2 * at]))
        return found

    def _name(self, table: Table) -> str:
        return self.engine.table(table.qname)

    def _hash(self, column: str) -> str:
        name = quote(column)
        if isinstance(self.engine, PostgresEngine):
            return f"count({name}), coalesce(sum(hashtextextended({name}::text, 0)::numeric), 0)"
        return f"count({name}), coalesce(group_concat(hex({name})), '')"


@contextmanager
def postgres_bench(server: PostgresServer, text: str, schema: Schema, like: Schema) -> Iterator[Bench]:
    """The fixture in a database of its own, with rows that keep the constraints of `like`, which has the fixes."""
    try:
        with PostgresEngine(server=server) as engine:
            refused = engine.load_sql(text)
            assert not refused, refused
            engine.connection.execute("SET session_replication_role = replica")  # no triggers, rows in any order
            for table, columns, rows in synthetic(schema, like):
                if not holds_rows(engine, table):
                    engine.load(table, columns, rows)
            engine.connection.execute("SET session_replication_role = origin")
            engine.restart_sequences(schema)
            yield Bench(engine, engine.url)
    finally:
        drop_roles(server, schema)


def drop_roles(server: PostgresServer, schema: Schema) -> None:
    """Roles are the server's and outlive the database; the next fixture may give one of that name other rights."""
    import psycopg

    with psycopg.connect(server.url(), autocommit=True) as connection:
        for role in schema.roles:
            connection.execute(f"DROP ROLE IF EXISTS {quote(role.name)}".encode())


@contextmanager
def sqlite_bench(folder: Path, text: str, schema: Schema, like: Schema) -> Iterator[Bench]:
    """The same in a SQLite file."""
    file = folder / "bench.sqlite"
    with SQLiteEngine(file) as engine:
        run_script(str(file), text)
        for table, columns, rows in synthetic(schema, like):
            if not holds_rows(engine, table):
                engine.load(table, columns, rows)
        yield Bench(engine, f"sqlite:///{file}")


def run_script(file: str, sql: str) -> None:
    """All statements of a text in a connection of its own: the engine's own refuses PRAGMAs.

    It is the engine's SQLite: two SQLites in one process undo each other's locks on a file and spoil it.
    """
    import apsw

    with closing(apsw.Connection(file)) as connection:
        for _ in connection.execute(sql):
            pass


def holds_rows(engine: Engine, table: QName) -> bool:
    """Whether the fixture brought rows of its own."""
    return bool(engine.execute(f"SELECT 1 FROM {engine.table(table)} LIMIT 1").rows)


def synthetic(schema: Schema, like: Schema) -> Iterator[tuple[QName, list[str], Sequence[tuple[object, ...]]]]:
    """Some rows for each table, parents first."""
    kept = replace(schema, tables=tuple(_tightened(table, like) for table in schema.tables))
    inside = in_public(kept)
    given = {new.qname: old.qname for new, old in zip(inside.tables, kept.tables, strict=True)}
    with DuckDBEngine() as duckdb:
        generate(kept, duckdb, profile=few_rows(inside), seed=5, verify=False)
        for table in load_order(inside).tables:
            columns = [column.name for column in table.columns if column.generated is None]
            if columns and has_place(inside, table):
                sql = f"SELECT {quoted_list(columns)} FROM {qualified(duckdb_name(table.qname))}"
                yield given[table.qname], columns, duckdb.execute(sql).rows


def has_place(schema: Schema, table: Table) -> bool:
    """Whether a row has somewhere to go: a partitioned table without partitions takes none."""
    return table.kind != "partitioned" or bool(schema.partitions(table.qname))


def few_rows(schema: Schema) -> Profile:
    """The default profile, but for the number of rows."""
    profile = default_profile(schema, scale=0.01)
    return replace(profile, tables=tuple(replace(table, rows=min(table.rows, ROWS)) for table in profile.tables))


def _tightened(table: Table, like: Schema) -> Table:
    """The table with those constraints of its mended self that are about its own columns."""
    mended = like.find(table.qname)
    own = set(table.column_names)
    if mended is None or not own <= set(mended.column_names):
        return table
    key = mended.primary_key if mended.primary_key and set(mended.primary_key.columns) <= own else table.primary_key
    checks = (check for check in mended.checks if set(re.findall(r"\w+", check.expression)) & own)
    nullable = {column.name: column.nullable for column in mended.columns}
    return replace(
        table,
        columns=tuple(replace(each, nullable=each.nullable and nullable[each.name]) for each in table.columns),
        primary_key=key,
        unique=both(table.unique, (unique for unique in mended.unique if set(unique.columns) <= own)),
        foreign_keys=both(table.foreign_keys, (each for each in mended.foreign_keys if set(each.columns) <= own)),
        checks=both(table.checks, checks),
        indexes=both(table.indexes, (index for index in mended.indexes if index.unique)),
    )


class Named(Protocol):
    """A constraint or an index."""

    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)


def both(old: Iterable[N], new: Iterable[N]) -> tuple[N, ...]:
    """The old ones, and the new ones in their place or beside them."""
    return tuple(({each.name: each for each in old} | {each.name: each for each in new}).values())


def at_least(severity: Severity) -> frozenset[Severity]:
    """That severity and those above it."""
    return frozenset(SEVERITIES[: SEVERITIES.index(severity) + 1])


def lost(
    before: Content, after: Content, types: dict[tuple[str, str], tuple[str, str]], blank: frozenset[str] = frozenset()
) -> list[str]:
    """What the fixes did to the data: rows that went, columns that went, values that changed.

    A column of a new type keeps its rows and its nulls; its text may be another (`types` has both types).
    A column that is gone is found again under another name by what it holds. `blank`: columns in which the fix
    says that it makes the empty text NULL.
    """
    said, fresh = [], {key: value for key, value in after.items() if key not in before}
    for key, held in before.items():
        name = ".".join(key)
        if key not in after:
            new = next((other for other, value in fresh.items() if value == held), None)
            said += [] if new else [f"{name} is gone"]
            continue
        rows, values, _ = after[key]
        if rows != held[0] or (values != held[1] and name not in blank):
            said.append(f"{name} had {held[0]} rows with {held[1]} values, now {rows} with {values}")
        elif after[key] != held and types[key][0] == types[key][1]:
            said.append(f"{name} has other values")
    return said


def types_of(before: Schema, after: Schema) -> dict[tuple[str, str], tuple[str, str]]:
    """The types of each column that both have."""
    found = {}
    for table in before.base_tables:
        now = after.find(table.qname)
        for column in table.columns:
            if now and column.name in now.column_names:
                found[str(table.qname), column.name] = (column.type, now.column(column.name).type)
    return found


def places(findings: Sequence[Finding]) -> dict[str, Finding]:
    """Findings by their key."""
    return {finding.key: finding for finding in findings}


__all__ = ["Bench", "at_least", "lost", "places", "postgres_bench", "read_schema", "sqlite_bench", "types_of"]
