"""The portable hash: the same in SQL as in Python, and good enough for what is built on it."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import gcd, sqrt

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbarch_widgets.synth.hashing import (
    SPLIT_BITS,
    P,
    Permutation,
    coarse,
    permutation,
    poly3,
    split_poly3,
    times_mod,
)

ROWS = 200_000
KEYS = [(1, "orders", "total"), (1, "orders", "status"), (2, "orders", "total"), (7, "a.b", "c")]


def z_of_chi_square(counts: Counter[int], cells: int) -> float:
    """How many standard deviations the chi-square statistic lies from its expectation."""
    total = sum(counts.values())
    expected = total / cells
    chi2 = sum((counts.get(cell, 0) - expected) ** 2 / expected for cell in range(cells))
    return (chi2 - (cells - 1)) / sqrt(2 * (cells - 1))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.text(max_size=8), st.lists(st.integers(0, P - 1), min_size=1, max_size=20))
def test_sql_and_python_agree(seed: int, name: str, rows: list[int]) -> None:
    hashed = poly3(seed, name, "column")
    values = ", ".join(f"({row}::BIGINT)" for row in rows)
    found = duckdb.execute(f"SELECT {hashed.sql('n')} FROM (VALUES {values}) AS t(n)").fetchall()
    assert [value for (value,) in found] == [hashed.of(row) for row in rows]


@pytest.mark.parametrize("key", KEYS)
def test_high_and_low_bits_are_even(key: tuple[int, str, str]) -> None:
    hashed = poly3(*key)
    values = [hashed.of(row) for row in range(ROWS)]
    assert abs(z_of_chi_square(Counter(value >> 23 for value in values), 256)) < 4
    assert abs(z_of_chi_square(Counter(value % 251 for value in values), 251)) < 4


@pytest.mark.parametrize("key", KEYS)
def test_neighbouring_rows_are_independent(key: tuple[int, str, str]) -> None:
    hashed = poly3(*key)
    values = [hashed.of(row) * 16 // P for row in range(ROWS)]
    pairs = Counter(one * 16 + other for one, other in pairwise(values))
    assert abs(z_of_chi_square(pairs, 256)) < 4


def test_columns_of_one_row_are_independent() -> None:
    one, other = poly3(1, "orders", "total"), poly3(1, "orders", "status")
    pairs = Counter((one.of(row) * 16 // P) * 16 + other.of(row) * 16 // P for row in range(ROWS))
    assert abs(z_of_chi_square(pairs, 256)) < 4


def coarse_draws(seed: int, column: str, hashed: list[int]) -> list[int]:
    """The first four bits of a coarse draw of each row."""
    drawn = coarse(seed, "public.orders", column)
    return [drawn.of(value) >> 27 for value in hashed]


def test_coarse_draws_from_one_hash_are_independent() -> None:
    """Even, independent of the row before and, each pair of nine, of each other and of a hash of another use."""
    seed = 1
    shared = [poly3(seed, "public.orders", "", "coarse").of(row) for row in range(ROWS // 2)]
    other = [poly3(seed, "public.orders", "total").of(row) * 16 // P for row in range(ROWS // 2)]
    columns = [coarse_draws(seed, f"column {at}", shared) for at in range(9)]
    for at, one in enumerate(columns):
        assert abs(z_of_chi_square(Counter(one), 16)) < 4
        assert abs(z_of_chi_square(Counter(a * 16 + b for a, b in pairwise(one)), 256)) < 4.5
        for beside in (*columns[:at], other):
            assert abs(z_of_chi_square(Counter(a * 16 + b for a, b in zip(one, beside, strict=True)), 256)) < 4.5


def test_three_coarse_draws_are_independent() -> None:
    shared = [poly3(1, "public.orders", "", "coarse").of(row) for row in range(ROWS)]
    one, two, three = (coarse_draws(1, name, shared) for name in ("status", "quantity", "note"))
    assert (
        abs(z_of_chi_square(Counter((a * 16 + b) * 16 + c for a, b, c in zip(one, two, three, strict=True)), 4096)) < 4
    )


def test_the_linear_hash_would_fail_these_tests() -> None:
    """The statistics see a weak hash: a linear one puts neighbours side by side."""
    values = [(12_345 * row + 678) % P * 16 // P for row in range(ROWS)]
    pairs = Counter(one * 16 + other for one, other in pairwise(values))
    assert z_of_chi_square(pairs, 256) > 100


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3_000), st.integers(0, 2**31), st.text(max_size=5))
def test_a_permutation_takes_every_value_once(size: int, seed: int, name: str) -> None:
    moved = permutation(size, seed, name, "column")
    assert sorted(moved.of(row) for row in range(size)) == list(range(size))


@pytest.mark.parametrize("moved", [permutation(1, 1, "t", "c"), permutation(17, 1, "t", "c"), Permutation(3, 4, 10)])
def test_a_permutation_in_sql(moved: Permutation) -> None:
    found = duckdb.execute(f"SELECT {moved.sql('n')} FROM range({moved.size}) AS t(n)").fetchall()
    assert [value for (value,) in found] == [moved.of(row) for row in range(moved.size)]


def test_seed_table_column_and_use_each_change_the_hash() -> None:
    variants = [poly3(1, "t", "c"), poly3(2, "t", "c"), poly3(1, "u", "c"), poly3(1, "t", "d"), poly3(1, "t", "c", "x")]
    assert len(set(variants)) == 5
    assert poly3(1, "t", "c") == poly3(1, "t", "c")


# ---------------------------------------------------------------- row numbers beyond 2^31

LARGE = 2**45
STEPS = [1, 99_991, 2**20, LARGE // ROWS]


@pytest.mark.parametrize("key", KEYS[:2])
@pytest.mark.parametrize("step", STEPS)
def test_large_row_numbers_are_hashed_as_evenly(key: tuple[int, str, str], step: int) -> None:
    """Chi-square, lag and first and last bits, over rows that cross the border of the two parts or step over it."""
    hashed = split_poly3(*key)
    start = 3 * 2**SPLIT_BITS - ROWS // 2 if step == 1 else 0
    values = [hashed.of(start + at * step) for at in range(ROWS)]
    assert all(0 <= value < P for value in values)
    assert abs(z_of_chi_square(Counter(value >> 23 for value in values), 256)) < 4
    assert abs(z_of_chi_square(Counter(value % 256 for value in values), 256)) < 4
    coarse = [value * 16 // P for value in values]
    pairs = Counter(one * 16 + other for one, other in pairwise(coarse))
    assert abs(z_of_chi_square(pairs, 256)) < 4


@pytest.mark.parametrize("step", STEPS)
def test_columns_of_a_large_row_are_independent(step: int) -> None:
    one, other = split_poly3(1, "orders", "total"), split_poly3(1, "orders", "status")
    rows = [2**40 + at * step for at in range(ROWS)] if step < 2**20 else [at * step for at in range(ROWS)]
    pairs = Counter((one.of(row) * 16 // P) * 16 + other.of(row) * 16 // P for row in rows)
    assert abs(z_of_chi_square(pairs, 256)) < 4


def test_both_parts_count_together() -> None:
    """Rows with the same last 30 bits, and rows with the same first ones, have hashes that know nothing of each other."""
    hashed = split_poly3(1, "orders", "total")
    across = Counter(
        (hashed.of(row) * 16 // P) * 16 + hashed.of(row + (1 + row % 1_000) * 2**SPLIT_BITS) * 16 // P
        for row in range(ROWS)
    )
    assert abs(z_of_chi_square(across, 256)) < 4
    down = [hashed.of(17 + high * 2**SPLIT_BITS) * 16 // P for high in range(2**15)]
    assert abs(z_of_chi_square(Counter(down), 16)) < 4
    assert abs(z_of_chi_square(Counter(one * 16 + other for one, other in pairwise(down)), 256)) < 4


@given(st.integers(0, 2**SPLIT_BITS - 1))
def test_small_numbers_have_the_hash_that_small_tables_use(row: int) -> None:
    assert split_poly3(1, "t", "c", "x").of(row) == poly3(1, "t", "c", "x").of(row)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.integers(0, LARGE), min_size=1, max_size=20))
def test_split_sql_and_python_agree(seed: int, rows: list[int]) -> None:
    hashed = split_poly3(seed, "t", "c")
    inner = f"SELECT n % {2**30} AS low, n >> 30 AS high FROM (VALUES {', '.join(f'({row}::BIGINT)' for row in rows)}) AS t(n)"
    sql = f"SELECT {hashed.sql('low', '(' + hashed.high.sql('high') + ')')} FROM ({inner})"
    assert [value for (value,) in duckdb.execute(sql).fetchall()] == [hashed.of(row) for row in rows]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, LARGE), st.data())
def test_a_multiplication_modulo_a_large_size_never_overflows(size: int, data: st.DataObject) -> None:
    below = st.integers(0, size - 1)
    a, b, x = data.draw(below), data.draw(below), data.draw(st.one_of(below, st.just(size - 1)))
    sql = times_mod(a, f"CAST({x} AS BIGINT)", size, b)
    assert duckdb.execute(f"SELECT {sql}").fetchall() == [((a * x + b) % size,)]


@settings(max_examples=40, deadline=None)
@given(st.integers(2**31, LARGE), st.integers(0, 9))
def test_a_large_permutation_is_one(size: int, seed: int) -> None:
    moved = permutation(size, seed, "t", "c")
    assert gcd(moved.a, size) == 1
    rows = [*range(200), *range(size - 200, size)]
    assert len({moved.of(row) for row in rows}) == len(rows)


# ---------------------------------------------------------------- what the tests are worth


def xor_shift(row: int, key: int) -> int:
    """A mixer of the kind that many generators use: multiplied, shifted and xored, cut to 31 bits."""
    row = (row ^ key) & 0xFFFFFFFF
    row = row * 0x9E3B & 0xFFFFFFFF
    row ^= row >> 16
    row = row * 0x85EB & 0xFFFFFFFF
    row ^= row >> 13
    return row & 0x7FFFFFFF


def test_an_xor_shift_mixer_fails_these_tests() -> None:
    worst = 0.0
    for key in (0x1234567, 0x89ABCDE, 0x5A5A5A5):
        values = [xor_shift(row, key) for row in range(ROWS)]
        pairs = Counter(one * 16 >> 31 << 4 | other * 16 >> 31 for one, other in pairwise(values))
        worst = max(
            worst, abs(z_of_chi_square(Counter(value >> 23 for value in values), 256)), abs(z_of_chi_square(pairs, 256))
        )
    assert worst > 20
