"""Rows into a SQLite file, with every constraint that SQLite has."""

from __future__ import annotations

from pathlib import Path

from dbarch_widgets.engines.sqlite import SQLiteEngine
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.synth.filling.pace import Progress
from dbarch_widgets.synth.generate import Generated
from dbarch_widgets.synth.proof import load_proven
from dbarch_widgets.synth.targets.half import half_written


def write_sqlite(schema: Schema, path: Path, profile: Profile, seed: int, progress: Progress | None) -> Generated:
    """A SQLite file: keys, checks and NOT NULL hold while rows are inserted, foreign keys are checked afterwards.

    Raises:
        SourceError: the file is there already, or cannot be written.
        EngineError: there is no room for the rows.
    """
    with half_written(path) as part, SQLiteEngine(part, journal="delete") as engine:
        engine.configure("synchronous", "OFF")
        return load_proven(schema, engine, profile, seed, progress)
