"""Text columns whose name or default says that they hold times hold times, in the form that SQLite's functions take."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.profile import default_profile
from dbarch_widgets.synth.targets.place import write_rows


def test_times_that_are_kept_as_text_are_times(tmp_path: Path) -> None:
    ddl = """CREATE TABLE bookings (
        id INTEGER PRIMARY KEY, guest TEXT NOT NULL, "createdAt" TEXT NOT NULL, seen TEXT DEFAULT CURRENT_TIMESTAMP,
        starts_at TEXT NOT NULL, ends_at TEXT NOT NULL, due_date TEXT, born_date TEXT, flat TEXT,
        closed_at TEXT CHECK (closed_at IN ('never', 'soon')), key_at TEXT UNIQUE, short_at VARCHAR(8)
    );"""
    file, path = tmp_path / "schema.sql", tmp_path / "rows.sqlite"
    file.write_text(ddl, encoding="utf-8")
    schema = read_schema(file, dialect="sqlite")
    write_rows(schema, str(path), default_profile(schema), seed=1)
    with sqlite3.connect(path) as connection:
        rows = connection.execute(
            """SELECT count(*), count(datetime("createdAt")), sum("createdAt" = datetime("createdAt")),
                      count(seen), sum(seen = datetime(seen)), sum(ends_at > starts_at), sum(starts_at > '2026-11-22'),
                      max("createdAt") < '2026-11-22', count(due_date), sum(due_date = date(due_date)),
                      count(born_date), sum(born_date < '2010-01-01'), count(date(flat)), count(datetime(key_at)),
                      count(datetime(short_at)), count(DISTINCT closed_at) FROM bookings"""
        ).fetchone()
    count = rows[0]
    assert rows[1] == rows[2] == rows[5] == count
    assert rows[3] == rows[4] > 0
    assert 0 < rows[6] < count / 10
    assert rows[7] == 1
    assert rows[8] == rows[9] > 0
    assert rows[10] == rows[11] > 0
    assert rows[12:] == (0, 0, 0, 2)
