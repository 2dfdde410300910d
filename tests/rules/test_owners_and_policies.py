"""What the rules say of views and functions by their owner is what a real PostgreSQL does."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.importers.registry import live_reader
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules.registry import run_rules

OWNERS = ("chief", "member", "noinherit", "clerk", "auditor", "of_auditor", "boss")
MADE = """
CREATE ROLE app; CREATE ROLE chief; CREATE ROLE member IN ROLE chief; CREATE ROLE noinherit NOINHERIT IN ROLE chief;
CREATE ROLE clerk; CREATE ROLE auditor BYPASSRLS; CREATE ROLE of_auditor IN ROLE auditor; CREATE ROLE boss SUPERUSER;
CREATE TABLE accounts (id bigint PRIMARY KEY, tenant_id text NOT NULL);
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY fence ON accounts USING (tenant_id = 'a');
GRANT SELECT ON accounts TO PUBLIC;
CREATE VIEW asker WITH (security_invoker = true) AS SELECT * FROM accounts;
GRANT SELECT ON asker TO PUBLIC;
CREATE VIEW over_asker AS SELECT * FROM asker;
GRANT SELECT ON over_asker TO app;
ALTER VIEW over_asker OWNER TO boss;
ALTER TABLE accounts OWNER TO chief;
""" + "".join(
    f"CREATE VIEW view_of_{one} AS SELECT id FROM accounts; GRANT SELECT ON view_of_{one} TO app;"
    f"ALTER VIEW view_of_{one} OWNER TO {one};"
    f"CREATE FUNCTION count_of_{one}() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp"
    f" AS $$ SELECT count(*) FROM accounts $$; ALTER FUNCTION count_of_{one}() OWNER TO {one};\n"
    for one in OWNERS
)
FORCED = "ALTER TABLE accounts FORCE ROW LEVEL SECURITY;"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        with psycopg.connect(server.administrator_url(), autocommit=True) as connection:
            connection.execute(MADE.encode())
            connection.execute("INSERT INTO accounts VALUES (1, 'a'), (2, 'b')")
        yield server


def findings(text: str, rule: str) -> dict[str, Finding]:
    found, _ = run_rules(read_schema(text), only=[rule])
    return {finding.object or "": finding for finding in found}


@pytest.mark.parametrize("forced", [False, True], ids=["plain", "forced"])
def test_who_passes_by_the_policies(forced: bool, server: PostgresServer) -> None:
    text = MADE + FORCED * forced
    views, functions = (
        findings(text, rule) for rule in ("security-definer-view", "definer-function-executable-by-public")
    )
    with psycopg.connect(server.administrator_url(), autocommit=True) as connection:
        connection.execute(f"ALTER TABLE accounts {'' if forced else 'NO '}FORCE ROW LEVEL SECURITY".encode())
        connection.execute("SET ROLE app")
        through = {
            name: connection.execute(f"SELECT count(*) FROM {name}".encode()).fetchone()
            for name in (*(f"view_of_{one}" for one in OWNERS), "over_asker")
        }
        counted = {
            f"count_of_{one}": connection.execute(f"SELECT count_of_{one}()".encode()).fetchone() for one in OWNERS
        }
    assert {name for name, row in through.items() if row == (2,)} == set(views)
    assert {one.confidence for one in views.values()} == {"certain"}
    past = {name for name, finding in functions.items() if "passes by the row security of accounts" in finding.message}
    assert {name for name, row in counted.items() if row == (2,)} == past


def test_the_sentence_says_who_and_why() -> None:
    views = findings(MADE, "security-definer-view")
    said = {
        name: finding.message.partition(" runs with ")[2].partition(", so that")[0] for name, finding in views.items()
    }
    assert said == {
        "view_of_chief": "the rights of chief, who owns accounts",
        "view_of_member": "the rights of member, a member of chief, which owns accounts",
        "view_of_auditor": "the rights of auditor, who has BYPASSRLS",
        "view_of_boss": "the rights of boss, a superuser",
    }
    functions = findings(MADE, "definer-function-executable-by-public")
    assert functions["count_of_boss"].severity == functions["count_of_chief"].severity == "high"
    assert functions["count_of_clerk"].severity == "medium"
    assert (
        "with the rights of its owner boss, a superuser, and every role may call it"
        in functions["count_of_boss"].message
    )
    text = MADE + "CREATE FUNCTION loose() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN 1; END';"
    (loose,) = findings(
        text + "ALTER FUNCTION loose() OWNER TO boss;", "security-definer-function-without-search-path"
    ).values()
    assert "with the rights of its owner boss, a superuser, on the caller's search_path" in loose.message


def test_a_live_database_is_judged_by_its_owners(server: PostgresServer) -> None:
    """Nobody had to say who owns what: the catalog does."""
    with psycopg.connect(server.administrator_url(), autocommit=True) as connection:
        connection.execute("ALTER TABLE accounts NO FORCE ROW LEVEL SECURITY")
    schema = live_reader("postgresql")(server.administrator_url()).schema
    found, _ = run_rules(schema, only=["security-definer-view"])
    assert {finding.object for finding in found} == {f"view_of_{one}" for one in ("chief", "member", "auditor", "boss")}
