"""Every object and every property of the model is written, or named as lost: without it the text would be another."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemas_random import schemas
from taken_away import in_primary_key, pieces

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.importers.postgres.read import read_postgres
from dbarch_widgets.model.schema import Schema
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


@each_target
def test_each_piece_is_written_or_named(schema: Schema, to: str) -> None:
    whole = write_ddl(schema, to).sql
    said_twice = in_primary_key(schema)
    silent = [place for place, less in pieces(schema) if place not in said_twice and written(less, to) == whole]
    assert silent == []


@each_target
@given(data=st.data(), schema=schemas())
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
def test_so_it_is_for_any_schema(data: st.DataObject, schema: Schema, to: str) -> None:
    said_twice = in_primary_key(schema)
    every = [piece for piece in pieces(schema) if piece[0] not in said_twice]
    if every:
        whole = write_ddl(schema, to).sql
        for place, less in data.draw(
            st.lists(st.sampled_from(every), min_size=1, max_size=4, unique_by=lambda p: p[0])
        ):
            assert written(less, to) != whole, place


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
