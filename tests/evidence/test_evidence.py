"""The measuring of a review: what is kept, what is noted, what is shown."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from few_rows import few_rows

from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.evidence import measure
from dbarch_widgets.evidence.measuring import MOST
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.workload import Query, Workload
from dbarch_widgets.reviewing.run import review
from dbarch_widgets.reviewing.sources import read_schema

SHOP = """
CREATE TABLE customers (id bigint PRIMARY KEY, joined_at timestamp NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id), note text);
CREATE TABLE invoices (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id));
"""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as running:
        yield running


def reviewed(sql: str = SHOP, rules: tuple[str, ...] = ("foreign-key-without-index",)) -> Review:
    return review(sql, only=rules)


def tenth(given: Review, server: PostgresServer, **words: object) -> tuple[Review, list[str]]:
    """Measured on few rows with the user's cache; and the phases that were told."""
    phases: list[str] = []
    done = measure(given, lambda phase, _: phases.append(phase), scale=0.1, pairs=3, server=server, **words)  # type: ignore[arg-type]
    return done, phases


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "dbarch" / "evidence"


def test_evidence_is_read_again_without_an_engine(server: PostgresServer, cache: Path) -> None:
    first, phases = tenth(reviewed(), server)
    assert "starting PostgreSQL" in phases
    assert len(list(cache.iterdir())) == 2
    again, phases = tenth(reviewed(), server)
    assert "starting PostgreSQL" not in phases
    assert again.findings == first.findings
    assert all(finding.evidence for finding in again.findings)


def test_a_change_that_matters_is_measured_again_and_another_is_not(server: PostgresServer) -> None:
    tenth(reviewed(), server)
    moved = "\n\n-- a comment\n" + SHOP + "COMMENT ON TABLE orders IS 'What was bought.';"
    assert "starting PostgreSQL" not in tenth(reviewed(moved), server)[1]
    changed, phases = tenth(reviewed(SHOP.replace("note text", "note text, total numeric")), server)
    assert phases.count("measuring foreign-key-without-index") == 1, "only the table that changed"
    assert all(finding.evidence for finding in changed.findings)


def test_a_damaged_entry_is_made_anew(server: PostgresServer, cache: Path) -> None:
    first, _ = tenth(reviewed(), server)
    for file, text in zip(sorted(cache.iterdir()), ("{", '{"inputs": 1, "evidence": null}'), strict=True):
        file.write_text(text)
    again, _ = tenth(reviewed(), server)
    assert "damaged" in " ".join(again.notes)
    assert [bool(each.evidence) for each in again.findings] == [True, True]
    assert not tenth(reviewed(), server)[0].notes
    assert len(first.findings) == len(again.findings)


def test_a_cache_that_cannot_be_written_costs_nothing_but_a_note(server: PostgresServer, cache: Path) -> None:
    cache.parent.mkdir(parents=True)
    cache.write_text("a file in the place of the folder")
    done, _ = tenth(reviewed(), server)
    assert all(finding.evidence for finding in done.findings)
    assert len(done.notes) == 1 or "could not be" in " ".join(done.notes)


def test_evidence_is_kept_in_the_review_folder(server: PostgresServer, cache: Path, tmp_path: Path) -> None:
    tenth(reviewed(), server, keep=tmp_path)
    kept = sorted((tmp_path / "evidence").iterdir())
    assert len(kept) == 2
    for file in kept:
        assert str(tmp_path) not in file.read_text()
        assert "/" not in json.loads(file.read_text())["evidence"]["engine"]
    for file in cache.iterdir():
        file.unlink()
    done, phases = tenth(reviewed(), server, keep=tmp_path)
    assert "starting PostgreSQL" not in phases
    assert all(finding.evidence for finding in done.findings)


def test_a_failed_experiment_is_noted_and_the_others_go_on(server: PostgresServer) -> None:
    given = reviewed()
    odd = replace(given.findings[0], object="no_such_key", columns=("note",))
    other = replace(odd, object="no_such_key_either", columns=("remark",))
    done = few_rows(given.with_(findings=(odd, other, *given.findings)), server)
    assert [finding.evidence for finding in done.findings[:2]] == [None, None]
    assert all(finding.evidence for finding in done.findings[2:])
    assert done.notes == (
        f"not measured: foreign-key-without-index at {odd.place} and {other.place}: its foreign key is not in the schema",
    )


def test_a_statement_that_is_refused_is_noted(server: PostgresServer) -> None:
    given = review(SHOP, only=["timestamp-without-time-zone"])
    index = replace(given.findings[0], rule="duplicate-index", object="no_such_index")
    done = few_rows(given.with_(findings=(index, *given.findings)), server)
    assert [bool(finding.evidence) for finding in done.findings] == [False, True]
    assert "could not be made here" in done.notes[0]


def test_ctrl_c_keeps_what_is_done(server: PostgresServer) -> None:
    def stop(phase: str, share: float) -> None:
        if phase.startswith("measuring") and share > 0.6:
            raise KeyboardInterrupt

    done = measure(reviewed(), stop, scale=0.1, pairs=3, server=server)
    assert [bool(finding.evidence) for finding in done.findings] == [True, False]
    assert "stopped by hand" in done.notes[0]
    later, phases = tenth(reviewed(), server)
    assert phases.count("measuring foreign-key-without-index") == 1
    assert all(finding.evidence for finding in later.findings)


def test_only_some_findings_of_a_rule_are_measured_and_that_is_said(server: PostgresServer) -> None:
    many = SHOP + "".join(
        f"CREATE TABLE t{n} (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id));\n"
        for n in range(MOST)
    )
    done = few_rows(reviewed(many), server)
    assert sum(finding.evidence is not None for finding in done.findings) == MOST
    assert f"the gravest {MOST} of its {MOST + 2} findings" in done.notes[0]


def test_a_schema_of_another_database_is_not_measured() -> None:
    made = review(read_schema("CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;", "sqlite"))
    assert measure(made, cache=False).notes == ("evidence is measured on PostgreSQL only, and this is sqlite",)


def test_untrusted_sql_neither_commits_nor_runs_on(server: PostgresServer) -> None:
    given = reviewed()
    finding: Finding = replace(given.findings[0], rule="missing-index-for-query", query="evil")
    query = Query("evil", "SELECT id FROM orders WHERE note = 'x'; COMMIT; DROP TABLE orders", "read")
    evil = given.with_(findings=(finding, *given.findings), workload=Workload((query,)))
    done = few_rows(evil, server)
    assert done.findings[0].evidence is None
    assert all(each.evidence for each in done.findings[1:])


def test_the_command_line_measures(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text(SHOP)
    words = ("--rules", "foreign-key-without-index", "--format", "json")
    result = dbarch("review", tmp_path, "--measure", "--keep", *words)
    assert result.returncode == 0, result.stderr
    findings = json.loads(result.stdout)["findings"]
    assert all(each["evidence"]["before"]["pages"] > each["evidence"]["after"]["pages"] for each in findings)
    assert len(list((tmp_path / "evidence").iterdir())) == 2
    refused = dbarch("review", tmp_path / "schema.sql", "--measure", "--keep")
    assert refused.returncode == 2
    assert "review folder" in refused.stderr


def dbarch(*words: str | Path) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-c", "from dbarch_widgets.cli import main; main()", *map(str, words)]
    return subprocess.run(call, capture_output=True, text=True, check=False)
