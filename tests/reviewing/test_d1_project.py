"""A project whose wrangler file names a D1 database is judged as D1, unless the answers name other engines."""

from __future__ import annotations

from pathlib import Path

import pytest
from folders_written import write

from dbarch_widgets.reviewing.run import review
from dbarch_widgets.reviewing.sources import read_schema

PROJECT = Path(__file__).parent.parent / "importers" / "fixtures" / "d1_project"
WIDE = f"CREATE TABLE wide ({', '.join(f'c{number} TEXT' for number in range(101))});"
ENTRY = '{"binding": "DB", "database_name": "shop"}'


def fix_of(source: Path, intake: Path | None = None) -> str:
    found = review(source, intake=intake, only=["table-not-strict"]).findings
    assert [finding.table for finding in found] == ["readings"]
    assert found[0].fix
    return found[0].fix.sql


@pytest.mark.parametrize("place", ["", "migrations"])
def test_the_fix_is_in_the_words_of_d1(place: str) -> None:
    steps = fix_of(PROJECT / place).splitlines()
    assert steps[0] == "PRAGMA defer_foreign_keys = ON;"
    assert not [step for step in steps if step in ("BEGIN;", "COMMIT;") or "PRAGMA foreign_keys" in step]


def test_the_answers_have_the_last_word(tmp_path: Path) -> None:
    said = write(tmp_path, {"plain.yaml": "engines:\n  store: sqlite\n", "d1.yaml": "engines:\n  store: d1\n"})
    assert "BEGIN;" in fix_of(PROJECT, said / "plain.yaml")
    assert "BEGIN;" not in fix_of(PROJECT, said / "d1.yaml")


def test_it_is_said() -> None:
    schema = read_schema(PROJECT)
    assert (schema.dialect, schema.report.service) == ("sqlite", "d1")
    assert [note for note in schema.report.notes if "wrangler.toml: names the D1 database reading-list" in note]


CONFIGS = {
    "jsonc": ("wrangler.jsonc", f'{{ // a "comment\n "url": "http://x", /* , */ "d1_databases": [{ENTRY},], }}', "migrations"),
    "json": ("wrangler.json", f'{{"d1_databases": [{ENTRY}]}}', "migrations"),
    "environment": ("wrangler.jsonc", f'{{"env": {{"live": {{"d1_databases": [{ENTRY}]}}}}}}', "migrations"),
    "own folder": ("wrangler.toml", '[[d1_databases]]\nbinding = "DB"\nmigrations_dir = "./drizzle"\n', "drizzle"),
}  # fmt: skip


@pytest.mark.parametrize(("file", "text", "place"), CONFIGS.values(), ids=CONFIGS)
def test_the_rules_of_d1_run(file: str, text: str, place: str, tmp_path: Path) -> None:
    folder = write(tmp_path, {file: text, f"{place}/0001_wide.sql": WIDE})
    assert [finding.table for finding in review(folder, only=["d1-too-many-columns"]).findings] == ["wide"]
    (folder / file).unlink()
    assert review(folder, only=["d1-too-many-columns"], dialect="sqlite").findings == ()


OTHERS = {
    "no database": ("wrangler.toml", 'name = "x"\n', "migrations"),
    "SQL of somebody else": ("wrangler.toml", '[[d1_databases]]\nbinding = "DB"\n', "warehouse"),
    "odd": ("wrangler.json", '{"d1_databases": {"a": 1}, "env": [1]}', "migrations"),
}


@pytest.mark.parametrize(("file", "text", "place"), OTHERS.values(), ids=OTHERS)
def test_other_projects_are_not_d1(file: str, text: str, place: str, tmp_path: Path) -> None:
    folder = write(tmp_path, {file: text, f"{place}/0001_wide.sql": WIDE})
    report = read_schema(folder, "sqlite").report
    assert (report.service, report.notes) == ("", ())


def test_postgres_beside_d1_stays_postgres(tmp_path: Path) -> None:
    sql = "CREATE TABLE t (id bigserial PRIMARY KEY, data jsonb, at timestamptz DEFAULT now());"
    folder = write(tmp_path, {"wrangler.jsonc": f'{{"d1_databases": [{ENTRY}]}}', "schema.sql": sql})
    schema = read_schema(folder)
    assert (schema.dialect, schema.report.service) == ("postgres", "")


@pytest.mark.parametrize(
    ("file", "text"), [("wrangler.toml", "[["), ("wrangler.jsonc", "{"), ("wrangler.json", "[" * 99_999)]
)
def test_a_broken_file_is_said_and_no_more(file: str, text: str, tmp_path: Path) -> None:
    folder = write(tmp_path, {file: text, "migrations/0001_wide.sql": WIDE})
    report = read_schema(folder, "sqlite").report
    assert report.service == ""
    assert [note for note in report.notes if "is not known, it cannot be read" in note]
