"""MySQL's JSON becomes PostgreSQL's; what reads it as a text there is left out and listed, and the rest loads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.importers.postgres.read import read_postgres
from dbarch_widgets.importers.registry import reader
from dbarch_widgets.reviewing.sources import read_text
from dbarch_widgets.sql.write import Written, write_ddl

TEXT = Path(__file__).parent.parent / "importers" / "fixtures" / "mysql" / "json.sql"


def written(text: str, to: str) -> Written:
    found = reader("mysql")
    found.read(text)
    return write_ddl(found.schema(), to)


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresEngine]:
    engine = PostgresEngine()
    yield engine
    engine.close()


def test_json_is_jsonb_without_a_check_or_a_note() -> None:
    made = written("CREATE TABLE t (id int PRIMARY KEY, prefs json NOT NULL) ENGINE=InnoDB;", "postgres")
    assert "prefs jsonb NOT NULL" in made.sql
    assert "json_valid" not in made.sql
    assert [loss.object for loss in made.no_counterpart if "prefs" in loss.object] == []


def test_only_what_is_held_to_json_becomes_json() -> None:
    table = read_postgres(written(read_text(TEXT), "postgres").sql).tables[0]
    types = {column.name: column.type for column in table.columns}
    assert types == {
        "id": "integer", "a": "jsonb", "b": "jsonb", "Doc": "jsonb", "d": "text", "plain": "text", "brief": "text",
        "city": "character varying(40)",
    }  # fmt: skip
    assert [check.name for check in table.checks] == ["some"]


def test_what_reads_it_as_a_text_is_listed() -> None:
    listed = {loss.object for loss in written(read_text(TEXT), "postgres").no_counterpart}
    assert {"t.city", "t: check short", "t: check full", "t: check brief", "t: check d", "view searched"} <= listed
    assert not listed & {"t.a", "t.b", "t: check a", "t: check b", "t: check Doc", "t: check some", "view shown"}


def test_postgres_takes_it(postgres: PostgresEngine) -> None:
    made = written(read_text(TEXT), "postgres")
    assert postgres.create(read_postgres(made.sql)) == ()
    postgres.execute("INSERT INTO t (id, plain, a, b) VALUES (1, 'p', '{\"city\": \"Bern\"}', '[1]')")
    rows = postgres.execute("SELECT a ->> 'city', c ->> 0 FROM shown JOIN t USING (id, a)").rows
    assert [tuple(row) for row in rows] == [("Bern", "1")]


def test_other_targets_keep_the_text_and_its_check() -> None:
    assert "json_valid" in written("CREATE TABLE t (id int PRIMARY KEY, prefs json);", "mysql").sql
