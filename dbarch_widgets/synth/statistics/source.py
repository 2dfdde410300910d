"""The rows of pg_class and pg_stats, out of a running PostgreSQL or a file that somebody exported."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbarch_widgets.errors import EngineError, EngineMissing, InputError, SourceError

_OWN = "NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
SIZES = f"""\
SELECT n.nspname AS schemaname, c.relname AS tablename, c.reltuples::bigint AS rows, pg_total_relation_size(c.oid) AS bytes
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname {_OWN}"""
COLUMNS = f"""\
SELECT schemaname, tablename, attname, inherited, null_frac, n_distinct, most_common_vals::text AS most_common_vals,
    most_common_freqs::text AS most_common_freqs, histogram_bounds::text AS histogram_bounds, correlation
FROM pg_stats WHERE schemaname {_OWN}"""
HOW = (
    "export the two queries of docs/statistics.md as pg_class.csv and pg_stats.csv into one folder, or as one JSON file"
)

Row = Mapping[str, Any]
_OTHER_NAMES = {"relname": "tablename", "nspname": "schemaname", "reltuples": "rows"}
_NEEDED = {
    "pg_class": ("schemaname", "tablename", "rows"),
    "pg_stats": ("schemaname", "tablename", "attname", "null_frac", "n_distinct"),
}


@dataclass(frozen=True)
class Statistics:
    """The rows as they came: texts, numbers or None. They hold values of the database: they are not kept."""

    sizes: tuple[Row, ...]
    columns: tuple[Row, ...]


def load_statistics(source: str | Path) -> Statistics:
    """The statistics of a database's address, of a folder with pg_class.csv and pg_stats.csv, or of a JSON file.

    Raises:
        SourceError: the source cannot be read.
        InputError: it does not hold what is needed.
        EngineError: the database refused the queries.
    """
    text = str(source)
    if text.startswith(("postgresql://", "postgres://")):
        return _live(text)
    path = Path(source)
    if path.is_dir():
        sizes, columns = path / "pg_class.csv", path / "pg_stats.csv"
        return Statistics(_checked("pg_class", _csv(sizes), sizes), _checked("pg_stats", _csv(columns), columns))
    return _json(path)


def _live(address: str) -> Statistics:
    try:
        import psycopg
        from psycopg.rows import dict_row
    except ModuleNotFoundError as error:
        raise EngineMissing("psycopg is not installed", to_do="pip install 'psycopg[binary]'") from error
    options = "-c default_transaction_read_only=on -c statement_timeout=60s -c lock_timeout=5s"
    try:
        with psycopg.connect(address, options=options, row_factory=dict_row, connect_timeout=10) as connection:
            return Statistics(tuple(connection.execute(SIZES)), tuple(connection.execute(COLUMNS)))
    except psycopg.Error as error:
        first = str(error).strip().partition("\n")[0]
        raise EngineError(f"the statistics could not be read: {first}", where="postgres") from error


def _csv(path: Path) -> list[Row]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # histogram bounds of long texts
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "is not a text file in UTF-8"
        raise SourceError(f"cannot be read: {why}", where=str(path), to_do=HOW) from error
    except csv.Error as error:
        raise InputError(f"is not CSV: {error}", where=str(path), to_do=HOW) from error
    return [{key: value if value not in ("", None) else None for key, value in row.items() if key} for row in rows]


def _json(path: Path) -> Statistics:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", where=str(path), to_do=HOW) from error
    except ValueError as error:
        raise InputError(f"is not JSON: {error}", where=str(path), to_do=HOW) from error
    if not isinstance(told, dict) or not {"pg_class", "pg_stats"} <= set(told):
        raise InputError("is not an object with pg_class and pg_stats", where=str(path), to_do=HOW)
    parts = {name: told[name] or [] for name in ("pg_class", "pg_stats")}
    for name, rows in parts.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise InputError(f"{name} is not a list of objects", where=str(path), to_do=HOW)
    return Statistics(*(_checked(name, rows, path) for name, rows in parts.items()))


def _checked(kind: str, rows: Iterable[Row], path: Path) -> tuple[Row, ...]:
    found = tuple({_OTHER_NAMES.get(key, key): value for key, value in row.items()} for row in rows)
    if found and (missing := [name for name in _NEEDED[kind] if name not in found[0]]):
        raise InputError(f"{kind} has no column {', '.join(missing)}", where=str(path), to_do=HOW)
    return found
