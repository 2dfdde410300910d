"""Rows into a DuckDB file."""

from __future__ import annotations

from pathlib import Path

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.synth.filling.pace import Progress
from dbarch_widgets.synth.generate import Generated, generate
from dbarch_widgets.synth.targets.half import half_written

# What DuckDB may take of the memory; of more it frees what is on disk already.
MEMORY = "2GB"


def write_duckdb(schema: Schema, path: Path, profile: Profile, seed: int, progress: Progress | None) -> Generated:
    """A DuckDB file with tables, rows, keys and indexes.

    Raises:
        SourceError: the file is there already, or cannot be written.
        EngineError: there is no room for the rows.
    """
    with half_written(path) as part, DuckDBEngine(path=part, memory_limit=MEMORY) as engine:
        return generate(schema, engine, profile=profile, seed=seed, progress=progress)
