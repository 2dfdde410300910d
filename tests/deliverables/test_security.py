"""Rights that can be given again, and a proof that fails as soon as a row of another tenant gets through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from catalogs import differences
from filled import fill, run
from running import ROOT, as_administrator, from_catalog, ran, shell

from dbarch_widgets.deliverables.bundle import deliver
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.reviewing.run import review

HERE = Path(__file__).parent
PROOF = 'psql -X -v ON_ERROR_STOP=1 -f security/test_isolation.sql "$DATABASE_URL"'
RIGHTS = 'psql -X -v ON_ERROR_STOP=1 -f security/roles_and_policies.sql "$DATABASE_URL"'
SHOP = """
CREATE ROLE shop_app;
CREATE TABLE tenant (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE "my orders" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES tenant (id), note text,
    long text GENERATED ALWAYS AS (note || '!') STORED
);
CREATE TABLE visit (tenant_id bigint NOT NULL, day date NOT NULL, n bigint) PARTITION BY RANGE (day);
CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE FUNCTION who() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.tenant', true), '')::bigint $$;
ALTER TABLE "my orders" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "my orders" FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON "my orders" TO shop_app USING (tenant_id = (SELECT who()));
ALTER TABLE visit ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON visit USING (tenant_id = nullif(current_setting('app.tenant', true), '')::bigint);
GRANT SELECT, INSERT, UPDATE, DELETE ON "my orders", visit TO shop_app;
"""
ROWS = """
INSERT INTO tenant VALUES (1, 'a'), (2, 'b');
INSERT INTO "my orders" (tenant_id, note) SELECT 1 + n % 2, 'n' FROM generate_series(1, 20) AS n;
INSERT INTO visit SELECT 1 + n % 2, '2026-05-01', n FROM generate_series(1, 20) AS n;
"""
# Each opens the fence in one of the ways that people do; the attempt that then gets through.
LEAKS = {
    'CREATE POLICY all_of_it ON "my orders" FOR SELECT TO shop_app USING (true)': "reads rows of others",
    'ALTER TABLE "my orders" DISABLE ROW LEVEL SECURITY': "reads without saying who",
    'CREATE POLICY w ON "my orders" FOR INSERT TO shop_app WITH CHECK (true)': "writes a row for another",
    'CREATE POLICY u ON "my orders" FOR UPDATE TO shop_app USING (true) WITH CHECK (true)': "gives a row to another",
    'CREATE POLICY d ON "my orders" FOR DELETE TO shop_app USING (true)': "deletes without a condition",
    'GRANT TRUNCATE ON "my orders" TO shop_app': "may TRUNCATE",
    "GRANT SELECT ON visit_1 TO shop_app": "visit_1",
}


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop") / "out"
    deliver(review(SHOP), folder, fix="none")
    return folder


@pytest.fixture(scope="module")
def shop(server: PostgresServer) -> str:
    url = as_administrator(server, server.database())
    run(url, SHOP, ROWS)
    return url


def test_tenants_are_proved_apart(shop: str, out: Path) -> None:
    told = ran(PROOF, out, shop)
    assert "LEAK" not in told
    for attempt in ("reads rows of others", "reads without", "gives a row", "writes a row", "deletes rows"):
        assert told.count(attempt) == 2, told
    assert run(shop, 'SELECT count(*) FROM "my orders"') == [(20,)], "every attempt is undone"


@pytest.mark.parametrize("opened", LEAKS)
def test_a_leak_ends_with_an_error(opened: str, shop: str, out: Path, server: PostgresServer) -> None:
    undo = {
        "CREATE POLICY": f'DROP POLICY {opened.split()[2]} ON "my orders"',
        "ALTER TABLE": 'ALTER TABLE "my orders" ENABLE ROW LEVEL SECURITY',
        "GRANT": opened.replace("GRANT", "REVOKE").replace(" TO ", " FROM "),
    }
    run(shop, opened)
    try:
        done = shell(PROOF, out, shop)
    finally:
        run(shop, next(sql for start, sql in undo.items() if opened.startswith(start)))
    assert done.returncode == 3, done.stdout + done.stderr
    assert "got through: see LEAK above" in done.stderr
    leaks = [line for line in done.stdout.splitlines() if "LEAK" in line]
    assert any(LEAKS[opened] in line for line in leaks), done.stdout


def test_empty_tables_prove_nothing(server: PostgresServer, out: Path) -> None:
    url = as_administrator(server, server.database())
    run(url, SHOP.replace("CREATE ROLE shop_app;", ""))
    done = shell(PROOF, out, url)
    assert done.returncode == 3
    assert "nothing was proved" in done.stderr


def test_the_rights_of_a_design_can_be_given_again_and_hold(server: PostgresServer, tmp_path: Path) -> None:
    made = review(ROOT / "data" / "trading_platform")
    deliver(made, tmp_path / "out", fix="none")
    url = as_administrator(server, server.database())
    fill(made.schema, url)
    before = from_catalog(url)
    ran(RIGHTS, tmp_path / "out", url)
    ran(RIGHTS, tmp_path / "out", url)
    assert not differences(before, from_catalog(url))
    told = ran(PROOF, tmp_path / "out", url)
    assert "trade.orders" in told
    assert "firm_id" in told


def test_hostile_names_are_quoted(server: PostgresServer, tmp_path: Path) -> None:
    made = review(HERE / "hostile.sql")
    deliver(made, tmp_path / "out", fix="none")
    url = as_administrator(server, server.database())
    run(url, (HERE / "hostile.sql").read_text(encoding="utf-8"), "INSERT INTO plain VALUES (1, 1), (2, 2)")
    ran(RIGHTS, tmp_path / "out", url)
    assert "proved" in ran(PROOF, tmp_path / "out", url)
    assert not list(tmp_path.rglob("pwned"))


def test_sqlite_has_none_and_says_so(tmp_path: Path) -> None:
    done = deliver(review("CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT);", dialect="d1"), tmp_path / "out")
    (part,) = [part for part in done.parts if part.name == "security"]
    assert "neither roles nor row security" in (part.left_out or "")
