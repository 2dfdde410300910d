"""The difference of two schemas: every kind of change, and none where there is none."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from dbarch_widgets.model.diff import Diff, diff
from dbarch_widgets.model.schema import QName
from dbarch_widgets.reviewing.sources import read_schema

DESIGNS = sorted(Path("data").glob("*/schema.sql"))


def _between(old: str, new: str) -> Diff:
    return diff(read_schema(old), read_schema(new))


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.parent.name)
def test_a_schema_does_not_differ_from_itself(path: Path) -> None:
    text = path.read_text()
    assert not diff(read_schema(text), read_schema("-- moved down\n\n" + text))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("x int", "x bigint", "column x of t changed: integer → bigint"),
        ("x int", "x int NOT NULL", "column x of t changed: integer → integer NOT NULL"),
        ("x int", "x int, y text", "column y of t added: text"),
        ("x int, y text", "x int", "column y of t removed: text"),
        ("x int, y text", "x int, z text", "column z of t renamed: y → z"),
        ("x int", "x int PRIMARY KEY", "primary key t_pkey of t added: PRIMARY KEY (x)"),
        ("x int", "x int CHECK (x > 0)", "check t_x_check of t added: CHECK (x > 0)"),
        ("x int, CONSTRAINT a CHECK (x > 0)", "x int, CONSTRAINT b CHECK (x > 0)", "check b of t renamed: a → b"),
        ("x int UNIQUE", "x int", "unique t_x_key of t removed: UNIQUE (x)"),
        ("x int, y int", "y int, x int", "table t changed: x, y → y, x"),
    ],
)
def test_changes_of_a_table(old: str, new: str, sentence: str) -> None:
    found = _between(f"CREATE TABLE t ({old}, keep int); ", f"CREATE TABLE t ({new}, keep int); ")
    if "t changed: x" in sentence:
        sentence = "table t changed: x, y, keep → y, x, keep"
    assert sentence in [change.sentence for change in found.changes]


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ("CREATE INDEX i ON t (x);", "index"),
        ("CREATE POLICY p ON t USING (x > 0);", "policy"),
        ("ALTER TABLE t ENABLE ROW LEVEL SECURITY;", "row level security"),
        ("GRANT SELECT ON t TO joe;", "grant"),
        ("CREATE TYPE e AS ENUM ('a');", "enum"),
        ("CREATE DOMAIN d AS text;", "domain"),
        ("CREATE SEQUENCE s;", "sequence"),
        ("CREATE VIEW v AS SELECT x FROM t;", "view"),
        ("COMMENT ON TABLE t IS 'rows';", "table"),
        ("ALTER TABLE t SET (fillfactor = 70);", "option"),
        ("CREATE ROLE joe;", "role"),
        ("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO joe;", "default privilege"),
        ("CREATE EXTENSION pg_trgm;", "extension"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';", "function"),
        ("CREATE TABLE u (x int);", "table"),
    ],
)
def test_every_kind_of_object_is_compared_both_ways(more: str, kind: str) -> None:
    base = "CREATE TABLE t (x int, y int);"
    assert kind in [change.object for change in _between(base, base + more).changes]
    assert kind in [change.object for change in _between(base + more, base).changes]


def test_a_renamed_table_keeps_what_points_at_it() -> None:
    old = "CREATE TABLE a (id int PRIMARY KEY, n text); CREATE TABLE b (a_id int REFERENCES a, x int);"
    new = (
        "CREATE TABLE c (id int, n text, CONSTRAINT a_pkey PRIMARY KEY (id));"
        "CREATE TABLE b (a_id int REFERENCES c, x int);"
    )
    found = _between(old, new)
    assert [change.sentence for change in found.changes] == ["table c renamed: public.a → public.c"]
    assert found.renamed == ((QName("public", "a"), QName("public", "c")),)


def test_other_dialects_are_said() -> None:
    schema = read_schema("CREATE TABLE t (x int);")
    assert "held against" in diff(schema, dataclasses.replace(schema, dialect="sqlite")).notes[0]


def test_a_grant_that_gives_way_to_another_is_no_renaming() -> None:
    old = read_schema("CREATE TABLE t (a int); GRANT SELECT ON t TO one;")
    new = read_schema("CREATE TABLE t (a int); GRANT SELECT (a) ON t TO one; GRANT SELECT ON t TO other;")
    assert {(change.kind, change.name) for change in diff(old, new).changes} == {
        ("removed", "one"), ("added", "one (a)"), ("added", "other")
    }  # fmt: skip


@pytest.mark.parametrize(
    ("made", "name"),
    [
        ("CREATE VIEW v AS SELECT 1 AS a; ALTER VIEW v OWNER TO {one};", "view v"),
        ("CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS ''; ALTER FUNCTION f(int) OWNER TO {one};", "function f(a integer)"),
        ("CREATE TYPE e AS ENUM ('a'); ALTER TYPE e OWNER TO {one};", "enum e"),
        ("CREATE DOMAIN d AS int; ALTER DOMAIN d OWNER TO {one};", "domain d"),
        ("CREATE SEQUENCE s; ALTER SEQUENCE s OWNER TO {one};", "sequence s"),
        ("CREATE SCHEMA n AUTHORIZATION {one};", "schema n"),
    ],
)  # fmt: skip
def test_another_owner_is_told_and_one_that_nobody_names_is_none(made: str, name: str) -> None:
    base = "CREATE TABLE t (x int);"
    told = [
        change.sentence for change in _between(base + made.format(one="boss"), base + made.format(one="clerk")).changes
    ]
    assert told == [f"{name} changed: owner: boss → owner: clerk"]
    nobody = base + made.replace(" AUTHORIZATION {one}", "").split("; ALTER")[0] + ";"
    assert not _between(nobody, base + made.format(one="clerk"))
    assert not _between(base + made.format(one="clerk"), nobody)
