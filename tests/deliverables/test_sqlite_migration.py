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
