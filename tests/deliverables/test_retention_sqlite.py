"""Rows of SQLite and D1 go in batches when their time is over, and holds keep them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dbarch_widgets import read_schema
from dbarch_widgets.deliverables.bundle import deliver
from dbarch_widgets.engines.d1.engine import D1Engine
from dbarch_widgets.errors import EngineMissing
from dbarch_widgets.reviewing.run import review
from dbarch_widgets.sql.split import next_piece

TABLES = """
CREATE TABLE visit (id INTEGER PRIMARY KEY, created_at TEXT NOT NULL, who TEXT);
CREATE TABLE "it's; hit" (id INTEGER PRIMARY KEY, visit_id INTEGER NOT NULL REFERENCES visit (id) ON DELETE CASCADE, at INTEGER NOT NULL);
CREATE TABLE event (kind TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, at)) WITHOUT ROWID;
"""
INTAKE = 'retention: {visit: 30 days, "it\'s; hit": 60 days, event: 1 year}\n'
ROWS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) INSERT INTO visit SELECT i, strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-90 days'), 'a' FROM n;
INSERT INTO visit VALUES (3001, datetime('now', '-10 days'), 'a');
INSERT INTO visit VALUES (3002, datetime('now', '-90 days'), 'suspect');
INSERT INTO visit VALUES (3003, datetime('now', '-90 days'), 'pointed at');
INSERT INTO visit VALUES (3004, 'no time at all', 'a');
INSERT INTO "it's; hit" VALUES (1, 3003, unixepoch('now', '-40 days'));
INSERT INTO "it's; hit" VALUES (2, 3003, unixepoch('now', '-70 days') * 1000);
INSERT INTO event VALUES ('old', unixepoch('now', '-400 days'));
INSERT INTO event VALUES ('new', unixepoch('now', '-1 days'));
INSERT INTO event VALUES ('held', unixepoch('now', '-400 days'));
"""
HOLDS = """
INSERT INTO dbarch_retention_hold VALUES ('visit', 'who', 'suspect', 'case 1', NULL);
INSERT INTO dbarch_retention_hold VALUES ('event', 'kind', 'held', 'case 2', '2999-01-01');
INSERT INTO dbarch_retention_hold VALUES ('event', 'kind', 'old', 'lifted', '2020-01-01');
"""


def statements(text: str) -> list[str]:
    found, at = [], 0
    while piece := next_piece(text, at):
        at = piece.end
        found += [piece.text] if piece.kind == "sql" else []
    return found


def check(run: Callable[[str], list[Any]], out: Path) -> None:
    def script(name: str) -> None:
        for statement in statements((out / "retention" / f"{name}.sql").read_text(encoding="utf-8")):
            run(statement)

    for statement in statements(ROWS):
        run(statement)
    script("install")
    script("install")
    for statement in statements(HOLDS):
        run(statement)
    script("purge")
    assert run("SELECT count(*) FROM visit") == [(1504,)], "a batch at a time"
    for _ in range(3):
        script("purge")
    assert run("SELECT id FROM visit ORDER BY id") == [(3001,), (3002,), (3003,), (3004,)]
    assert run("""SELECT id FROM "it's; hit" """) == [(1,)]
    assert run("SELECT kind FROM event ORDER BY kind") == [("held",), ("new",)]
    run("UPDATE dbarch_retention_rule SET keep_days = NULL")
    run("DELETE FROM dbarch_retention_hold")
    script("purge")
    assert run("SELECT count(*) FROM visit") == [(4,)], "nobody says how long: nothing goes"


def delivered(folder: Path, dialect: str) -> Path:
    (folder / "intake.yaml").write_text(INTAKE)
    deliver(review(TABLES, intake=folder / "intake.yaml", dialect=dialect), folder / "out", fix="none")
    return folder / "out"


def test_on_sqlite(tmp_path: Path) -> None:
    out = delivered(tmp_path, "sqlite")
    with sqlite3.connect(tmp_path / "shop.sqlite") as connection:
        connection.executescript("PRAGMA foreign_keys = ON;" + TABLES)
        check(lambda sql: connection.execute(sql).fetchall(), out)


def test_on_d1(tmp_path: Path) -> None:
    out = delivered(tmp_path, "d1")
    try:
        engine = D1Engine()
        engine.create(read_schema(TABLES, dialect="d1"))
    except EngineMissing as missing:
        pytest.skip(str(missing))
    try:
        check(lambda sql: [tuple(row) for row in engine.execute(sql).rows], out)
    finally:
        engine.close()
