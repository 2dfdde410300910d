"""Fills the tables of a DuckDB by its own SQL: a part at a time, on all threads, keys and indexes when the rows are there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import EngineError
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.duckdb_ddl import duckdb_index_ddl
from dbarch_widgets.sql.names import quoted_list
from dbarch_widgets.synth.filling.faults import is_of_the_machine
from dbarch_widgets.synth.filling.pace import Pace
from dbarch_widgets.synth.filling.prepared import Prepared

# A statement's rows: enough for all threads, few enough to be stopped soon and to tell how it goes.
ROWS_AT_ONCE = 2_000_000


def fill_duckdb(prepared: Prepared, engine: DuckDBEngine, schema: Schema, pace: Pace) -> dict[QName, int]:
    """Insert the rows of all tables, then declare their keys; returns the rows that are there.

    Rows that DuckDB refuses are left out, columns that it refuses stay empty; the notes say so.

    Raises:
        EngineError: the disk is full, the memory does not do, or the statement was stopped.
    """
    engine.configure("preserve_insertion_order", False)
    try:
        made = {name: _fill(prepared, engine, name, pace) for name in prepared.compiler.order()}
    finally:
        _restore(engine)
    try:
        prepared.notes += engine.create_keys(_keys_only(schema, schema.base_tables))
    except EngineError as error:
        if is_of_the_machine(error):
            raise
        for table in schema.base_tables:
            if table.qname in made:
                made[table.qname] -= _declare(prepared, engine, schema, table)
    return made


def _keys_only(schema: Schema, tables: Iterable[Table]) -> Schema:
    bare = tuple(replace(table, foreign_keys=(), checks=(), exclusions=()) for table in tables)
    return replace(schema, tables=bare, views=())


def _restore(engine: DuckDBEngine) -> None:
    try:
        engine.configure("preserve_insertion_order", True)
    except EngineError:
        return  # after a full disk DuckDB answers nothing more: the first error is the one to tell


def _fill(prepared: Prepared, engine: DuckDBEngine, name: QName, pace: Pace) -> int:
    pace.begin(name)
    try:
        return _insert(prepared, engine, name, pace)
    except EngineError as error:
        if is_of_the_machine(error):
            raise
        reason = error.what
    engine.execute(f"DELETE FROM {engine.table(name)}")
    if prepared.without_refused(name):
        try:
            return _insert(prepared, engine, name, pace)
        except EngineError as error:
            if is_of_the_machine(error):
                raise
            reason = error.what
            engine.execute(f"DELETE FROM {engine.table(name)}")
    prepared.notes.append(f"{name}: NOT FILLED: {reason}")
    return 0


def _insert(prepared: Prepared, engine: DuckDBEngine, name: QName, pace: Pace) -> int:
    done = 0
    for part in prepared.parts(name, ROWS_AT_ONCE):
        compiled = prepared.compiled(name, part)
        if not compiled.columns:
            return 0
        engine.execute(compiled.insert)
        done += compiled.rows
        pace.add(compiled.rows, name)
    return done


def _declare(prepared: Prepared, engine: DuckDBEngine, schema: Schema, table: Table) -> int:
    """Add the table's keys; rows that break one are left out, and their number returned."""
    alone = _keys_only(schema, (table,))
    left_out, reason = 0, ""
    for _ in range(1 + len(table.unique) + (table.primary_key is not None)):
        try:
            prepared.notes += engine.create_keys(alone)
            break
        except EngineError as error:
            if is_of_the_machine(error):
                raise
            reason = error.what
        left_out += _drop_doubles(engine, table)
    if left_out:
        rows = prepared.compiler.rows(table.qname)
        prepared.notes.append(f"{table.qname}: {left_out:,} of {rows:,} rows LEFT OUT: {reason}")
    return left_out


def _drop_doubles(engine: DuckDBEngine, table: Table) -> int:
    """Keep the first row of those that are alike in a key."""
    name = engine.table(table.qname)
    before = engine.execute(f"SELECT count(*) FROM {name}").rows[0][0]
    keys = [table.primary_key.columns] if table.primary_key else []
    for columns in (*keys, *(each.columns for each in table.unique)):
        known = " AND ".join(f"{column} IS NOT NULL" for column in quoted_list(columns).split(", "))
        first = f"SELECT min(rowid) FROM {name} WHERE {known} GROUP BY {quoted_list(columns)}"
        engine.execute(f"DELETE FROM {name} WHERE {known} AND rowid NOT IN ({first})")
    return int(before - engine.execute(f"SELECT count(*) FROM {name}").rows[0][0])


def make_indexes(schema: Schema, engine: DuckDBEngine) -> list[str]:
    """Make the indexes one by one, so that a refused one costs only itself."""
    ddl = duckdb_index_ddl(schema)
    notes = list(ddl.no_counterpart)
    for statement in ddl.statements:
        try:
            engine.execute(statement)
        except EngineError as error:
            if is_of_the_machine(error):
                raise
            notes.append(f"index NOT MADE: {error.what}: {statement}")
    return notes
