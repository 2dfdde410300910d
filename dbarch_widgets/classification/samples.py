"""A few values of each column: from rows in hand, or from a DuckDB file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dbarch_widgets.errors import SourceError
from dbarch_widgets.importers.duckdb.engine import load_duckdb
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.names import qualified, quoted_list

# Values by table (`schema.table` or `table`) and column; or the path of a DuckDB file.
Rows = Mapping[str, Mapping[str, Sequence[object]]] | str | Path

LOOKED_AT = 1_000


class Samples:
    """The values that were looked at, by table and column; `notes` says which tables could not be read."""

    def __init__(self, values: Mapping[QName, Mapping[str, Sequence[object]]], notes: tuple[str, ...] = ()) -> None:
        self._values = values
        self.notes = notes

    def of(self, table: Table, column: str) -> Sequence[object]:
        """The values of a column that are not null, or nothing when there are none."""
        return [value for value in self._values.get(table.qname, {}).get(column, ()) if value is not None]


def sampled(schema: Schema, rows: Rows | None) -> Samples:
    """At most `LOOKED_AT` rows of each table, the same ones each time.

    Raises:
        SourceError: the file is not there or is no DuckDB database.
    """
    if rows is None:
        return Samples({})
    if isinstance(rows, Mapping):
        return _in_hand(schema, rows)
    return _from_file(schema, Path(str(rows).removeprefix("duckdb:///")))


def _in_hand(schema: Schema, rows: Mapping[str, Mapping[str, Sequence[object]]]) -> Samples:
    found: dict[QName, Mapping[str, Sequence[object]]] = {}
    notes = []
    for name, columns in rows.items():
        table = schema.find(name)
        if table is None:
            notes.append(f"rows were given of {name}, which the schema does not have")
        else:
            found[table.qname] = {column: list(values)[:LOOKED_AT] for column, values in columns.items()}
    return Samples(found, tuple(notes))


def _from_file(schema: Schema, path: Path) -> Samples:
    duckdb = load_duckdb()
    if not path.is_file():
        raise SourceError("there is no such file", where=str(path), to_do="give the path of a DuckDB database")
    config = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "enable_external_access": "false",
    }
    try:
        connection = duckdb.connect(str(path), read_only=True, config=config)
    except (duckdb.Error, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise SourceError(
            f"cannot be read: {reason}", where=str(path), to_do="give a file that DuckDB wrote"
        ) from error
    with connection:
        return _read(schema, connection)


def _read(schema: Schema, connection: Any) -> Samples:
    listed = connection.execute(
        "SELECT schema_name, table_name, list(column_name) FROM duckdb_columns() WHERE NOT internal GROUP BY ALL"
    ).fetchall()
    there = {(place, name): columns for place, name, columns in listed}
    found: dict[QName, Mapping[str, Sequence[object]]] = {}
    missing = []
    for table in schema.base_tables:
        place = next((place for place in (table.schema, "main") if (place, table.name) in there), None)
        if place is None:
            missing.append(str(table.qname))
            continue
        columns = [name for name in table.column_names if name in there[place, table.name]]
        found[table.qname] = _values(connection, place, table.name, columns)
    notes = (f"the file has no rows of {', '.join(missing)}",) if missing else ()
    return Samples(found, notes)


def _values(connection: Any, place: str, name: str, columns: list[str]) -> Mapping[str, Sequence[object]]:
    if not columns:
        return {}
    sample = f"USING SAMPLE reservoir({LOOKED_AT} ROWS) REPEATABLE (1)"
    rows = connection.execute(f"SELECT {quoted_list(columns)} FROM {qualified(QName(place, name))} {sample}").fetchall()
    return {column: [row[at] for row in rows] for at, column in enumerate(columns)}
