"""The migration on a real PostgreSQL: up gives the target, down the first schema again, and the rows are unharmed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from catalogs import differences
from filled import OWN, catalog_text, digests, fill, run
from running import DESIGNS, ROOT, as_administrator, from_catalog, ran, shell

from dbarch_widgets.deliverables.bundle import deliver
from dbarch_widgets.deliverables.context import DeliveryContext
from dbarch_widgets.deliverables.migration import Hints, Migration, plan_migration
from dbarch_widgets.deliverables.migration.files import migration_files
from dbarch_widgets.deliverables.migration_part import migration_of
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.importers.postgres.read import read_postgres
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.reviewing.run import review

HERE = Path(__file__).parent
UP, DOWN = "sh migration/run.sh up", "sh migration/run.sh down"
# What synthetic rows of the faulty schema hold that the mended one forbids; a person would decide on each.
MENDED = {
    "slow_webshop": ("UPDATE orders SET order_number = 'ORD-' || id",),
    "saas_projects": (
        "DELETE FROM issue_labels a USING issue_labels b WHERE a.ctid < b.ctid AND (a.issue_id, a.label_id) = (b.issue_id, b.label_id)",
    ),
    "trading_platform": (
        "UPDATE ledger.account l SET firm_id = a.firm_id FROM party.account a WHERE a.account_id = l.account_id",
        "UPDATE risk.limit_rule l SET firm_id = a.firm_id FROM party.account a WHERE a.account_id = l.account_id",
        "INSERT INTO party.gateway_session (firm_id, sender_comp_id, region) SELECT firm_id, 'of-' || firm_id, (SELECT region FROM party.gateway_session LIMIT 1) FROM party.firm",
        "UPDATE trade.orders o SET session_id = s.session_id FROM party.gateway_session s WHERE s.firm_id = o.firm_id AND s.sender_comp_id = 'of-' || o.firm_id",
    ),
}


# Named, so that a new rule does not bring rows into the way that nobody has mended above.
FIXES = {
    "slow_webshop": "missing-index-for-query,foreign-key-without-index,natural-key-not-unique,duplicate-index,redundant-index,leading-wildcard-like",
    "saas_projects": "float-money,integer-key-runs-out,timestamp-without-time-zone,table-without-primary-key,missing-index-for-query,foreign-key-without-index,mutable-audit-table,cascade-into-records",
    "trading_platform": "security-definer-function-without-search-path,definer-function-executable-by-public,table-without-primary-key,narrow-price,mutable-audit-table,float-money,foreign-key-without-tenant,global-unique-in-tenant-table,timestamp-without-time-zone,security-definer-view,foreign-key-without-index",
}


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def seen(url: str) -> Schema:
    """The catalog without what the migration keeps for itself."""
    schema = from_catalog(url)
    return replace(
        schema,
        tables=tuple(table for table in schema.tables if table.schema not in OWN),
        sequences=tuple(each for each in schema.sequences if each.schema not in OWN),
        namespaces=tuple(each for each in schema.namespaces if each.name not in OWN),
    )


def written(migration: Migration, folder: Path) -> None:
    for file in migration_files(migration):
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_text(file.text, encoding="utf-8")


@pytest.mark.parametrize("design", DESIGNS)
def test_a_reference_design_goes_up_and_down(design: str, server: PostgresServer, tmp_path: Path) -> None:
    made = review(ROOT / "data" / design)
    out = tmp_path / "out"
    context = DeliveryContext(made, FIXES[design])
    deliver(made, out, fix=context.fix)
    url = as_administrator(server, server.database())
    assert fill(made.schema, url) > 4_000
    refused = shell("sh migration/run.sh preflight", out, url)
    assert refused.returncode == 3
    assert "Rows are in the way: step" in refused.stderr
    run(url, *MENDED[design])
    ran("sh migration/run.sh preflight", out, url)
    before, rows, rights = seen(url), digests(url, made.schema), catalog_text(url)
    steps = len(ran(UP, out, url).splitlines())
    migration = migration_of(context)
    assert (steps, migration.cannot, migration.cannot_back) == (len(migration.steps), (), ())
    found = differences(context.target, seen(url))
    assert not found, "\n".join(found)
    assert {name: count for name, (count, _) in digests(url, made.schema).items()} == {
        name: count for name, (count, _) in rows.items()
    }
    assert catalog_text(url) != rights or design != "trading_platform", "the REVOKE on a function is done"
    assert ran(UP, out, url) == "", "what is done is not done again"
    assert len(ran(DOWN, out, url).splitlines()) == steps
    found = differences(before, seen(url))
    assert not found, "\n".join(found)
    assert digests(url, made.schema) == rows
    assert catalog_text(url) == rights
    ran("sh migration/run.sh forget", out, url)
    assert run(url, f"SELECT count(*) FROM pg_namespace WHERE nspname IN {OWN}") == [(0,)]


OLD = """
CREATE TYPE state AS ENUM ('new', 'old');
CREATE DOMAIN amount AS numeric(12, 2) CHECK (VALUE >= 0);
CREATE TABLE parent (a bigint, b bigint, note text, PRIMARY KEY (a, b));
CREATE TABLE child (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a bigint, b bigint, price double precision NOT NULL, state state NOT NULL,
    code varchar(20), "Weird ""name" text, went text NOT NULL, at timestamp NOT NULL DEFAULT now(), total amount,
    CONSTRAINT to_parent FOREIGN KEY (a, b) REFERENCES parent (a, b), CONSTRAINT positive CHECK (price > 0)
);
CREATE INDEX child_code ON child (code);
CREATE VIEW cheap AS SELECT id, price FROM child WHERE price < 5;
CREATE VIEW cheapest AS SELECT min(price) AS least FROM cheap;
CREATE TABLE gone (id bigint PRIMARY KEY, child_id bigint REFERENCES child (id));
CREATE TABLE log (day date NOT NULL, id bigint NOT NULL, what text, PRIMARY KEY (day, id)) PARTITION BY RANGE (day);
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.note := ''old''; RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE ON parent FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE child ENABLE ROW LEVEL SECURITY;
CREATE POLICY cheap_only ON child USING (price < 100);
"""
NEW = """
CREATE TYPE state AS ENUM ('new', 'open', 'old');
CREATE DOMAIN amount AS numeric(12, 2) CHECK (VALUE >= 0) CHECK (VALUE < 1000000);
CREATE SCHEMA app;
CREATE TABLE parent (a bigint, b bigint, note text NOT NULL, PRIMARY KEY (a, b), CONSTRAINT noted UNIQUE (a, note));
COMMENT ON TABLE parent IS '*/ ; \\! touch pwned';
CREATE TABLE child (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a bigint NOT NULL, b bigint, price numeric(12, 2) NOT NULL, state state NOT NULL DEFAULT 'new',
    code varchar(40), "Weird ""name" text COLLATE "C", at timestamptz NOT NULL DEFAULT now(), total amount,
    token uuid NOT NULL DEFAULT gen_random_uuid(), flag boolean NOT NULL DEFAULT false, double_price numeric GENERATED ALWAYS AS (price * 2) STORED,
    CONSTRAINT to_parent FOREIGN KEY (a, b) REFERENCES parent (a, b) ON DELETE CASCADE, CONSTRAINT positive CHECK (price > 0 AND price < 1000000)
) WITH (fillfactor = 90);
CREATE INDEX child_code ON child (code, id);
CREATE UNIQUE INDEX child_token ON child (token);
CREATE VIEW cheap WITH (security_invoker = true) AS SELECT id, price FROM child WHERE price < 5;
CREATE VIEW cheapest AS SELECT min(price) AS least, max(price) AS most FROM cheap;
CREATE TABLE app.came (id bigint PRIMARY KEY, child_id bigint NOT NULL REFERENCES child (id), note text);
CREATE INDEX came_child ON app.came (child_id);
CREATE TABLE log (day date NOT NULL, id bigint NOT NULL, what text, PRIMARY KEY (day, id)) PARTITION BY RANGE (day);
CREATE INDEX log_what ON log (what);
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.note := ''new''; RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE ON parent FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE child ENABLE ROW LEVEL SECURITY;
ALTER TABLE child FORCE ROW LEVEL SECURITY;
CREATE POLICY cheap_only ON child USING (price < 100) WITH CHECK (price < 50);
"""
ROWS = """
INSERT INTO parent SELECT n, n, 'note ' || n FROM generate_series(1, 12000) AS n;
INSERT INTO child (a, b, price, state, code, went, at, total) SELECT n, n, n + 0.123456789, 'old', 'c' || n, 'w' || n, '2026-01-01', n FROM generate_series(1, 12000) AS n;
INSERT INTO gone SELECT n, n FROM generate_series(1, 100) AS n;
INSERT INTO log SELECT '2026-01-15'::date + n % 40, n, 'x' FROM generate_series(1, 1000) AS n;
"""
# PostgreSQL cannot take a value out of an enum, and a column that comes back is the last one.
NOT_BACK = ("enum state changed", "column order", "table child changed")


def changed(server: PostgresServer, folder: Path) -> tuple[str, Schema, Schema, Migration]:
    old, new = read_postgres(OLD), read_postgres(NEW)
    migration = plan_migration(old, new, Hints({(QName("public", "child"), "at"): "at AT TIME ZONE 'UTC'"}))
    written(migration, folder)
    url = as_administrator(server, server.database())
    run(url, OLD, ROWS)
    return url, old, new, migration


def test_every_kind_of_change_goes_up_and_down(server: PostgresServer, tmp_path: Path) -> None:
    url, old, new, migration = changed(server, tmp_path)
    rows = digests(url, old)
    order = [change for change in migration.cannot if "column order" not in change and "→" not in change]
    assert order == []
    ran(UP, tmp_path, url)
    found = [each for each in differences(new, seen(url)) if "columns[" not in each]
    assert not found, "\n".join(found)
    assert run(url, "SELECT count(*), count(DISTINCT token) FROM child") == [(12000, 12000)]
    assert run(url, "SELECT count(*) FROM pg_index WHERE NOT indisvalid") == [(0,)]
    ran(DOWN, tmp_path, url)
    found = [
        each for each in differences(old, seen(url)) if "columns[" not in each and "enums: public.state" not in each
    ]
    assert not found, "\n".join(found)
    listed = 'id, a, b, price, state, code, "Weird ""name", went, at, total'
    text = f"SELECT md5(string_agg(c::text, '' ORDER BY id)) FROM (SELECT {listed} FROM child) AS c"
    again = run(url, text)
    fresh = as_administrator(server, server.database())
    run(fresh, OLD, ROWS)
    assert again == run(fresh, text), "the doubles too are what they were"
    later = digests(url, old)
    assert {name: later[name] for name in rows if name != "child"} == {
        name: rows[name] for name in rows if name != "child"
    }
    assert not list(tmp_path.rglob("pwned"))


def test_what_was_written_since_is_not_overwritten_on_the_way_back(server: PostgresServer, tmp_path: Path) -> None:
    url, _, _, _ = changed(server, tmp_path)
    ran(UP, tmp_path, url)
    run(url, "UPDATE child SET price = 7.5 WHERE id = 3")
    ran(DOWN, tmp_path, url)
    assert run(url, "SELECT id, price FROM child WHERE id IN (3, 4) ORDER BY id") == [(3, 7.5), (4, 4.123456789)]


def test_it_goes_on_where_it_was_interrupted(server: PostgresServer, tmp_path: Path) -> None:
    url, _, new, migration = changed(server, tmp_path)
    number = next(n for n, step in enumerate(migration.steps, 1) if "in batches" in step.title)
    ran(f"{UP} {number - 1}", tmp_path, url)
    assert len(ran("sh migration/run.sh status", tmp_path, url).splitlines()) == number - 1
    # A trigger that fails after a while is a server that goes away in the middle of the filling.
    run(
        url,
        "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id = 7000 THEN RAISE ''gone''; END IF; RETURN NEW; END'",
        "CREATE TRIGGER stop BEFORE UPDATE ON child FOR EACH ROW EXECUTE FUNCTION stop()",
    )
    stopped = shell(UP, tmp_path, url)
    assert stopped.returncode == 1
    assert "gone" in stopped.stderr
    ((done, left),) = run(url, "SELECT count(token), count(*) - count(token) FROM child")
    assert done >= 5000
    assert left > 0
    assert run(url, "SELECT (reached ->> 0)::int FROM dbarch_migration.backfill") == [(5001,)]
    run(url, "DROP TRIGGER stop ON child", "DROP FUNCTION stop()")
    # An index that was left half-made is in nobody's way.
    run(url, "CREATE INDEX log_what_not ON log_1 (what)")
    ran(UP, tmp_path, url)
    run(url, "DROP INDEX log_what_not")
    assert not [each for each in differences(new, seen(url)) if "columns[" not in each]


def test_a_lock_that_somebody_holds_is_waited_for_a_moment_only(server: PostgresServer, tmp_path: Path) -> None:
    import psycopg

    url, _, _, _ = changed(server, tmp_path)
    for file in tmp_path.rglob("*.sql"):
        file.write_text(file.read_text(encoding="utf-8").replace("'3s'", "'50ms'"), encoding="utf-8")
    with psycopg.connect(url) as other:
        other.execute("SELECT count(*) FROM child")
        refused = shell(UP, tmp_path, url, {"TRIES": "2", "PAUSE": "0"})
    assert refused.returncode == 1
    assert "given up after 2 tries" in refused.stderr
    ran(UP, tmp_path, url)


def test_locks_and_rewrites_are_those_that_are_said(server: PostgresServer, tmp_path: Path) -> None:
    """Each step in a transaction of ours: what it holds at its end, and which tables have new files."""
    import psycopg

    url, _, _, migration = changed(server, tmp_path)
    run(url, (tmp_path / "migration" / "setup.sql").read_text(encoding="utf-8"))
    measured = 0
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"SET search_path = {migration.search_path}".encode())
        for step in migration.steps:
            tables = {lock.table for lock in step.locks} | ({step.table} if step.table else set())
            before = {table: files_of(connection, table) for table in tables}
            if not step.transaction:
                for statement in step.up:
                    connection.execute(statement.encode())
            else:
                with connection.transaction():
                    for statement in step.up:
                        connection.execute(statement.encode())
                    held = {table: strongest(connection, table) for table in tables}
                for lock in step.locks:
                    if held[lock.table] is not None and before[lock.table] is not None and "aside" not in step.title:
                        assert held[lock.table] == lock.mode, step.title
                        measured += 1
            after = files_of(connection, step.table) if step.table else None
            if step.table and after is not None and before[step.table] is not None:
                assert (after != before[step.table]) == step.rewrites, step.title
    assert measured > 25


def files_of(connection: object, table: QName) -> object:
    sql = "SELECT relfilenode FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = %s AND relname = %s"
    row = connection.execute(sql, (table.schema, table.name)).fetchone()  # type: ignore[attr-defined]
    return row[0] if row else None


def strongest(connection: object, table: QName) -> str | None:
    from dbarch_widgets.deliverables.migration.locks import MODES

    sql = """SELECT mode FROM pg_locks l JOIN pg_class c ON c.oid = relation JOIN pg_namespace n ON n.oid = relnamespace
             WHERE pid = pg_backend_pid() AND nspname = %s AND relname = %s"""
    rows = connection.execute(sql, (table.schema, table.name)).fetchall()  # type: ignore[attr-defined]
    held = {"".join(mode.split()).lower() + "lock": mode for mode in MODES}
    found = [MODES.index(held[row[0].lower()]) for row in rows]
    return MODES[max(found)] if found else None
