"""Counting violations: each kind is seen when it is planted."""

from __future__ import annotations

import pytest

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.generate import for_loading
from dbarch_widgets.synth.verify import verify

SQL = """
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TABLE parents (a integer NOT NULL, b integer NOT NULL, PRIMARY KEY (a, b));
CREATE TABLE children (
    id integer PRIMARY KEY, a integer, b integer, email text, state text, amount positive, during tstzrange,
    CHECK (state IN ('open', 'closed')),
    FOREIGN KEY (a, b) REFERENCES parents (a, b),
    EXCLUDE USING gist (during WITH &&)
);
CREATE UNIQUE INDEX children_email ON children (lower(email));
CREATE UNIQUE INDEX one_open ON children (a) WHERE state = 'open';
"""
GOOD = ["INSERT INTO parents VALUES (1, 1), (1, 2)"]


@pytest.mark.parametrize(
    ("planted", "kind", "rows"),
    [
        ("INSERT INTO children (id, a, b) VALUES (1, 1, 2), (2, NULL, 7), (3, 7, NULL)", None, 0),
        ("INSERT INTO children (id) VALUES (1), (1), (1)", "primary key", 2),
        ("INSERT INTO children (id) VALUES (NULL)", "not null", 1),
        ("INSERT INTO children (id, a, b) VALUES (1, 2, 2), (2, 1, 1)", "foreign key", 1),
        ("INSERT INTO children (id, email) VALUES (1, 'A@x'), (2, 'a@X'), (3, NULL), (4, NULL)", "unique", 1),
        ("INSERT INTO children (id, a, b, state) VALUES (1, 1, 1, 'open'), (2, 1, 2, 'open')", "unique", 1),
        ("INSERT INTO children (id, state) VALUES (1, 'odd'), (2, NULL)", "check", 1),
        ("INSERT INTO children (id, amount) VALUES (1, 0), (2, 5)", "check", 1),
        ("INSERT INTO children (id, during) VALUES (1, '[2026-01-01,2026-01-03)'), (2, '[2026-01-02,)')", "unique", 1),
        ("INSERT INTO children (id, during) VALUES (1, '[2026-01-01,2026-01-03)'), (2, '[2026-01-03,)')", None, 0),
    ],
)
def test_planted_violations_are_counted(planted: str, kind: str | None, rows: int) -> None:
    schema = read_schema(SQL)
    with DuckDBEngine() as engine:
        engine.create(for_loading(schema), indexes=False, constraints=False)
        engine.execute("ALTER TABLE children ALTER id DROP NOT NULL")
        for statement in (*GOOD, planted):
            engine.execute(statement)
        found = [(violation.kind, violation.rows) for violation in verify(schema, engine)]
    assert found == ([] if kind is None else [(kind, rows)])


def test_a_check_that_cannot_run_is_reported_and_not_passed() -> None:
    schema = read_schema("CREATE TABLE t (id integer PRIMARY KEY, CHECK (own_function(id)));")
    with DuckDBEngine() as engine:
        engine.create(for_loading(schema))
        (violation,) = verify(schema, engine)
    assert violation.rows is None
    assert "could not be checked" in str(violation)
