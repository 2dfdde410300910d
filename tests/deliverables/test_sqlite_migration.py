"""The fixes of a SQLite schema as files that a real SQLite takes, with the rows still there."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from catalogs import differences

from dbarch_widgets.deliverables.bundle import deliver
from dbarch_widgets.deliverables.context import DeliveryContext
from dbarch_widgets.importers.registry import live_reader
from dbarch_widgets.reviewing.run import review

TABLES = """
CREATE TABLE countries (code TEXT PRIMARY KEY, name STRING NOT NULL);
CREATE TABLE cities (id INTEGER PRIMARY KEY AUTOINCREMENT, country TEXT NOT NULL REFERENCES countries (code), "na'me; .quit" TEXT);
CREATE INDEX cities_country ON cities (country);
PRAGMA foreign_keys = ON;
"""
ROWS = """
INSERT INTO countries VALUES ('DE', 'Germany'), ('FR', 'France');
INSERT INTO cities (country, "na'me; .quit") VALUES ('DE', 'Berlin'), ('FR', 'Paris'), ('FR', 'Lyon');
"""


def test_the_fixes_run_and_the_rows_are_still_there(tmp_path: Path) -> None:
    made = review(TABLES, dialect="sqlite")
    done = deliver(made, tmp_path / "out", fix="all")
    steps = [file for file in done.files if file.path.startswith("migration/up/")]
    assert steps
    context = DeliveryContext(made, "all")
    rebuilt = [finding.table for finding in context.goal.applied if finding.fix and "DROP TABLE" in finding.fix.sql]
    assert len(rebuilt) == len(set(rebuilt)), "a table is made anew once"
    assert any("makes the table anew" in left.reason for left in context.goal.not_applied)
    file = tmp_path / "shop.sqlite"
    with sqlite3.connect(file) as connection:
        connection.executescript(TABLES + ROWS)
        for step in steps:
            connection.executescript((tmp_path / "out" / step.path).read_text(encoding="utf-8"))
        assert connection.execute("SELECT count(*) FROM countries").fetchone() == (2,)
        assert connection.execute("SELECT group_concat(country, '') FROM cities").fetchone() == ("DEFRFR",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    found = live_reader("sqlite")(f"sqlite:///{file}").schema
    told = [each for each in differences(context.target, found, ("tables",)) if ".name:" not in each]
    assert not told, "\n".join(told)


def test_of_d1_each_file_is_run_by_wrangler(tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "wrangler.toml").write_text('[[d1_databases]]\nbinding = "DB"\ndatabase_name = "shop"\n', encoding="utf-8")
    (app / "schema.sql").write_text(TABLES.replace("PRAGMA foreign_keys = ON;", ""), encoding="utf-8")
    done = deliver(review(app), tmp_path / "out", fix="all")
    run = {file.path: file.run for file in done.files if file.path.endswith(".sql")}
    assert "schema/schema.sql" in run
    assert any(path.startswith("migration/up/001_") for path in run)
    for path, command in run.items():
        assert command == f"npx wrangler d1 execute DATABASE --remote --file {path}"
        text = (tmp_path / "out" / path).read_text(encoding="utf-8")
        assert "PRAGMA foreign_keys" not in text  # D1 has them on, and refuses to have them off
        assert "sqlite3" not in text
