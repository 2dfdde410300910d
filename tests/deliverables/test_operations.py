"""The operations half of the deliverables, run as its reader would: pgbench, promtool, drills, health checks."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard
from running import ROOT, as_administrator, ran, shell

from dbarch_widgets.deliverables.monitoring.metrics import METRICS
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.model.review import Review
from dbarch_widgets.render.adr import parse_adr
from dbarch_widgets.reviewing.run import review
from dbarch_widgets.synth.completed import completed
from dbarch_widgets.synth.targets.place import write_rows

HERE = Path(__file__).parent
WORKLOAD = r"""
-- name: by_email
-- rate: 100/s  params: email=uniform(people.email)  slo: p99<20ms
SELECT id, ':not_a_variable' AS said FROM people WHERE email = :email AND note <> 'a
\! touch pwned';
-- name: odd_one
-- rate: 5/s  params: n=int(1, 3), kind=pick('a:b' * 2, 'it''s'), at=recent(visits.at, 2 days)
SELECT count(*) FROM visits WHERE kind <> :kind AND at > :at - :n * interval '1 hour' AND at::time <> '12:30';
-- name: visit
-- rate: 20/s  params: person=zipf(people.id), score=decimal(0, 9.5, 2), word=text(12)
BEGIN;
INSERT INTO visits (person_id, at, kind, score) VALUES (:person, now(), :word, :score) RETURNING id AS visit_id;
UPDATE visits SET kind = 'done' WHERE id = :visit_id;
COMMIT;
"""
SCHEMA = """
CREATE TABLE people (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, note text);
CREATE TABLE visits (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL REFERENCES people (id),
    at timestamptz NOT NULL,
    kind text NOT NULL,
    score numeric(4, 2)
);
COMMENT ON TABLE people IS '=cmd|calc';
COMMENT ON COLUMN people.note IS 'a | b <script>alert(1)</script>';
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_of_them ON people USING (true);
"""
INTAKE = """
recovery: {rpo_seconds: 300, rto_seconds: 3600}
regimes: [gdpr]
system: {name: visits, purpose: counts visits}
"""


@dataclass(frozen=True)
class Handed:
    """A review, its deliverables, and the address of a database with rows."""

    review: Review
    folder: Path
    url: str

    def file(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="module")
def handed(server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Handed:
    folder = tmp_path_factory.mktemp("review")
    for name, text in (("schema.sql", SCHEMA), ("workload.sql", WORKLOAD), ("intake.yaml", INTAKE)):
        (folder / name).write_text(text, encoding="utf-8")
    made = review(folder)
    url = as_administrator(server, server.database())
    write_rows(made.schema, url, completed(made.schema, None, {"people": 300, "visits": 2_000}), seed=1)
    with psycopg.connect(url) as connection:
        connection.execute("ANALYZE")
    out = folder / "out"
    made.deliverables(out, fix="none")
    return Handed(made, out, url)


def test_pgbench_runs_every_script_without_an_error(handed: Handed) -> None:
    ran('psql -X -q -v ON_ERROR_STOP=1 -f performance/setup.sql "$DATABASE_URL"', handed.folder, handed.url)
    scripts = sorted(path.name for path in (handed.folder / "performance").glob("[0-9]*.sql"))
    assert scripts == ["01_by_email.sql", "02_odd_one.sql", "03_visit.sql"]
    for script in scripts:
        said = ran(
            f'pgbench -n -M prepared -t 20 -c 2 -f performance/{script} "$DATABASE_URL"', handed.folder, handed.url
        )
        assert "number of failed transactions: 0 (0.000%)" in said
        assert "transactions actually processed: 40/40" in said
    said = ran("SECONDS_TO_RUN=2 CLIENTS=2 RATE=50 performance/run.sh", handed.folder, handed.url)
    assert all(f"performance/{script}" in said for script in scripts)
    assert not list(handed.folder.rglob("pwned"))
    ran('psql -X -q -v ON_ERROR_STOP=1 -f performance/teardown.sql "$DATABASE_URL"', handed.folder, handed.url)
    with psycopg.connect(handed.url) as connection:
        done = connection.execute("SELECT count(*) FROM visits WHERE kind = 'done'").fetchone()
        assert connection.execute("SELECT to_regnamespace('dbarch_performance')").fetchone() == (None,)
    assert done is not None
    assert done[0] >= 40, "a value that one statement returns is what the next one uses"


@pytest.mark.parametrize("design", ["trading_platform", "saas_projects", "slow_webshop"])
def test_the_scripts_of_a_design_run_on_its_rows(design: str, server: PostgresServer, tmp_path: Path) -> None:
    made = review(ROOT / "data" / design)
    url = as_administrator(server, server.database())
    scale = {str(table.qname): 300 for table in made.schema.base_tables}
    write_rows(made.schema, url, completed(made.schema, None, scale), seed=1)
    made.deliverables(tmp_path / "out", fix="none")
    out = tmp_path / "out"
    ran('psql -X -q -v ON_ERROR_STOP=1 -f performance/setup.sql "$DATABASE_URL"', out, url)
    failed = {}
    for script in sorted(path.name for path in (out / "performance").glob("[0-9]*.sql")):
        done = shell(f'pgbench -n -M prepared -t 3 -f performance/{script} "$DATABASE_URL"', out, url)
        if done.returncode:
            failed[script] = next((line for line in done.stderr.splitlines() if "ERROR" in line), done.stderr[-300:])
    # A row that was drawn twice is what a unique key refuses: that is the workload's own affair.
    assert not {name: why for name, why in failed.items() if "duplicate key" not in why}


def test_each_metric_is_a_select_that_gives_its_labels_and_a_number(handed: Handed) -> None:
    collector = yaml.safe_load(handed.file("monitoring/dbarch.collector.yml"))
    own = [each["metric_name"] for each in collector["metrics"]]
    assert own == [*(metric.name for metric in METRICS), "dbarch_tables_without_row_security"]
    with psycopg.connect(handed.url) as connection:
        for each in collector["metrics"]:
            cursor = connection.execute(each["query"].encode())
            names = [column.name for column in cursor.description or ()]
            assert names == [*each.get("key_labels", []), "value"]
            for row in cursor.fetchall():
                float(row[-1])


def test_promtool_takes_the_alerts_and_each_fires_only_when_it_should(handed: Handed) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (Debian: prometheus)")
    for words in (["check", "rules", "rules.yml"], ["test", "rules", "rules_test.yml"]):
        done = subprocess.run(
            ["promtool", *words], cwd=handed.folder / "monitoring", capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_alerts_follow_the_stated_loss(handed: Handed, tmp_path: Path) -> None:
    rules = {rule["alert"]: rule for rule in yaml.safe_load(handed.file("monitoring/rules.yml"))["groups"][0]["rules"]}
    assert rules["PostgresArchiveOld"]["expr"] == "dbarch_archive_age_seconds > 300"
    assert rules["PostgresReplicaBehind"]["expr"] == "pg_replication_lag_seconds > 150"
    assert "RowSecurityMissing" in rules
    review("CREATE TABLE t (id bigint PRIMARY KEY)").deliverables(tmp_path / "out")
    plain = (tmp_path / "out" / "monitoring" / "rules.yml").read_text()
    assert "PostgresArchiveOld" not in plain
    assert "RowSecurity" not in plain


def test_every_metric_of_ours_that_is_watched_or_drawn_is_collected(handed: Handed) -> None:
    known = {each["metric_name"] for each in yaml.safe_load(handed.file("monitoring/dbarch.collector.yml"))["metrics"]}
    used = set(
        re.findall(r"\bdbarch_\w+", handed.file("monitoring/rules.yml") + handed.file("monitoring/dashboard.json"))
    )
    assert used <= known


def test_the_dashboard_has_the_shape_that_grafana_imports(handed: Handed) -> None:
    dashboard = json.loads(handed.file("monitoring/dashboard.json"))
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels) >= 10
    places = {
        (x, y)
        for p in panels
        for g in [p["gridPos"]]
        for x in range(g["x"], g["x"] + g["w"])
        for y in range(g["y"], g["y"] + g["h"])
    }
    assert len(places) == sum(panel["gridPos"]["w"] * panel["gridPos"]["h"] for panel in panels), "none covers another"
    assert max(x for x, _ in places) < 24


def test_the_dashboard_is_read_by_grafanas_own_model(handed: Handed) -> None:
    written = json.loads(handed.file("monitoring/dashboard.json"))
    read = Dashboard.from_json(written)
    assert read.title == written["title"]
    assert len(read.panels or []) == len(written["panels"])
    again = json.loads(JSONEncoder().encode(read))
    assert [panel["title"] for panel in again["panels"]] == [panel["title"] for panel in written["panels"]]
    assert [panel["targets"][0]["expr"] for panel in again["panels"]] == [
        panel["targets"][0]["expr"] for panel in written["panels"]
    ]


def test_health_checks_run_and_name_what_is_wrong(handed: Handed) -> None:
    with psycopg.connect(handed.url) as connection:
        connection.execute("ALTER TABLE visits ADD CONSTRAINT late CHECK (at > '1900-01-01') NOT VALID")
    said = ran('psql -X -v ON_ERROR_STOP=1 -f monitoring/health.sql "$DATABASE_URL"', handed.folder, handed.url)
    assert re.search(r"visits\s*\|\s*late", said)
    assert re.search(r"visits\s*\|\s*visits_person_id_fkey", said), "no index begins with person_id"


def test_the_restore_drill_restores_and_notices_what_is_missing(handed: Handed) -> None:
    said = ran("recovery/restore_drill.sh", handed.folder, handed.url)
    assert "every table came back whole: 2 tables" in said
    with psycopg.connect(handed.url) as connection:
        left = connection.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'restore_drill%'").fetchone()
    assert left == (0,)
    # A pg_restore that loses a table.
    false = handed.folder.parent / "false"
    false.mkdir()
    (false / "pg_restore").write_text("#!/bin/sh\nexit 0\n")
    (false / "pg_restore").chmod(0o755)
    done = shell(f'PATH="{false}:$PATH" recovery/restore_drill.sh', handed.folder, handed.url)
    assert done.returncode == 1
    assert "NOT the same" in done.stderr


def test_the_base_backup_drill_verifies_every_file(handed: Handed) -> None:
    said = ran("recovery/base_backup_drill.sh", handed.folder, handed.url)
    assert "backup successfully verified" in said
    assert re.search(r"base backup: \d+ s", said)


def test_the_point_in_time_drill_brings_back_what_was_deleted(handed: Handed) -> None:
    # PostgreSQL does not run as root: in a user namespace root is somebody else.
    somebody = "unshare --user --map-user=1000 --map-group=1000 " if os.geteuid() == 0 else ""
    if somebody and subprocess.run([*somebody.split(), "true"], capture_output=True, check=False).returncode:
        pytest.skip("root cannot be somebody else here: no user namespaces")
    if somebody:
        refused = shell("recovery/point_in_time_drill.sh", handed.folder, handed.url)
        assert refused.returncode == 2
        assert "does not run as root" in refused.stderr
    said = ran(f"{somebody}recovery/point_in_time_drill.sh", handed.folder, handed.url)
    assert "all 100 rows that were deleted after it, none of the 50 written after it" in said
    # A moment that is noted too late: the mistake is in what is restored, and the drill says so.
    text = (handed.folder / "recovery" / "point_in_time_drill.sh").read_text(encoding="utf-8")
    false = handed.folder.parent / "late.sh"
    mistake = 'ask "DELETE FROM dbarch_point_in_time_drill.row"\n'
    assert mistake in text
    false.write_text(text.replace(mistake, "").replace("moment=$(", f"{mistake}moment=$("))
    done = shell(f"{somebody}sh {false}", handed.folder, handed.url)
    assert done.returncode == 1
    assert "NOT brought back" in done.stderr
    with psycopg.connect(handed.url) as connection:
        assert connection.execute("SELECT to_regnamespace('dbarch_point_in_time_drill')").fetchone() == (None,)


def test_the_plan_follows_the_stated_loss_and_says_what_is_open(handed: Handed, tmp_path: Path) -> None:
    assert "archive_timeout = 150s" in handed.file("recovery/plan.md")
    review("CREATE TABLE t (id bigint PRIMARY KEY)").deliverables(tmp_path / "out")
    assert "nobody said" in (tmp_path / "out" / "recovery" / "plan.md").read_text()


def test_the_papers_have_every_column_and_nothing_that_runs(handed: Handed) -> None:
    page = handed.file("papers/data_dictionary.md")
    assert "<script" not in page.replace("\\<", "")
    with (handed.folder / "papers" / "data_dictionary.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["Table"], row["Column"]) for row in rows][:3] == [
        ("people", "id"),
        ("people", "email"),
        ("people", "note"),
    ]
    assert next(row for row in rows if row["Column"] == "person_id")["Refers to"] == "people.id"
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "@", "+", "-"))]
    record = handed.file("papers/processing_record.md")
    assert "counts visits" in record
    assert "TO BE FILLED IN" in record
    assert "email" in handed.file("papers/personal_data.csv")


def test_weighed_questions_become_proposals_that_read_back(handed: Handed) -> None:
    files = sorted((handed.folder / "decisions").glob("*.md"))
    decisions = [parse_adr(file.read_text(encoding="utf-8")) for file in files]
    assert [decision.title for decision in decisions] == [weighing.question for weighing in handed.review.weighings]
    assert {decision.status for decision in decisions} == {"proposed"}
    assert all(decision.alternatives for decision in decisions)


def test_names_that_try_to_be_commands_are_words_in_every_file(server: PostgresServer, tmp_path: Path) -> None:
    made = review(HERE / "hostile.sql")
    made.deliverables(tmp_path / "out", fix="none")
    for path in ("papers/data_dictionary.md", "papers/processing_record.md"):
        text = (tmp_path / "out" / path).read_text(encoding="utf-8") if (tmp_path / "out" / path).exists() else ""
        assert "<script" not in text.replace("\\<", "")
        assert "<img" not in text.replace("\\<", "")
    url = as_administrator(server, server.database())
    ran('psql -X -v ON_ERROR_STOP=1 -f monitoring/health.sql "$DATABASE_URL"', tmp_path / "out", url)
    assert not list(tmp_path.rglob("pwned"))
