"""The rows in a real PostgreSQL with every constraint on: it refuses none."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.sql.load_order import load_order
from dbarch_widgets.sql.names import duckdb_name, qualified, quoted_list
from dbarch_widgets.synth.generate import generate

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "data"
FILES = [HERE / "tough.sql", *sorted(DATA.glob("*/schema.sql"))]


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_postgres_takes_every_row(file: Path, server: PostgresServer) -> None:
    schema = read_schema(file)
    with DuckDBEngine() as duckdb, PostgresEngine(server=server) as postgres:
        made = generate(schema, duckdb, scale=0.05, seed=3, verify=False)
        assert postgres.load_sql(file.read_text(encoding="utf-8")) == ()
        connection, total = postgres.connection, 0
        connection.execute("BEGIN")
        connection.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in load_order(schema).tables:
            columns = [column.name for column in table.columns if column.generated is None]
            if not columns:
                continue
            rows = duckdb.execute(f"SELECT {quoted_list(columns)} FROM {qualified(duckdb_name(table.qname))}").rows
            connection.execute(f"ALTER TABLE {qualified(table.qname)} DISABLE TRIGGER USER")
            with connection.cursor().copy(f"COPY {qualified(table.qname)} ({quoted_list(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            total += len(rows)
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        connection.execute("COMMIT")
    assert total == sum(rows for _, rows in made.rows) > 1_000
