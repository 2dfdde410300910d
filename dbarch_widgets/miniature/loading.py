"""Makes the sample's rows in DuckDB and copies them into the miniature's PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import EngineError
from dbarch_widgets.miniature.cluster import Cluster
from dbarch_widgets.miniature.runs import SampleWords, with_words
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.names import duckdb_name, qualified, quote, quoted_list, text_literal
from dbarch_widgets.synth.compile import Compiler
from dbarch_widgets.synth.part import Part

_CHUNK = 1 << 20
Say = Callable[[str, float], None]


def fill(compiler: Compiler, engine: DuckDBEngine, table: QName, part: Part) -> tuple[str, ...]:
    """Make a part of a table's rows in DuckDB; returns what could not be made."""
    compiled = with_words(compiler, SampleWords(compiler.seed, str(table))).table(table, part=part)
    notes = [f"{table}: {note}" for note in compiled.notes]
    if compiled.rows and compiled.columns:
        try:
            engine.execute(compiled.insert)
        except EngineError as error:
            notes.append(f"{table}: NOT FILLED: {error.what}")
    return tuple(dict.fromkeys(notes))


def load(
    cluster: Cluster,
    engine: DuckDBEngine,
    compiler: Compiler,
    parts: Mapping[QName, Part],
    folder: Path,
    *,
    keep: bool = True,
) -> tuple[dict[QName, int], tuple[str, ...]]:
    """Make those parts of the tables in DuckDB and copy them into PostgreSQL; returns the rows loaded and the notes.

    Without `keep` DuckDB drops the rows once they are copied.

    The tables are emptied in the same transaction, so that nothing has to be logged; keys and triggers are not looked
    at, and the indexes wait for `build_indexes`.

    Raises:
        EngineError: PostgreSQL refused the rows of a table, or the disk is full; nothing is then kept.
    """
    rows: dict[QName, int] = {}
    notes: list[str] = []
    with cluster.administrator.transaction():
        cluster.run("SET LOCAL session_replication_role = replica")
        cluster.run("SET LOCAL allow_system_table_mods = on")
        cluster.run(f"TRUNCATE {', '.join(map(qualified, parts))} CASCADE")
        cluster.run(f"UPDATE pg_index SET indisready = false WHERE indrelid IN ({_OWN})")
        for table, part in parts.items():
            notes += fill(compiler, engine, table, part)
            rows[table] = _copy_rows(cluster, engine, folder, table)
            if not keep:
                engine.execute(f"DELETE FROM {qualified(duckdb_name(table))}")
    return rows, tuple(notes)


_OWN = """SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"""


def build_indexes(cluster: Cluster) -> tuple[str, ...]:
    """Build the indexes that waited, each as CREATE INDEX does; returns those that the rows do not allow."""
    found = cluster.run(
        f"""SELECT n.nspname, c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisready AND i.indrelid IN ({_OWN}) ORDER BY 1, 2"""
    )
    notes = []
    for schema, index in found:
        try:
            cluster.run(f"REINDEX INDEX {qualified(QName(schema, index))}")
        except EngineError as error:
            if not cluster.server.running:
                raise
            notes.append(f"index {schema}.{index} COULD NOT BE BUILT: {error.what}")
    return tuple(notes)


def _copy_rows(cluster: Cluster, engine: DuckDBEngine, folder: Path, table: QName) -> int:
    described = engine.execute(f"DESCRIBE {qualified(duckdb_name(table))}").rows
    generated = _generated(cluster, table)
    columns = [(str(row[0]), str(row[1])) for row in described if str(row[0]) not in generated]
    picked = ", ".join(_as_text(name, kind) for name, kind in columns)
    source = f"SELECT {picked} FROM {qualified(duckdb_name(table))}"
    file = folder / "rows.csv"
    try:
        engine.execute(f"COPY ({source}) TO {text_literal(str(file))} (FORMAT csv, HEADER false, NULLSTR '\\N')")
        return _copy(cluster, table, [name for name, _ in columns], file)
    finally:
        file.unlink(missing_ok=True)


def _copy(cluster: Cluster, table: QName, columns: list[str], file: Path) -> int:
    import psycopg

    command = f"COPY {qualified(table)} ({quoted_list(columns)}) FROM STDIN (FORMAT csv, NULL '\\N')"
    try:
        with cluster.administrator.cursor() as cursor:
            with cursor.copy(command.encode()) as copy, file.open("rb") as rows:
                while chunk := rows.read(_CHUNK):
                    copy.write(chunk)
            return int(cursor.rowcount)
    except psycopg.Error as error:
        told = cluster.told(error)
        raise EngineError(told.what, where=f"postgres, table {table}", to_do=told.to_do) from error


def _generated(cluster: Cluster, table: QName) -> set[str]:
    sql = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attgenerated <> '' AND attnum > 0"
    return {str(row[0]) for row in cluster.run(sql, (qualified(table),))}


def _as_text(name: str, kind: str) -> str:
    """A column as PostgreSQL reads it in a CSV."""
    column = quote(name)
    if kind == "BLOB":
        return f"'\\x' || lower(hex({column})) AS {column}"
    if kind.endswith("]"):
        item = """'"' || replace(replace(CAST(x AS VARCHAR), '\\', '\\\\'), '"', '\\"') || '"'"""
        return f"'{{' || array_to_string(list_transform({column}, lambda x: {item}), ',') || '}}' AS {column}"
    return column
