"""The portable hash: the same in SQL as in Python, and good enough for what is built on it."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import sqrt

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbarch_widgets.synth.hashing import P, Permutation, permutation, poly3

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
