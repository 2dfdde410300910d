"""A right is where it was given, not where its table was made."""

from __future__ import annotations

from pathlib import Path

from dbarch_widgets.reviewing.run import review
from dbarch_widgets.reviewing.sources import read_schema


def test_rights_know_their_own_file(tmp_path: Path) -> None:
    (tmp_path / "001_tables.sql").write_text("CREATE TABLE t (id bigint PRIMARY KEY);\n")
    (tmp_path / "002_rights.sql").write_text(
        "\nCREATE ROLE app;\nGRANT TRUNCATE ON t TO app;\nALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO app;\n"
    )
    schema = read_schema(tmp_path)
    (grant,) = schema.tables[0].grants
    given = schema.default_privileges[0]
    assert [(Path(each.file or "").name, each.line) for each in (grant, given)] == [
        ("002_rights.sql", 3),
        ("002_rights.sql", 4),
    ]
    found = {each.rule: (Path(each.file or "").name, each.line) for each in review(tmp_path).findings}
    assert found["broad-grant"] == ("002_rights.sql", 3)
    assert found["broad-default-privileges"] == ("002_rights.sql", 4)


def test_an_empty_search_path_is_one() -> None:
    schema = read_schema(
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = '' AS $$ SELECT 1 $$;\n"
        "CREATE FUNCTION g() RETURNS int LANGUAGE sql SET search_path = '' AS $$ SELECT 1 $$;\n"
        "ALTER FUNCTION g() RESET search_path;",
        "postgres",
    )
    assert {each.name: each.search_path for each in schema.functions} == {"f": "", "g": None}
