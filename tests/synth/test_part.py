"""Any slices together are the whole table, any slice alone is right, and tables may be larger than any machine."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.compile import Compiler
from dbarch_widgets.synth.dialects import words_for
from dbarch_widgets.synth.part import MOST_ROWS, Part
from dbarch_widgets.synth.profile import default_profile

HERE = Path(__file__).parent
TEN_BILLION = 10_000_000_000


@pytest.fixture(scope="module")
def tough() -> Schema:
    return in_public(read_schema(HERE / "tough.sql"))


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 9), st.integers(1, 20))
def test_slices_are_the_part_in_order(start: int, stop: int, step: int, count: int) -> None:
    part = Part(start, stop, step)
    slices = part.slices(count)
    assert [row for each in slices for row in each] == list(part) == list(range(start, stop, step))
    lengths = [len(each) for each in slices]
    assert len(slices) == count
    assert max(lengths) - min(lengths) <= 1


@given(st.integers(0, 10**12), st.integers(1, 10**6), st.lists(st.integers(1, 500), max_size=3))
def test_a_sample_is_spread_over_all_rows_and_out_of_step_with_cycles(
    rows: int, wanted: int, cycles: list[int]
) -> None:
    part = Part.sample(rows, wanted, cycles)
    assert len(part) >= min(rows, wanted)
    assert part.stop == rows
    seen = {row % cycle for cycle in cycles[:1] for row in list(part.within(part.step * cycle))}
    assert not cycles or rows < part.step * cycles[0] or len(seen) == cycles[0]


@pytest.mark.parametrize("numbers", [(-1, 5, 1), (0, 5, 0), (0, 2**46, 1)])
def test_what_is_no_part_is_refused(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(InputError):
        Part(*numbers)
    with pytest.raises(InputError):
        Part.whole(5).slices(0)
    with pytest.raises(InputError):
        Part.sample(5, 0)


def test_an_engine_that_cannot_generate_is_named() -> None:
    with pytest.raises(UnknownName, match="duckdb"):
        words_for("duckbd")


@pytest.mark.parametrize("count", [1, 3, 7])
def test_slices_of_every_table_are_the_whole_and_each_is_right_alone(tough: Schema, count: int) -> None:
    compiler = Compiler(tough, default_profile(tough, scale=0.004), seed=3)
    for name in compiler.order():
        if not tough.table(name).columns:
            continue
        whole = duckdb.execute(compiler.table(name).select).fetchall()
        parts = Part.whole(compiler.rows(name)).slices(count)
        made = [duckdb.execute(compiler.table(name, part=part).select).fetchall() for part in parts]
        assert [row for rows in made for row in rows] == whole
        assert [compiler.table(name, part=part).rows for part in parts] == [len(rows) for rows in made]
        every_third = duckdb.execute(compiler.table(name, part=Part(0, compiler.rows(name), 3)).select).fetchall()
        assert every_third == whole[::3]


@pytest.mark.parametrize("rows", [TEN_BILLION, MOST_ROWS])
def test_every_table_of_the_tough_schema_at_a_size_that_fits_no_machine(tough: Schema, rows: int) -> None:
    """No overflow, no list by rows: the keys that can hold so many rows do, and rows at the end look like those before."""
    profile = default_profile(tough, scale=0.01)
    tables = tuple(replace(table, rows=rows if table.rows > 50 else table.rows) for table in profile.tables)
    started = time.process_time()
    compiler = Compiler(tough, replace(profile, tables=tables), seed=3)
    large = 0
    for name in compiler.order():
        if not tough.table(name).columns:
            continue
        for part in (compiler.sample(name, 300), Part(max(compiler.rows(name) - 50, 0), compiler.rows(name))):
            compiled = compiler.table(name, part=part)
            made = duckdb.execute(compiled.select).fetchall()
            assert len(made) == compiled.rows
            assert len(compiled.select) < 400_000
        large += compiler.rows(name) == rows
        key = tough.table(name).primary_key
        if key is not None and compiler.rows(name) > 1_000:
            columns = ", ".join(f'"{column}"' for column in key.columns)
            sample = compiler.table(name, part=compiler.sample(name, 1_000)).select
            assert duckdb.execute(f"SELECT count(*) - count(DISTINCT ({columns})) FROM ({sample})").fetchall() == [(0,)]
    assert large > 5
    assert time.process_time() - started < 120


def test_a_large_tables_first_rows_are_those_of_a_small_one() -> None:
    """Below 2^30 both forms of the hash agree, so a column that does not depend on the number of rows stays the same."""
    schema = in_public(read_schema("CREATE TABLE t (id bigint PRIMARY KEY, quantity integer NOT NULL, note text);"))
    few, many = (
        Compiler(schema, default_profile(schema, rows={"t": rows}), seed=1).table(
            QName("public", "t"), part=Part(0, 500)
        )
        for rows in (1_000, TEN_BILLION)
    )
    assert duckdb.execute(few.select).fetchall() == duckdb.execute(many.select).fetchall()


def test_a_reference_into_ten_billion_rows_reaches_all_of_them() -> None:
    schema = in_public(
        read_schema(
            "CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint NOT NULL REFERENCES a);"
        )
    )
    compiler = Compiler(schema, default_profile(schema, rows={"a": TEN_BILLION, "b": TEN_BILLION}), seed=1)
    sample = compiler.table(QName("public", "b"), part=compiler.sample(QName("public", "b"), 40_000)).select
    spread = duckdb.execute(
        f"SELECT (a_id - 1) * 16 // {TEN_BILLION} AS part, count(*) FROM ({sample}) GROUP BY 1"
    ).fetchall()
    assert {part for part, _ in spread} == set(range(16))
    low, high = duckdb.execute(f"SELECT min(a_id), max(a_id) FROM ({sample})").fetchall()[0]
    assert low >= 1
    assert high <= TEN_BILLION
