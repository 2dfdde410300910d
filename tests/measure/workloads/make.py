"""Makes the files beside it with a throw-away PostgreSQL: python tests/measure/workloads/make.py

A small shop runs for a few seconds through both protocols, with csvlog, jsonlog and pg_stat_statements on. The rows
are invented. Process and session numbers differ from run to run, what is said in them does not.
"""

from __future__ import annotations

import contextlib
import random
import re
from pathlib import Path

import psycopg

from dbarch_widgets.engines.postgres_server import PostgresServer

HERE = Path(__file__).parent
SETTINGS = {
    "shared_preload_libraries": "pg_stat_statements",
    "logging_collector": "on",
    "log_destination": "csvlog,jsonlog",
    "log_directory": "log",
    "log_filename": "postgresql.log",
    "log_min_messages": "warning",
    "log_min_duration_statement": "0",
}


def main() -> None:
    """Run the shop, fetch what PostgreSQL wrote."""
    with PostgresServer(settings=SETTINGS) as server:
        admin = server.url().replace("postgres@", "dbarch_superuser@")
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION pg_stat_statements")
            connection.execute((HERE.parent / "shop.sql").read_text(encoding="utf-8").encode())
            _fill(connection)
            connection.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO postgres")
            connection.execute("SELECT pg_stat_statements_reset()")
        _run(server.url())
        with psycopg.connect(admin, autocommit=True) as connection:
            _statistics(connection)
            for kind in ("csv", "json"):
                name = f"log/postgresql.{kind}"
                text = connection.execute("SELECT pg_read_file(%s)", [name]).fetchone()[0]  # type: ignore[index]
                (HERE / f"shop_log.{kind}").write_text(_kept(text), encoding="utf-8")


def _kept(text: str) -> str:
    """The log without what the making of the schema and the copying out wrote."""
    start = re.search(r"^.*SELECT pg_stat_statements_reset\(\).*\n", text, re.MULTILINE)
    end = re.search(r"^.*taken_at", text, re.MULTILINE)
    assert start
    assert end
    return text[start.end() : end.start()]


def _fill(connection: psycopg.Connection) -> None:
    connection.execute(
        "INSERT INTO customers (email, name) SELECT 'user' || n || '@example.org', 'Customer ' || n FROM generate_series(1, 300) n"
    )
    connection.execute(
        "INSERT INTO orders (customer_id, status, total, placed_on, token) "
        "SELECT 1 + n % 300, (ARRAY['cart', 'placed', 'shipped'])[1 + n % 3]::order_status, n, current_date - n % 60, "
        "gen_random_uuid() FROM generate_series(1, 2000) n"
    )
    connection.execute(
        "INSERT INTO items SELECT id, 1, 'SKU' || lpad((id % 50)::text, 4, '0'), 9.5 FROM orders WHERE id % 2 = 0"
    )


def _run(url: str) -> None:
    random.seed(7)
    with (
        psycopg.connect(url, autocommit=True, application_name="web") as web,
        psycopg.connect(url, application_name="checkout") as checkout,
        psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as simple,
    ):
        for turn in range(40):
            customer = min(int(random.paretovariate(0.9)), 300)
            web.execute("SELECT id, status, total FROM orders WHERE customer_id = %s ORDER BY created_at DESC LIMIT %s",
                        [customer, random.choice([10, 10, 10, 50])])  # fmt: skip
            web.execute("SELECT id, name FROM customers WHERE email = %s", [f"user{customer}@example.org"])
            status = random.choice(["placed", "placed", "shipped"])
            simple.execute(f"SELECT count(*) FROM orders WHERE status = '{status}' AND total > {turn * 3 % 40}.5")
            if turn % 4 == 0:
                _order(checkout, customer, turn)
            if turn % 10 == 0:
                ids = ", ".join(str(random.randint(1, 2000)) for _ in range(2 + turn % 3))
                simple.execute(f"SELECT id FROM orders WHERE id IN ({ids}) -- page {turn}")
                simple.execute("SET search_path = public")
                web.execute("SELECT relname FROM pg_catalog.pg_class WHERE relkind = %s LIMIT 1", ["r"])
            if turn == 20:
                _failing(simple)


def _order(checkout: psycopg.Connection, customer: int, turn: int) -> None:
    checkout.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    name = checkout.execute("SELECT name FROM customers WHERE id = %s FOR UPDATE", [customer]).fetchone()
    assert name
    order = checkout.execute(
        "INSERT INTO orders (customer_id, total, placed_on, token) VALUES (%s, %s, current_date, gen_random_uuid()) RETURNING id",
        [customer, turn + 0.5],
    ).fetchone()
    assert order
    for line in range(1, 3):
        checkout.execute(
            "INSERT INTO items (order_id, line_no, sku, amount) VALUES (%s, %s, %s, %s)",
            [order[0], line, f"SKU{turn % 50:04}", turn],
        )
    if turn % 20 == 8:
        checkout.rollback()
    else:
        checkout.commit()


def _failing(simple: psycopg.Connection) -> None:
    for wrong in ("SELECT nothing FROM orders WHERE id = 4711", "SELEKT 'secret@example.org'"):
        with contextlib.suppress(psycopg.Error):
            simple.execute(wrong)


def _statistics(connection: psycopg.Connection) -> None:
    queries = {
        "pg_stat_statements.csv": "SELECT * FROM pg_stat_statements WHERE calls > 0 ORDER BY calls DESC, query",
        "pg_stat_statements_taken.csv": (
            "SELECT s.userid::regrole AS rolname, s.queryid, s.query, s.calls, s.rows, s.total_exec_time, i.stats_reset, "
            "now() AS taken_at FROM pg_stat_statements s, pg_stat_statements_info i ORDER BY s.calls DESC, s.query"
        ),
    }
    for name, query in queries.items():
        with connection.cursor().copy(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER)".encode()) as copy:
            (HERE / name).write_bytes(b"".join(bytes(part) for part in copy))
    rows = connection.execute(
        "SELECT json_agg(s) FROM (SELECT queryid, query, calls, total_exec_time, rows, toplevel, stats_since "
        "FROM pg_stat_statements ORDER BY calls DESC, query) s"
    ).fetchone()
    assert rows
    import json

    (HERE / "pg_stat_statements.json").write_text(json.dumps(rows[0], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
