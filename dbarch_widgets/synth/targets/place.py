"""Where rows go, by the words of `--out`: a DuckDB file, a SQLite file, a folder of Parquet, a PostgreSQL address."""

from __future__ import annotations

import re
from pathlib import Path

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.synth.filling.pace import Progress
from dbarch_widgets.synth.generate import Generated

_SUFFIXES = {
    ".duckdb": "duckdb", ".ddb": "duckdb", ".sqlite": "sqlite", ".sqlite3": "sqlite", ".db": "sqlite", ".db3": "sqlite",
    "": "parquet", ".parquet": "parquet",
}  # fmt: skip
_ADDRESS = re.compile(r"(?P<scheme>[a-z][a-z0-9+]*)://(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_FORMS = "FILE.duckdb, FILE.sqlite, a folder for Parquet, or postgresql://…"


def target_of(out: str) -> tuple[str, str]:
    """The kind of target and its place.

    Raises:
        InputError: it is none of those that rows can go to.
    """
    if match := _ADDRESS.match(out):
        scheme = match["scheme"].lower()
        if scheme in ("postgresql", "postgres"):
            return "postgres", out
        if scheme in ("duckdb", "sqlite"):
            return scheme, match["rest"].removeprefix("/") or match["rest"]
        raise InputError(f"rows cannot be written to {scheme}://", to_do=f"give {_FORMS}")
    suffix = Path(out).suffix.lower()
    if suffix not in _SUFFIXES:
        raise InputError(f"{out}: what a {suffix} file holds is not known", to_do=f"give {_FORMS}")
    return _SUFFIXES[suffix], out


def write_rows(
    schema: Schema, out: str, profile: Profile, seed: int, progress: Progress | None = None, engine: str = "duckdb"
) -> Generated:
    """Writes the rows of all tables, whole or not at all; `engine` "spark" makes them in Spark, into a folder of Parquet.

    Raises:
        InputError: `out` is no place for rows.
        SourceError: it is there already, or cannot be written.
        EngineError: there is no room for the rows, or an engine failed.
    """
    kind, place = target_of(out)
    if engine == "spark":
        if kind != "parquet":
            raise InputError("Spark writes Parquet only", where=out, to_do="give a folder")
        from dbarch_widgets.synth.targets.spark_folder import write_by_spark

        return write_by_spark(schema, Path(place), profile, seed, progress)
    if kind == "postgres":
        from dbarch_widgets.synth.targets.postgres_address import write_postgres

        return write_postgres(schema, place, profile, seed, progress)
    if kind == "sqlite":
        from dbarch_widgets.synth.targets.sqlite_file import write_sqlite

        return write_sqlite(schema, Path(place), profile, seed, progress)
    if kind == "parquet":
        from dbarch_widgets.synth.targets.parquet_folder import write_parquet

        return write_parquet(schema, Path(place), profile, seed, progress)
    from dbarch_widgets.synth.targets.duckdb_file import write_duckdb

    return write_duckdb(schema, Path(place), profile, seed, progress)
