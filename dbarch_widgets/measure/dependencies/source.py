"""Brings somebody's rows into DuckDB, each value as a number that stands for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbarch_widgets.errors import InputError, SourceError, UnknownName
from dbarch_widgets.sql.messages import first_line
from dbarch_widgets.sql.names import quote, text_literal

MOST_ROWS = 5_000_000
_FEW = 100_000

RowsSource = str | Path | Mapping[str, Sequence[object]]


@dataclass(frozen=True)
class Coded:
    """The table `coded` of a DuckDB connection: columns c0, c1 …, whole numbers of which NULL is one; equal where values are."""

    connection: Any
    columns: tuple[str, ...]
    rows: int
    cut: bool

    def code(self, name: str) -> str:
        return f"c{self.columns.index(name)}"

    def codes(self, names: Sequence[str]) -> str:
        return ", ".join(map(self.code, names))

    def one(self, sql: str) -> tuple[Any, ...]:
        """The one row of a query."""
        row: tuple[Any, ...] = self.connection.execute(sql).fetchone()
        return row


def load(rows: RowsSource, name: str, columns: Sequence[str] | None, known: Sequence[str] | None) -> Coded:
    """Reads and codes the rows; `columns` picks some, `known` are those that the table may have.

    Raises:
        SourceError: the file cannot be read.
        InputError: it holds no rows.
        UnknownName: a column, or the table of a DuckDB file, that is not there.
    """
    import duckdb

    connection = duckdb.connect()
    try:
        source, close = _source(connection, rows, name)
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        names = tuple(str(row[0]) for row in described)
        for each in columns or ():
            if each not in names:
                raise UnknownName("column", each, names, where=str(rows) if not isinstance(rows, Mapping) else name)
        for each in names if known is not None else ():
            if each not in (known or ()):
                raise UnknownName("column", each, known or (), where=f"table {name}")
        chosen = tuple(each for each in names if not columns or each in columns)
        picked = ", ".join(f"CAST({quote(each)} AS VARCHAR) AS v{at}" for at, each in enumerate(chosen))
        connection.execute(f"CREATE TABLE given AS SELECT {picked} FROM {source} LIMIT {MOST_ROWS + 1}")
        for statement in close:
            connection.execute(statement)
    except duckdb.Error as error:
        connection.close()
        where = None if isinstance(rows, Mapping) else str(rows)
        raise SourceError(f"cannot be read: {first_line(error)}", where=where) from error
    except InputError:
        connection.close()
        raise
    return _coded(connection, chosen, name)


def _coded(connection: Any, names: tuple[str, ...], name: str) -> Coded:
    found = int(connection.execute("SELECT count(*) FROM given").fetchone()[0])
    cut = found > MOST_ROWS
    if found < _FEW:
        connection.execute("SET threads = 1")  # handing pieces to others takes longer than the work
    if not found:
        raise InputError("there are no rows in it", where=name)
    for at in range(len(names)):
        # NULL is a value like any other here: two rows without a city agree in it.
        connection.execute(
            f"CREATE TABLE d{at} AS SELECT v, row_number() OVER (ORDER BY v NULLS FIRST)::INTEGER AS c "
            f"FROM (SELECT DISTINCT v{at} AS v FROM given)"
        )
    joins = " ".join(f"JOIN d{at} ON d{at}.v IS NOT DISTINCT FROM g.v{at}" for at in range(len(names)))
    codes = ", ".join(f"d{at}.c AS c{at}" for at in range(len(names)))
    connection.execute(f"CREATE TABLE coded AS SELECT {codes} FROM (FROM given LIMIT {MOST_ROWS}) g {joins}")
    connection.execute("DROP TABLE given")
    return Coded(connection, names, min(found, MOST_ROWS), cut)


def _source(connection: Any, rows: RowsSource, name: str) -> tuple[str, tuple[str, ...]]:
    """What stands after FROM, and what to run once the rows are in."""
    if isinstance(rows, Mapping):
        return _of_values(connection, rows, name), ("DROP TABLE handed",)
    path = Path(rows)
    if not path.is_file():
        raise SourceError("there is no such file", where=str(rows))
    literal = text_literal(str(path.resolve()))
    ending = path.suffix.lower()
    if ending in (".parquet", ".pq"):
        return f"read_parquet({literal})", ()
    if ending in (".csv", ".tsv", ".txt"):
        return f"read_csv({literal}, all_varchar = true, header = true)", ()
    if ending in (".duckdb", ".ddb", ".db"):
        connection.execute(f"ATTACH {literal} AS own (READ_ONLY)")
        schema, _, bare = name.rpartition(".")
        found = connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'own' ORDER BY ALL"
        ).fetchall()
        wanted = [row for row in found if row[1] == bare and schema in ("", "public", row[0])]
        if not wanted:
            raise UnknownName("table", name, [row[1] for row in found], where=str(rows))
        return f"own.{quote(wanted[0][0])}.{quote(wanted[0][1])}", ("DETACH own",)
    raise InputError("rows come as .csv, .parquet or a DuckDB file, or as columns with their values", where=str(rows))


def _of_values(connection: Any, rows: Mapping[str, Sequence[object]], name: str) -> str:
    lengths = {len(values) for values in rows.values()}
    if len(lengths) != 1:
        raise InputError("the columns have different numbers of values", where=name)
    texts = [[None if value is None else str(value) for value in values] for values in rows.values()]
    picked = ", ".join(f"unnest(CAST(? AS VARCHAR[])) AS {quote(each)}" for each in rows)
    connection.execute(f"CREATE TABLE handed AS SELECT {picked}", texts)
    return "handed"
