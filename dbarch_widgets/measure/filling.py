"""Synthetic rows in any engine: generated there where it can be, else generated in DuckDB and loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.sql.names import quoted_list
from dbarch_widgets.synth.generate import Generated, for_loading, generate

Progress = Callable[[str, float], None]


def fill(
    engine: Engine, schema: Schema, profile: Profile, scale: float, seed: int, progress: Progress | None = None
) -> Generated:
    """Make the schema's tables in an empty engine, fill them, and gather the planner's statistics.

    Raises:
        InputError: the profile does not fit the schema.
        EngineError: the engine refused the tables or the rows.
    """
    if isinstance(engine, DuckDBEngine):
        return generate(schema, engine, profile, scale, seed, progress, verify=False)
    bare = for_loading(schema)
    with DuckDBEngine() as source:
        # Without indexes: what DuckDB makes of them says nothing about the engine that is measured.
        staged = replace(schema, tables=tuple(replace(table, indexes=()) for table in schema.tables))
        made = generate(staged, source, profile, scale, seed, progress, verify=False)
        notes = list(engine.create(bare, indexes=False, constraints=False))
        for table in bare.base_tables:
            stored = [column.name for column in table.columns if column.generated is None]
            if table.partition_of is None and stored:
                rows = source.execute(f"SELECT {quoted_list(stored)} FROM {source.table(table.qname)}").rows
                engine.load(table.qname, stored, rows)
    notes += [*engine.create_keys(bare), *engine.create_indexes(bare)]
    engine.restart_sequences(bare)
    engine.analyse()
    return replace(made, notes=tuple(dict.fromkeys((*made.notes, *notes))))
