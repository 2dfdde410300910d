"""profile.yaml: what is written comes back, what is wrong is said with its place, what is left out keeps its default."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import InputError, SourceError, UnknownName
from dbarch_widgets.model.profile import ColumnProfile, Profile, TableProfile
from dbarch_widgets.model.schema import QName
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.compile import _STRUCTURAL
from dbarch_widgets.synth.completed import completed
from dbarch_widgets.synth.generate import generate
from dbarch_widgets.synth.profile import default_profile
from dbarch_widgets.synth.profile_file import profile_yaml, read_profile, write_profile
from dbarch_widgets.synth.settings import SETTINGS
from dbarch_widgets.synth.values import GENERATORS

DATA = Path(__file__).parents[2] / "data"
TOUGH = Path(__file__).parent / "tough.sql"

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
WORDS = st.lists(st.from_regex(r"[a-z#:,'\"é]{1,9}", fullmatch=True), max_size=5).map(" ".join)
NUMBER = st.integers(-(10**12), 10**12) | st.floats(-1e9, 1e9, allow_nan=False)


@st.composite
def columns(draw: st.DrawFn, name: str) -> ColumnProfile:
    values = tuple(draw(st.lists(TEXT, min_size=1, max_size=3)))
    kinds: list[tuple[str, dict[str, object]]] = [
        ("serial", {"start": draw(st.integers(-5, 10**12))}),
        ("skewed", {"low": draw(NUMBER), "median": draw(NUMBER), "high": draw(NUMBER), "places": 2}),
        ("choice", {"values": values, "weights": tuple(draw(st.integers(1, 1000)) for _ in values)}),
        ("constant", {"value": draw(st.none() | TEXT)}),
        ("pattern", {"shape": values}),
        ("date", {"low": "2020-01-01", "rank": 0}),
        ("reference", {"to": "a.b", "shape": "zipf", "s": draw(st.floats(0.1, 3))}),
        ("email", {}),
        ("", {"median": draw(NUMBER)}),
    ]
    generator, settings = draw(st.sampled_from(kinds))
    share = st.floats(0, 1)
    return ColumnProfile(
        name,
        generator,
        tuple(settings.items()),
        draw(share),
        draw(WORDS),
        draw(st.none() | st.floats(0, 1e12)),
        tuple(draw(st.lists(share, max_size=3))),
    )


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    names = st.tuples(st.sampled_from(["public", "a.b", 'say "x"', "shop"]) | TEXT, TEXT | st.sampled_from(["on", "1"]))
    tables = []
    for schema, name in draw(st.lists(names, unique=True, max_size=4)):
        written = draw(
            st.lists(TEXT | st.sampled_from(["no", "null", "2020-01-01", "a: b", "#"]), unique=True, max_size=4)
        )
        made = tuple(draw(columns(each)) for each in written)
        size = draw(st.none() | st.integers(0, 10**13))
        notes = tuple(draw(st.lists(TEXT, max_size=2)))
        tables.append(TableProfile(QName(schema, name), draw(st.integers(0, 2**45)), made, size, notes))
    return Profile(tuple(tables), tuple(draw(st.lists(TEXT, max_size=2))))


@given(profiles())
def test_what_is_written_is_read_back(profile: Profile) -> None:
    text = profile_yaml(profile)
    assert read_profile(text) == profile
    assert profile_yaml(read_profile(text)) == text


@pytest.mark.parametrize("source", [*sorted(DATA.glob("*/schema.sql")), TOUGH], ids=lambda path: path.parent.name)
def test_a_default_profile_survives_the_file_and_is_the_same_at_another_scale(source: Path, tmp_path: Path) -> None:
    schema = read_schema(source)
    profile = default_profile(schema)
    write_profile(profile, tmp_path / "profile.yaml")
    back = read_profile(tmp_path / "profile.yaml")
    assert back == profile
    # Of the tough schema some tables have fewer rows than asked for, as their keys hold no more.
    for scale in (1.0,) if source == TOUGH else (1.0, 0.1):
        again = completed(schema, back, scale=scale)
        wanted = default_profile(schema, scale=scale)
        assert [(each.table, each.rows, each.columns) for each in again.tables] == [
            (each.table, each.rows, each.columns) for each in wanted.tables
        ]


def test_every_generator_says_its_settings() -> None:
    assert set(SETTINGS) == {*GENERATORS, *_STRUCTURAL}


GOOD = """
tables:
  orders:
    rows: 300
    columns:
      on: {nulls: 0.5}
      total: {median: 100}   # dear things
      state: {generator: choice, values: [new, old], weights: [1, 3]}
