"""Who owns what, as a text says it; `test_rights_of_makers.py` and `test_live_postgres_round_trip.py` ask a real PostgreSQL."""

from __future__ import annotations

from catalogs import owners

from dbarch_widgets.reviewing.sources import read_schema


def test_every_form_of_owner_to() -> None:
    schema = read_schema(
        "CREATE SCHEMA s AUTHORIZATION boss;\nCREATE TABLE s.t (id int);\nALTER TABLE s.t OWNER TO boss;\n"
        "CREATE VIEW s.v AS SELECT 1 AS a;\nALTER VIEW s.v OWNER TO boss;\n"
        "CREATE VIEW s.w AS SELECT 1 AS a;\nALTER TABLE s.w OWNER TO boss;\n"
        "CREATE SEQUENCE s.n;\nALTER TABLE s.n OWNER TO boss;\n"
        "CREATE TYPE s.e AS ENUM ('a');\nALTER TYPE s.e OWNER TO boss;\n"
        "CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'select 1';\nALTER FUNCTION s.f() OWNER TO boss;\n"
    )
    assert set(owners(schema).values()) == {"boss"}
    assert len(owners(schema)) == 7
    assert (schema.report.notes, schema.report.problems) == ((), ())


def test_owners_of_what_has_no_place_are_a_note() -> None:
    schema = read_schema(
        "CREATE TABLE t (id int PRIMARY KEY);\nALTER DATABASE app OWNER TO boss;\nALTER AGGREGATE a(int) OWNER TO boss;\n"
        "CREATE TYPE pair AS (x int);\nALTER TYPE pair OWNER TO boss;\nALTER AGGREGATE b(int) OWNER TO boss;\n"
    )
    assert schema.report.notes == (
        "the owners of what the model does not hold are left out; statements that name one: aggregate: 2, "
        "composite or range type: 1, database: 1",
    )


def test_only_the_function_of_those_arguments_is_given() -> None:
    schema = read_schema(
        "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'select 1';\nCREATE FUNCTION f(a text) RETURNS int LANGUAGE sql "
        "AS 'select 1';\nALTER FUNCTION f(text) OWNER TO boss;\n"
    )
    assert {each.arguments: each.owner for each in schema.functions} == {"a integer": None, "a text": "boss"}


def test_what_is_not_there_is_given_to_nobody() -> None:
    schema = read_schema(
        "CREATE TABLE t (id int PRIMARY KEY);\nALTER SEQUENCE n OWNER TO boss;\nALTER VIEW IF EXISTS v OWNER TO boss;\n"
        "ALTER SEQUENCE IF EXISTS n OWNER TO boss;\nALTER TYPE e OWNER TO boss;\nALTER FUNCTION f() OWNER TO boss;\n"
    )
    assert [(each.line, each.reason) for each in schema.report.problems] == [
        (2, "'n' is not defined before this statement"),
        (5, "type 'e' is not defined before this statement"),
        (6, "function 'f' is not defined before this statement"),
    ]


def test_words_for_some_role_mean_who_acts() -> None:
    schema = read_schema(
        "CREATE VIEW one AS SELECT 1 AS a;\nCREATE VIEW two AS SELECT 1 AS a;\nALTER VIEW one OWNER TO CURRENT_USER;\n"
        "SET SESSION AUTHORIZATION boss;\nSET ROLE clerk;\nALTER VIEW two OWNER TO SESSION_USER;\n"
        "CREATE VIEW three AS SELECT 1 AS a;\nALTER VIEW one OWNER TO CURRENT_ROLE;\n"
    )
    assert {view.name: view.owner for view in schema.views} == {"one": "clerk", "two": "boss", "three": "clerk"}


def test_a_renamed_role_owns_what_it_owned() -> None:
    schema = read_schema(
        "CREATE ROLE boss;\nCREATE SCHEMA s AUTHORIZATION boss;\nCREATE VIEW s.v AS SELECT 1 AS a;\nALTER VIEW s.v OWNER TO boss;\n"
        "CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'select 1';\nALTER FUNCTION s.f() OWNER TO boss;\n"
        "CREATE DOMAIN s.d AS int;\nALTER DOMAIN s.d OWNER TO boss;\nALTER ROLE boss RENAME TO chief;\n"
    )
    assert set(owners(schema).values()) == {"chief"}


def test_the_usual_owner_of_public_says_nothing() -> None:
    schema = read_schema("CREATE TABLE t (id int PRIMARY KEY);\nALTER SCHEMA public OWNER TO pg_database_owner;\n")
    assert schema.namespaces == ()
    schema = read_schema("CREATE TABLE t (id int PRIMARY KEY);\nALTER SCHEMA public OWNER TO boss;\n")
    assert [(each.name, each.owner) for each in schema.namespaces] == [("public", "boss")]


def test_a_view_that_is_replaced_keeps_its_rights_and_its_comment() -> None:
    schema = read_schema(
        "CREATE VIEW v AS SELECT 1 AS a;\nGRANT SELECT ON v TO reader;\nCOMMENT ON VIEW v IS 'one';\n"
        "CREATE OR REPLACE VIEW v AS SELECT 1 AS a, 2 AS b;\n"
    )
    (view,) = schema.views
    assert ([grant.role for grant in view.grants], view.comment) == (["reader"], "one")
    assert "2 AS b" in view.sql
