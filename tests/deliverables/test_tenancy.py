"""An existing database becomes one of many tenants: columns, filling, keys and fence on a real PostgreSQL, proved and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from catalogs import differences
from filled import digests, fill, run
from running import ROOT, as_administrator, from_catalog, ran, shell
from test_migration import MENDED

from dbarch_widgets.deliverables.bundle import deliver
from dbarch_widgets.deliverables.context import DeliveryContext
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.reviewing.run import review
from dbarch_widgets.sql.names import qualified

HERE = Path(__file__).parent
PROOF = 'psql -X -v ON_ERROR_STOP=1 -f security/test_tenant_fence.sql "$DATABASE_URL"'
FENCE = 'psql -X -q -v ON_ERROR_STOP=1 -f security/tenant_fence.sql "$DATABASE_URL"'
# Some tables know their tenant, some reach it by a parent, one is partitioned, one is huge, one belongs to everybody.
CLINIC = (HERE / "tenants.sql").read_text(encoding="utf-8")
CLINIC_INTAKE = """
system: {name: clinic, purpose: appointments of many clinics}
tenancy: {tenants: 300, model: shared_table}
scale: {tables: {reading: {rows: 900_000_000}}}
"""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def second_tenant(url: str, tables: list[str], column: str = "tenant_id") -> None:
    """A second tenant, and a copy of nothing: half of the tables' roots get rows of it by the application's own way."""
    run(url, "INSERT INTO tenants (name) VALUES ('second')")
    with psycopg.connect(url) as connection:
        connection.execute("SELECT set_config('app.tenant_id', '2', true)")
        for statement in tables:
            connection.execute(statement.encode())


TRACKER_ROWS = [
    "INSERT INTO users (id, email, display_name) SELECT 900001, email, 'b' FROM users ORDER BY id LIMIT 1",
    "INSERT INTO teams (id, slug, name) SELECT 900001, slug, 'b' FROM teams ORDER BY id LIMIT 1",
    "INSERT INTO team_members (team_id, user_id) VALUES (900001, 900001)",
    "INSERT INTO projects (id, team_id, slug, name, key_prefix) VALUES (900001, 900001, 'web', 'b', 'WEB')",
    "INSERT INTO issues (id, project_id, issue_key, title, reporter_id) VALUES (900001, 900001, 'WEB-1', 'b', 900001)",
    "INSERT INTO comments (issue_id, author_id, body) VALUES (900001, 900001, 'b')",
    "INSERT INTO settings (name, value) VALUES ('only.second', 'b')",
    "INSERT INTO audit_log (action, target_type, target_id) VALUES ('a', 'issue', 900001)",
]


def test_a_design_of_one_company_becomes_one_of_many(server: PostgresServer, tmp_path: Path) -> None:
    made = review(ROOT / "data" / "saas_projects")
    out = tmp_path / "out"
    deliver(made, out, fix="none")
    plan = DeliveryContext(made, "none").tenancy
    assert plan is not None
    assert (plan.migration.cannot, plan.migration.cannot_back) == ((), ())
    url = as_administrator(server, server.database())
    fill(made.schema, url, scale=0.0002)
    before, rows = from_catalog(url), digests(url, made.schema)
    ran("sh tenancy/run.sh preflight", out, url)
    ran(f"sh tenancy/run.sh up {plan.ends[1]}", out, url)
    # The application of today does not know of tenants, and writes on.
    run(
        url,
        "SET ROLE tracker_app",
        "INSERT INTO teams (slug, name) VALUES ('of-today', 'n')",
        "DELETE FROM teams WHERE slug = 'of-today'",
    )
    ran("sh tenancy/run.sh up", out, url)
    second_tenant(url, TRACKER_ROWS)
    told = ran(PROOF, out, url)
    for table in ("users", "teams", "projects", "issues", "comments", "settings", "audit_log", "tenants"):
        assert f" {table} " in told
    for attempt in ("reads rows of others", "reads without", "gives a row", "writes a row", "deletes rows"):
        assert told.count(attempt) >= 9, told
    with psycopg.connect(url) as connection:
        connection.execute("SET ROLE tracker_app")
        for one in made.schema.base_tables:
            assert connection.execute(f"SELECT count(*) FROM {qualified(one.qname)}".encode()).fetchone() == (0,)
        connection.execute("SELECT set_config('app.tenant_id', '2', true)")
        assert connection.execute("SELECT count(*), min(title) FROM open_issues").fetchone() == (1, "b")
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            connection.execute("INSERT INTO comments (issue_id, author_id, body) SELECT 900001, 1, 'of another'")
    with psycopg.connect(url) as connection:
        connection.execute("SET ROLE tracker_app")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("TRUNCATE settings")
    fenced = from_catalog(url)
    ran(FENCE, out, url)
    assert not differences(fenced, from_catalog(url))
    ran(PROOF, out, url)
    refused = shell("sh tenancy/run.sh down", out, url)
    assert refused.returncode == 1
    assert "tenants holds tenants besides the first: going back would give their rows to it" in refused.stderr
    assert run(url, "SELECT tenant_id, count(*) FROM teams WHERE name = 'b' GROUP BY 1") == [(2, 1)]
    run(
        url,
        *(
            f"DELETE FROM {table} WHERE tenant_id = 2"
            for table in ("audit_log", "settings", "comments", "issues", "projects", "team_members", "teams", "users")
        ),
        "DELETE FROM tenants WHERE id = 2",
    )
    ran("sh tenancy/run.sh down", out, url)
    ran("sh tenancy/run.sh forget", out, url)
    assert digests(url, made.schema) == rows
    assert not differences(before, from_catalog(url))


PRACTICE = HERE / "practice.sql"
PRACTICE_INTAKE = (
    "system: {name: practice}\ntenancy: {tenants: 500, model: shared_table%s}\nengines: {primary: postgres %s}\n"
)
SECOND_PRACTICE = """
SELECT set_config('app.tenant_id', nextval(pg_get_serial_sequence('tenants', 'id'))::text, true);
INSERT INTO tenants (id, name) VALUES (current_setting('app.tenant_id')::bigint, 'the second');
SET ROLE practice_app;
INSERT INTO species (code, name) SELECT 'cat', 'cat';
INSERT INTO staff (id, email, full_name) VALUES (9001, 'a@example.org', 'a');
INSERT INTO owners (id, email, full_name) VALUES (9001, 'a@example.org', 'a');
INSERT INTO animals (id, owner_id, species_code, name) VALUES (9001, 9001, 'cat', 'a'), (9002, 9001, 'cat', 'b');
UPDATE animals SET mother_id = 9001 WHERE id = 9002;
INSERT INTO visits (id, animal_id, vet_id, starts_at, ends_at) VALUES (9001, 9002, 9001, now(), now() + '1 hour');
"""


def practice(tmp_path: Path, more: str = "", version: int = 18) -> tuple[Schema, Path]:
    (tmp_path / "intake.yaml").write_text(PRACTICE_INTAKE % (more, version))
    made = review(PRACTICE, intake=tmp_path / "intake.yaml")
    deliver(made, tmp_path / "out", fix="none")
    return made.schema, tmp_path / "out"


def test_a_practice_of_one_company_is_sold_to_many(server: PostgresServer, tmp_path: Path) -> None:
    schema, out = practice(tmp_path)
    url = server.database()
    fill(schema, url, scale=0.002)
    before, rows = from_catalog(url), digests(url, schema)
    assert "Needs rows of two tenants" not in (out / "README.md").read_text(encoding="utf-8")
    (doubled,) = [
        line for line in (out / "tenancy" / "PLAN.md").read_text(encoding="utf-8").splitlines() if "successor" in line
    ]
    assert "animals_owner_idx" in doubled
    assert "visits_starts_idx" not in doubled
    ran("sh tenancy/run.sh preflight", out, url)
    ran("sh tenancy/run.sh up", out, url)
    # All rows are of the first tenant: the proof makes a second by itself, and leaves nothing behind.
    told = [line.split("|") for line in ran(PROOF, out, url).splitlines() if "practice_app" in line]
    proved = {line[0].strip() for line in told if line[3].strip() == "reads rows of others" and "proved" in line[4]}
    assert proved == {str(table.qname) for table in schema.base_tables} | {"tenants"}
    assert run(url, "SELECT count(*) FROM tenants") == [(1,)]
    with psycopg.connect(url) as connection:
        connection.execute("SET ROLE practice_owner")
        connection.execute(SECOND_PRACTICE)
        assert connection.execute("SELECT animal FROM open_visits").fetchall() == [("b",)]
        # The vet and the mother go; the rows that named them stay the second tenant's.
        connection.execute(
            "DELETE FROM staff WHERE id = 9001; UPDATE visits SET animal_id = 9002; DELETE FROM animals WHERE id = 9001"
        )
        kept = "SELECT tenant_id, vet_id FROM visits UNION ALL SELECT tenant_id, mother_id FROM animals"
        assert connection.execute(kept).fetchall() == [(2, None), (2, None)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT FROM revenue_by_month")
    ran("sh tenancy/run.sh down", out, url)
    ran("sh tenancy/run.sh forget", out, url)
    assert digests(url, schema) == rows
    assert not differences(before, from_catalog(url))


def test_the_owner_of_today_is_not_cut_off_and_comes_back(server: PostgresServer, tmp_path: Path) -> None:
    _, out = practice(tmp_path, ", shared: [species]")
    url = as_administrator(server, server.database())
    run(
        url,
        "CREATE ROLE vet LOGIN",
        "GRANT CREATE ON SCHEMA public TO vet",
        "SET ROLE vet",
        PRACTICE.read_text().replace("CREATE EXTENSION", "-- CREATE EXTENSION"),
    )
    as_vet = url.replace("dbarch_superuser@", "vet@")
    with psycopg.connect(as_vet):
        done = shell("sh tenancy/run.sh up", out, url)
        assert done.returncode == 1
        assert "sessions of vet use these tables as their owner" in done.stderr
        assert "GRANT practice_app" in done.stderr
    ran("sh tenancy/run.sh up", out, url)
    owners = "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'S') AND relnamespace = 'public'::regnamespace"
    assert run(url, owners) == [("practice_owner",)]
    assert run(
        url,
        "SELECT has_table_privilege('practice_app', 'species', 'INSERT'), relrowsecurity FROM pg_class WHERE relname = 'species'",
    ) == [(False, False)]
    ran("sh tenancy/run.sh down", out, url)
    assert ("vet",) in run(url, owners)
    assert run(
        url,
        "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relname IN ('visits', 'open_visits', 'visits_id_seq')",
    ) == [("vet",)]


def test_an_older_server_gets_no_words_that_it_does_not_know(tmp_path: Path) -> None:
    _, out = practice(tmp_path, version=14)
    text = "".join(file.read_text(encoding="utf-8") for file in sorted((out / "tenancy").glob("up/*.sql")))
    assert "security_invoker" not in text
    assert "SET NULL (" not in text
    plan = (out / "tenancy" / "PLAN.md").read_text(encoding="utf-8")
    assert "before PostgreSQL 15 ON DELETE SET NULL would set the tenant as well" in plan
    assert "which PostgreSQL 14 cannot change" in plan


def test_a_dump_that_names_owners_gets_roles_too(tmp_path: Path) -> None:
    owned = (
        PRACTICE.read_text(encoding="utf-8")
        + "ALTER TABLE public.staff OWNER TO vet;\nGRANT ALL ON TABLE public.staff TO vet;\n"
    )
    (tmp_path / "intake.yaml").write_text(PRACTICE_INTAKE % ("", 18))
    done = deliver(review(owned, intake=tmp_path / "intake.yaml"), tmp_path / "out", fix="none")
    assert "practice_app" in (tmp_path / "out" / "tenancy" / "PLAN.md").read_text(encoding="utf-8")
    assert not [part.title for part in done.parts if part.left_out and part.name in ("security", "tenancy")]


HARBOUR = """
CREATE ROLE harbour_app;
CREATE SEQUENCE invoice_no;
CREATE TABLE flags (code char(2) PRIMARY KEY, name text NOT NULL);
CREATE TABLE piers (id smallint PRIMARY KEY, code text NOT NULL UNIQUE);
CREATE TABLE berths (pier_id smallint PRIMARY KEY REFERENCES piers (id), length_cm integer NOT NULL);
CREATE TABLE boats (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, flag char(2) NOT NULL REFERENCES flags (code), registration text NOT NULL,
    UNIQUE (flag, registration)
);
CREATE TABLE invoices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, no bigint NOT NULL DEFAULT nextval('invoice_no') UNIQUE);
CREATE TABLE attachments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner_kind text NOT NULL CHECK (owner_kind IN ('boat', 'invoice')),
    owner_id bigint NOT NULL
);
CREATE MATERIALIZED VIEW pier_usage AS SELECT p.id, count(*) FROM piers p JOIN berths b ON b.pier_id = p.id GROUP BY 1;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO harbour_app;
"""


def harbour(tmp_path: Path, model: str) -> tuple[str, str]:
    """The plan, and what was said of the part when there is none."""
    (tmp_path / "intake.yaml").write_text(f"tenancy: {{tenants: 800, model: {model}, shared: [flags]}}\n")
    made = deliver(review(HARBOUR, intake=tmp_path / "intake.yaml"), tmp_path / "out", fix="none")
    plan = tmp_path / "out" / "tenancy" / "PLAN.md"
    said = next(part.left_out or "" for part in made.parts if part.name == "tenancy")
    return plan.read_text(encoding="utf-8") if plan.exists() else "", said


def test_what_no_policy_reaches_is_said(tmp_path: Path) -> None:
    plan, _ = harbour(tmp_path, "shared_table")
    left = plan.partition("## What stays to be decided")[2]
    assert "invoices (no)`: one sequence numbers the rows of all tenants" in left
    assert "(id)`: nothing draws these numbers" in left
    assert "berths" not in left
    assert "attachments: its references are no foreign keys" in left
    assert "REVOKE INSERT, UPDATE ON flags FROM harbour_app;" in left.replace("public.", "")
    assert "REVOKE SELECT ON pier_usage FROM harbour_app;" in left.replace("public.", "")
    # A boat is registered under a flag, which is everybody's: two harbours may know the same boat.
    assert "boats (flag, registration)" in plan
    assert "not as the application, which may only read it" in plan


ATTACH = """
-- name: attach
-- rate: 50/s  params: n=int(1,9)
INSERT INTO attachments (owner_kind, owner_id) VALUES ('boat', :n);
"""


def test_the_performance_test_behind_the_fence_says_who_asks(server: PostgresServer, tmp_path: Path) -> None:
    (tmp_path / "intake.yaml").write_text("tenancy: {tenants: 800, model: shared_table, shared: [flags]}\n")
    (tmp_path / "workload.sql").write_text(ATTACH)
    out = tmp_path / "out"
    deliver(review(HARBOUR, workload=tmp_path / "workload.sql", intake=tmp_path / "intake.yaml"), out, fix="none")
    url = as_administrator(server, server.database())
    run(
        url,
        HARBOUR.replace(
            "CREATE ROLE harbour_app;", "DO 'BEGIN CREATE ROLE harbour_app; EXCEPTION WHEN duplicate_object THEN END';"
        ),
    )
    ran("sh tenancy/run.sh up", out, url)
    program = (out / "performance" / "run.sh").read_text(encoding="utf-8")
    asking = {"SECONDS_TO_RUN": "1", "CLIENTS": "1", "RATE": "20"}
    ran('psql -X -q -v ON_ERROR_STOP=1 -f performance/setup.sql "$DATABASE_URL"', out, url)
    silent = shell("performance/run.sh", out, url, asking)
    assert "null value in column" in silent.stderr
    assert "PGOPTIONS='-c app.tenant_id=1'" in program
    ran("performance/run.sh", out, url, {**asking, "PGOPTIONS": "-c app.tenant_id=1"})
    [(written,)] = run(url, "SELECT count(*) FROM attachments WHERE tenant_id = 1")
    assert written > 0


@pytest.mark.parametrize(
    ("model", "words"),
    [("schema_per_tenant", "a schema for each: "), ("database_per_tenant", "a database for each: schema/schema.sql")],
)
def test_tenants_apart_are_not_said_to_be_nobody(tmp_path: Path, model: str, words: str) -> None:
    plan, said = harbour(tmp_path, model)
    assert plan == ""
    assert f"the answers ask for {words}" in said


# What the rows of the faulty design hold across firms beside what its migration finds; a person would decide on each.
OF_THE_FIRM = (
    "UPDATE trade.allocation l SET allocated_by = (SELECT t.trader_id FROM party.trader t JOIN party.account a USING (firm_id) "
    "WHERE a.account_id = l.account_id LIMIT 1)"
)


def test_a_design_with_many_schemas_partitions_and_fences_of_its_own(server: PostgresServer, tmp_path: Path) -> None:
    made = review(ROOT / "data" / "trading_platform")
    out = tmp_path / "out"
    deliver(made, out, fix="none")
    url = as_administrator(server, server.database())
    fill(made.schema, url, scale=0.002)
    refused = shell("sh tenancy/run.sh preflight", out, url)
    assert "trade.allocation: rows whose allocated_by is of another firm_id than they are" in refused.stderr
    run(url, *MENDED["trading_platform"], OF_THE_FIRM)
    before, rows = from_catalog(url), digests(url, made.schema)
    ran("sh tenancy/run.sh preflight", out, url)
    ran("sh tenancy/run.sh up", out, url)
    told = [
        [cell.strip() for cell in line.split("|")]
        for line in ran(PROOF, out, url).splitlines()
        if "trading_app" in line
    ]
    proved = {line[0] for line in told if line[3] == "reads rows of others" and line[4] == "proved"}
    # By a column, by a partitioned parent whose policies read the region too, and by a parent that has no region.
    assert {"party.account", "trade.orders", "trade.allocation", "trade.execution", "trade.order_event"} <= proved
    assert not [line for line in told if line[4] in ("LEAK", "hidden")]
    ran("sh tenancy/run.sh down", out, url)
    ran("sh tenancy/run.sh forget", out, url)
    assert digests(url, made.schema) == rows
    assert not differences(before, from_catalog(url))


@pytest.fixture(scope="module")
def clinic(server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("clinic")
    (folder / "intake.yaml").write_text(CLINIC_INTAKE)
    made = review(CLINIC, intake=folder / "intake.yaml")
    assert made.schema.report.complete
    deliver(made, folder / "out", fix="none")
    url = as_administrator(server, server.database())
    run(url, CLINIC, (HERE / "tenants_rows.sql").read_text(encoding="utf-8"))
    return url, folder / "out"


def test_children_are_filled_from_their_parents_and_all_is_fenced(clinic: tuple[str, Path]) -> None:
    url, out = clinic
    plan = (out / "tenancy" / "PLAN.md").read_text(encoding="utf-8")
    assert "| reading | no column; its policy asks the parent | 900,000,000 rows" in plan
    assert "| visit | a new column, filled from the parent" in plan
    assert "| country | everybody's: no fence" in plan
    assert "- note: nothing leads from it to a tenant" in plan
    before = from_catalog(url)
    ran("sh tenancy/run.sh preflight", out, url)
    ran("sh tenancy/run.sh up 6", out, url)
    # Written by the application of today between two steps: the trigger knows whose it is, or the filling does.
    run(url, "INSERT INTO visit (patient_id, day) VALUES (2, '2026-03-03')")
    ran("sh tenancy/run.sh up", out, url)
    assert run(
        url,
        "SELECT count(*) FROM visit JOIN patient ON patient_id = patient.id WHERE visit.organization_id <> patient.organization_id",
    ) == [(0,)]
    told = ran(PROOF, out, url)
    for table in ("organization", "patient", "visit", "bill", "reading"):
        assert any(line.strip().startswith(f"{table} ") and "proved" in line for line in told.splitlines()), (
            f"{table}\n{told}"
        )
    # The owner is bound too, and who reads a partition itself.
    assert (
        run(url, "SELECT relforcerowsecurity FROM pg_class WHERE relname IN ('reading', 'visit_2026')") == [(True,)] * 2
    )
    ran("sh tenancy/run.sh down", out, url)
    ran("sh tenancy/run.sh forget", out, url)
    assert not differences(before, from_catalog(url))


OPENED = {
    "CREATE POLICY open_again ON reading USING (true); DROP POLICY tenant_fence ON reading": "reading",
    "ALTER TABLE bill DISABLE ROW LEVEL SECURITY": "bill",
    "GRANT TRUNCATE ON reading TO clinic_app": "may TRUNCATE",
}


def test_a_gap_in_the_generated_fence_is_found(clinic: tuple[str, Path]) -> None:
    url, out = clinic
    ran("sh tenancy/run.sh up", out, url)
    for opened, said in OPENED.items():
        run(url, opened)
        done = shell(PROOF, out, url)
        assert done.returncode == 3, opened
        assert any("LEAK" in line and said in line for line in done.stdout.splitlines()), done.stdout
        run(url, "REVOKE TRUNCATE ON reading FROM clinic_app")
        ran(FENCE, out, url)
        run(url, "DROP POLICY IF EXISTS open_again ON reading")
        ran(PROOF, out, url)


def test_the_policy_is_an_index_condition_and_asked_once(clinic: tuple[str, Path]) -> None:
    url, out = clinic
    ran("sh tenancy/run.sh up", out, url)
    with psycopg.connect(url) as connection:
        connection.execute("SET LOCAL enable_seqscan = off")
        connection.execute("SET ROLE clinic_app")
        connection.execute("SELECT set_config('app.tenant_id', '1', true)")
        for table in ("patient", "visit", "bill"):
            plan = "\n".join(
                row[0] for row in connection.execute(f"EXPLAIN (COSTS OFF) SELECT * FROM {table}".encode())
            )
            assert "Index Cond: (organization_id = $0)" in plan or "Index Cond: (organization_id = (InitPlan" in plan, (
                plan
            )
            assert "InitPlan" in plan


def test_who_has_a_database_of_its_own_gets_no_fence(tmp_path: Path) -> None:
    (tmp_path / "intake.yaml").write_text("tenancy: {tenants: 5, model: database_per_tenant}\n")
    done = deliver(review(CLINIC, intake=tmp_path / "intake.yaml"), tmp_path / "out", fix="none")
    (part,) = [part for part in done.parts if part.name == "tenancy"]
    assert "tables that several tenants share" in (part.left_out or "")


def test_columns_of_a_company_alone_order_nothing(tmp_path: Path) -> None:
    tables = "CREATE TABLE company (id bigint PRIMARY KEY);" + "".join(
        f"CREATE TABLE {name} (id bigint PRIMARY KEY, company_id bigint NOT NULL REFERENCES company (id));"
        for name in ("invoice", "payment", "article", "stock")
    )
    (tmp_path / "schema.sql").write_text(tables, encoding="utf-8")
    assert DeliveryContext(review(tmp_path)).tenancy is None
    (tmp_path / "intake.yaml").write_text("tenancy: {tenants: 12, model: shared_table}", encoding="utf-8")
    assert DeliveryContext(review(tmp_path)).tenancy is not None


def test_hostile_names_are_quoted(server: PostgresServer, tmp_path: Path) -> None:
    made = review(HERE / "hostile.sql")
    deliver(made, tmp_path / "out", fix="none")
    url = as_administrator(server, server.database())
    run(url, (HERE / "hostile.sql").read_text(encoding="utf-8"), "INSERT INTO plain VALUES (1, 1), (2, 2)")
    ran("sh tenancy/run.sh up", tmp_path / "out", url)
    ran(FENCE, tmp_path / "out", url)
    assert "proved" in ran(PROOF, tmp_path / "out", url)
    ran("sh tenancy/run.sh down", tmp_path / "out", url)
    assert not list(tmp_path.rglob("pwned"))
