"""Odd databases: names that no one should choose, deep expressions, other encodings, versions that no one tried."""

from __future__ import annotations

import pytest
from postgres_versions import VERSIONS, VersionServer, server

from dbarch_widgets.importers.postgres_live import read
from dbarch_widgets.importers.postgres_live.read import read_postgres
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.names import quote, text_literal

NAMES = (
    "select",
    'say "hi"',
    "a b;--",
    "line\nbreak",
    "<script>&|{}",
    "größe 🐘",
    "שלום",
    "public.x",
    "it's",
    "%s %(x)s",
    "$1",
)


@pytest.fixture(scope="module", params=VERSIONS, ids="PostgreSQL {}".format)
def running(request: pytest.FixtureRequest) -> VersionServer:
    return server(request.param)


def ddl(name: str) -> str:
    """One of everything under that name, in `public` and in a schema of that name."""
    own, text, types = quote(name), text_literal(name), quote(f"{name}e")
    return f"""
        CREATE SCHEMA {own};
        CREATE TYPE {types} AS ENUM ({text});
        CREATE TYPE {own}.{types} AS ENUM ({text});
        CREATE DOMAIN {quote(name + "d")} AS integer CONSTRAINT {own} CHECK (VALUE > 0);
        CREATE TABLE {own} ({own} integer CONSTRAINT {quote(name + "p")} PRIMARY KEY, o {types} DEFAULT {text});
        CREATE TABLE {own}.{own} ({own} integer CONSTRAINT {quote(name + "f")} REFERENCES {own}
            CONSTRAINT {quote(name + "c")} CHECK ({own} > 0), o {own}.{types} DEFAULT {text}) PARTITION BY RANGE ({own});
        CREATE INDEX {quote(name + "i")} ON {own}.{own} (abs({own}), o) WHERE o = {text};
        CREATE VIEW {quote(name + "v")} AS SELECT t.{own} FROM {own}.{own} t;
        CREATE FUNCTION {own}.{own}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER {own} BEFORE INSERT ON {own} FOR EACH ROW EXECUTE FUNCTION {own}.{own}();
        CREATE POLICY {own} ON {own} USING ({own} > 0);
        COMMENT ON TABLE {own} IS {text};
    """


def test_any_name_comes_through(running: VersionServer) -> None:
    schema = read_postgres(running.url(running.database("".join(map(ddl, NAMES))))).schema
    assert schema.report.problems == ()
    assert "not understood" not in "\n".join(schema.report.notes)
    for name in NAMES:
        plain, inside = schema.table(QName("public", name)), schema.table(QName(name, name))
        assert plain.primary_key is not None
        assert (plain.primary_key.name, plain.comment) == (name + "p", name)
        assert plain.column("o").default == text_literal(name)
        assert str(inside.column("o").default).startswith(text_literal(name))
        assert inside.foreign_keys[0].target == plain.qname
        assert inside.checks[0].name == name + "c"
        assert (inside.indexes[0].name, inside.indexes[0].keys[1].column) == (name + "i", "o")
        assert (plain.rls.policies[0].name, plain.triggers[0].name) == (name, name)
        assert plain.triggers[0].function == f"{name}.{name}"
    assert [enum.values for enum in schema.enums] == [(name,) for name in NAMES for _ in range(2)]
    assert [view.name for view in schema.views] == [name + "v" for name in NAMES]


def test_expressions_that_nest_deep_are_kept_as_the_catalog_prints_them(running: VersionServer) -> None:
    deep = " || ".join(["a"] * 400)
    database = running.database(
        f"CREATE TABLE t (a text, b text GENERATED ALWAYS AS ({deep}) STORED, CHECK (({deep}) <> ''));"
        f"CREATE INDEX far ON t (({deep})); CREATE INDEX near ON t (a); CREATE VIEW v AS SELECT {deep} AS x FROM t"
    )
    schema = read_postgres(running.url(database)).schema
    table = schema.table("t")
    assert "||" in str(table.column("b").generated)
    assert "||" in table.checks[0].expression
    assert "||" in schema.views[0].sql
    names = {index.name for index in table.indexes}
    notes = "\n".join(schema.report.notes)
    assert "near" in names
    assert "far" in names or "indexes whose definition is not understood: t.far" in notes


def test_text_that_is_no_utf8_costs_only_its_question(running: VersionServer) -> None:
    with running.connect() as connection:
        connection.execute("DROP DATABASE IF EXISTS raw_bytes")
        connection.execute(
            "CREATE DATABASE raw_bytes ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        )
    with running.connect("raw_bytes", client_encoding="SQL_ASCII") as connection:
        connection.execute("CREATE TABLE good (id integer PRIMARY KEY)")
        connection.execute(b"CREATE VIEW v AS SELECT '\xff\xfe' AS x")
    schema = read_postgres(running.url("raw_bytes")).schema
    assert [table.name for table in schema.tables] == ["good"]
    (problem,) = schema.report.problems
    assert problem.statement == "views"
    assert "invalid byte sequence" in problem.reason


def test_an_empty_database_is_no_error(running: VersionServer) -> None:
    live = read_postgres(running.url(running.database()))
    assert live.schema.tables == ()
    assert live.schema.report.complete


def test_a_version_that_no_one_tried_says_so(running: VersionServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "TESTED", (14,))
    notes = read_postgres(running.url(running.database())).schema.report.notes
    assert any("is untested: dbarch was tested on 14" in note for note in notes)


def test_several_hosts_and_the_drivers_own_words(running: VersionServer) -> None:
    name = running.database("CREATE TABLE t (id integer)")
    words = f"host={running.folder} user=dbarch_superuser dbname={name}"
    assert read_postgres(words).schema.find("t")
    assert read_postgres(running.url(name).replace("postgresql://", "postgres://")).schema.find("t")
    both = f"postgresql://dbarch_superuser@/{name}?host=127.0.0.1,{running.folder}&port=1,5432"
    assert read_postgres(both).schema.find("t")
