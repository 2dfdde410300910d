"""What one more tenant costs in each way to keep tenants apart, measured on a throw-away PostgreSQL.

The design's tables are made once for all, once for each tenant as a schema, and once for each as a database, all empty. What
is counted is the price of being there: bytes on disk, what a session keeps in memory of the tables it has touched, and what one more
column in one table writes to the WAL. Rows cost the same in each way and are not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.names import quote
from dbarch_widgets.sql.write import write_ddl

if TYPE_CHECKING:
    import psycopg

WAYS = ("shared tables", "a schema for each tenant", "a database for each tenant")


@dataclass(frozen=True)
class WayCost:
    """What each tenant beyond the first costs in one way.

    Relations, bytes on disk, bytes in a session that has touched all its tables, bytes of WAL and statements of one more
    column, and whether a session is bound to one tenant.
    """

    way: str
    relations: float
    bytes_on_disk: float
    bytes_in_session: float
    wal_of_a_column: float
    statements_of_a_column: int
    own_connections: bool

    def at(self, tenants: int) -> dict[str, object]:
        """What that comes to with so many tenants, as far as it grows with their number alone."""
        more = tenants - 1
        return {
            "way": self.way,
            "relations": round(self.relations * more),
            "GB on disk": round(self.bytes_on_disk * more / 1e9, 2),
            "MB in a session": round(self.bytes_in_session * more / 1e6, 1),
            "statements for one column": 1 + self.statements_of_a_column * more,
            "MB of WAL for it": round(self.wal_of_a_column * more / 1e6, 1),
            "connections cannot be shared": self.own_connections,
        }


def measure_tenancy_ways(schema: Schema, copies: int = 10) -> tuple[WayCost, ...]:
    """The three ways, on so many copies of the schema's tables.

    Raises:
        InputError: its tables are in several schemas, so that a schema for each tenant is no way for it; or there are none.
        EngineError: PostgreSQL did not take them.
    """
    spaces = {table.schema for table in schema.tables}
    if spaces != {"public"}:
        where = f"the schema{'s' if len(spaces) > 1 else ''} {', '.join(sorted(spaces))}" if spaces else "no schema"
        raise InputError(
            f"its tables are in {where}, and copies are made of tables in public only",
            to_do="give the schema with its tables in public: a schema for each tenant takes the place of one, not of several",
        )
    # Roles belong to the server; the rest of the DDL names no schema, so that it goes where the search path leads.
    ddl = "".join(line + "\n" for line in write_ddl(schema, "postgres").sql.splitlines() if not _of_server(line))
    table = max(schema.base_tables, key=lambda each: (len(each.columns), each.qname))
    with PostgresServer() as server:
        return (
            WayCost(WAYS[0], 0, 0, 0, 0, 0, False),
            _schemas(server, ddl, schema, table.qname, copies),
            _databases(server, ddl, schema, table.qname, copies),
        )


def _of_server(line: str) -> bool:
    return line.startswith(("CREATE ROLE", "GRANT ", "REVOKE ", "ALTER DEFAULT PRIVILEGES", "CREATE EXTENSION"))


def _schemas(server: PostgresServer, ddl: str, schema: Schema, table: QName, copies: int) -> WayCost:
    with _fresh(server, schema) as connection:
        start = _state(connection)
        for number in range(copies):
            connection.execute(f"CREATE SCHEMA t{number}; SET search_path = t{number}, public".encode())
            connection.execute(ddl.encode())
        end = _state(connection)
        database = connection.info.dbname
    with _session(server, database) as session:
        memory = _touched(session, [f"t{number}" for number in range(copies)], schema)
        wal = sum(_column(session, f"t{number}.{quote(table.name)}") for number in range(copies))
    relations, size = ((new - old) / copies for old, new in zip(start, end, strict=True))
    return WayCost(WAYS[1], relations, size, memory / copies, wal / copies, 1, False)


def _databases(server: PostgresServer, ddl: str, schema: Schema, table: QName, copies: int) -> WayCost:
    relations = size = wal = 0
    for _ in range(copies):
        with _fresh(server, schema) as connection:
            before, _ = _state(connection)
            connection.execute(ddl.encode())
            after, full = _state(connection)
            relations, size = relations + after - before, size + full
            wal += _column(connection, quote(table.name))
    return WayCost(WAYS[2], relations / copies, size / copies, 0, wal / copies, 1, True)


def _fresh(server: PostgresServer, schema: Schema) -> psycopg.Connection[tuple[int, ...]]:
    """A session in a database of its own, with the design's extensions."""
    connection = _session(server, server.database().partition("@/")[2].partition("?")[0])
    for each in schema.extensions:
        connection.execute(f"CREATE EXTENSION IF NOT EXISTS {quote(each.name)}".encode())
    return connection


def _session(server: PostgresServer, database: str) -> psycopg.Connection[tuple[int, ...]]:
    import psycopg

    return psycopg.connect(server.administrator_url(database), autocommit=True)


def _one(connection: psycopg.Connection[tuple[int, ...]], sql: str) -> int:
    row = connection.execute(sql.encode()).fetchone()
    return int(row[0]) if row else 0


def _state(connection: psycopg.Connection[tuple[int, ...]]) -> tuple[int, int]:
    """Relations, and bytes of the database."""
    relations = _one(connection, "SELECT count(*) FROM pg_class")
    return relations, _one(connection, "SELECT pg_database_size(current_database())")


def _touched(connection: psycopg.Connection[tuple[int, ...]], spaces: Sequence[str], schema: Schema) -> int:
    """What the session keeps more in memory once it has asked each table."""
    held = "SELECT sum(total_bytes)::bigint FROM pg_backend_memory_contexts"
    before = _one(connection, held)
    for space in spaces:
        for table in schema.base_tables:
            connection.execute(f"SELECT count(*) FROM {space}.{quote(table.name)}".encode())
    return _one(connection, held) - before


def _column(connection: psycopg.Connection[tuple[int, ...]], table: str) -> int:
    """The WAL of one more column."""
    before = _one(connection, "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
    connection.execute(f"ALTER TABLE {table} ADD COLUMN dbarch_one_more integer".encode())
    return _one(connection, "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn") - before
