"""Every object and every property of the model is written, or named as lost: without it the text would be another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from schemas_random import schemas
from taken_away import in_primary_key, pieces

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.importers.postgres.read import read_postgres
from dbarch_widgets.model.schema import Action, Schema
from dbarch_widgets.reviewing.sources import read_text
from dbarch_widgets.sql.write import write_ddl
from dbarch_widgets.sql.write.losses import notes

HERE = Path(__file__).parent
each_target = pytest.mark.parametrize("to", ["postgres", "sqlite", "mysql", "duckdb"])


@pytest.fixture(scope="module")
def schema() -> Schema:
    found = read_postgres(read_text(HERE / "every_kind.sql"))
    assert not found.report.problems
    return found


def written(schema: Schema, to: str) -> str | None:
    """The text; None when the piece was a column that something else of the schema cannot do without."""
    try:
        return write_ddl(schema, to).sql
    except (KeyError, UnknownName):
        return None


def silently_lost(schema: Schema, to: str) -> list[str]:
    said_twice = in_primary_key(schema)
    whole = write_ddl(schema, to).sql
    return [place for place, less in pieces(schema) if place not in said_twice and written(less, to) == whole]


def without_restrict(schema: Schema) -> Schema:
    """InnoDB takes RESTRICT and NO ACTION for one thing."""

    def same(action: Action) -> Action:
        return "no action" if action == "restrict" else action

    tables = []
    for table in schema.tables:
        keys = [
            replace(key, on_delete=same(key.on_delete), on_update=same(key.on_update)) for key in table.foreign_keys
        ]
        tables.append(replace(table, foreign_keys=tuple(keys)))
    return replace(schema, tables=tuple(tables))


@each_target
def test_each_piece_is_written_or_named(schema: Schema, to: str) -> None:
    assert silently_lost(schema, to) == []


@each_target
@given(schema=schemas())
@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
def test_so_it_is_for_any_schema(schema: Schema, to: str) -> None:
    assert silently_lost(without_restrict(schema) if to == "mysql" else schema, to) == []


def test_there_is_a_note_for_each_kind_with_its_number_and_places(schema: Schema) -> None:
    written = write_ddl(schema, "sqlite")
    told = dict(note.split(": ", 1) for note in notes(written.no_counterpart))
    assert told["rights"] == (
        "7 (shop.customers, view shop.mine, the database, schema shop, sequence shop.numbers, type shop.state, "
        "function shop.pay(n numeric))"
    )
    assert told["policy"] == "1 (shop.customers)"
    assert told["trigger"] == "3 (shop.customers)"
    assert told["exclusion constraint"] == "1 (shop.rooms)"
    assert told["default privileges"].startswith("2 (")
    assert {"owner", "role", "partition", "comment", "row-level security", "INHERITS", "extension", "schema"} <= set(
        told
    )
    for note in told:
        assert f"-- {note}: " in written.sql
    many = write_ddl(
        read_postgres("".join(f"CREATE TABLE t{n} (id int); COMMENT ON TABLE t{n} IS 'x';" for n in range(40))),
        "sqlite",
    )
    assert notes(many.no_counterpart) == (f"comment: 40 ({', '.join(f't{n}' for n in range(12))} and 28 more)",)