"""
SCHEMA = """
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id), total numeric(10, 2) NOT NULL,
    "on" date, state text NOT NULL);
"""


def test_what_a_person_leaves_out_keeps_its_default() -> None:
    schema = read_schema(SCHEMA)
    told = read_profile(GOOD)
    assert told.tables[0].columns[1].why == "dear things"
    profile = completed(schema, told, scale=2)
    orders = profile.table(QName("public", "orders"))
    assert orders.rows == 600
    by_name = {column.column: column for column in orders.columns}
    assert by_name["on"].generator == "date"
    assert by_name["on"].null_fraction == 0.5
    assert dict(by_name["total"].settings)["median"] == 100
    assert dict(by_name["total"].settings)["high"] == "2000"
    assert by_name["customer_id"].generator == "reference"
    assert profile.table(QName("public", "customers")).rows == 2 * 50  # a short list, by its shape
    with DuckDBEngine() as engine:
        made = generate(schema, engine, completed(schema, told, {"customers": 100}), verify=True)
        assert made.violations == ()
        assert dict(made.rows) == {"customers": 100, "orders": 300}
        (share,) = engine.execute("SELECT avg((state = 'old')::int) FROM orders").rows[0]
        assert 0.65 < share < 0.85


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("rows: 300", "rows: many"), r":4: tables\.orders\.rows must be a whole number, not 'many'"),
        (("rows: 300", "rows: -1"), "must not be negative"),
        (("rows: 300", "rowz: 300"), r"unknown key tables\.orders\.rowz.*did you mean rows"),
        (("columns:", "colums:"), "did you mean columns"),
        (
            ("median: 100", "medain: 100"),
            r":7: unknown key tables\.orders\.columns\.total\.medain.*did you mean median",
        ),
        (("median: 100", "median: dear"), r"columns\.total\.median must be a number, not 'dear'"),
        (("generator: choice", "generator: chioce"), r"columns\.state\.generator names no generator: 'chioce'.*choice"),
        (("weights: [1, 3]", "weights: [1]"), "has 1 numbers for 2 values"),
        (("values: [new, old]", "values: new"), "must be a list"),
        (("nulls: 0.5", "nulls: 50"), r"columns\.on\.nulls"),
        (("on: {nulls", "total: {nulls"), ":7: total stands twice, first in line 6"),
        (("tables:", "table:"), "mapping with `tables:`"),
        (("  orders:", "  a.b.c.d:"), "is not the name of a table"),
        (("rows: 300", "rows: [3"), "is not YAML"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(change: tuple[str, str], words: str, tmp_path: Path) -> None:
    file = tmp_path / "profile.yaml"
    file.write_text(GOOD.replace(*change))
    with pytest.raises(InputError, match=words) as caught:
        read_profile(file)
    assert "profile.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_profile_of_other_tables_is_refused() -> None:
    told = read_profile(GOOD)
    with pytest.raises(UnknownName, match="no column named 'on'"):
        completed(read_schema("CREATE TABLE orders (id int PRIMARY KEY, one date);"), told)
    with pytest.raises(UnknownName, match="did you mean orders_"):
        completed(read_schema("CREATE TABLE orders_ (id int PRIMARY KEY);"), told)


def test_an_unreadable_file_is_said() -> None:
    with pytest.raises(SourceError, match=r"nowhere\.yaml"):
        read_profile("nowhere.yaml")


def test_a_column_edited_by_hand_keeps_its_settings_at_another_scale() -> None:
    schema = read_schema(SCHEMA)
    profile = default_profile(schema)
    tables = tuple(
        replace(
            table,
            columns=tuple(
                replace(each, generator="integer", settings=(("low", 5), ("high", 7)))
                if each.column == "total"
                else each
                for each in table.columns
            ),
        )
        for table in profile.tables
    )
    changed = completed(schema, replace(profile, tables=tables), scale=0.5).table(QName("public", "orders"))
    assert next(each for each in changed.columns if each.column == "total").settings == (("low", 5), ("high", 7))
