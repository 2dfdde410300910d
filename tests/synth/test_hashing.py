"""The portable hash: the same in SQL as in Python, and good enough for what is built on it."""

from __future__ import annotations

from math import gcd, sqrt

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dbarch_widgets.synth.hashing import (
    SPLIT_BITS,
    Coarse,
    P,
    Permutation,
    Poly3,
    SplitPoly3,
    coarse,
    permutation,
    poly3,
    split_poly3,
    times_mod,
)

ROWS = 200_000
EVERY = np.arange(ROWS, dtype=np.int64)
KEYS = [(1, "orders", "total"), (1, "orders", "status"), (2, "orders", "total"), (7, "a.b", "c")]


Numbers = NDArray[np.int64]


def hashes(hashed: Poly3 | SplitPoly3 | Coarse, rows: Numbers) -> Numbers:
    """The hash of many rows at once: no step of it passes 63 bits."""
    return np.asarray(hashed.of(rows))  # type: ignore[arg-type]  # written for one number, right for many


def z_of_chi_square(values: Numbers, cells: int) -> float:
    """How many standard deviations the chi-square statistic of values under `cells` lies from its expectation."""
    counts = np.bincount(values, minlength=cells)
    expected = len(values) / cells
    chi2 = float(((counts - expected) ** 2 / expected).sum())
    return (chi2 - (cells - 1)) / sqrt(2 * (cells - 1))


def z_of_pairs(one: Numbers, other: Numbers) -> float:
    """The same for pairs of numbers under 16."""
    return z_of_chi_square(one * 16 + other, 256)


def z_of_lag(values: Numbers) -> float:
    """The same for each number and the one before it."""
    return z_of_pairs(values[1:], values[:-1])


def sixteenths(hashed: Poly3 | SplitPoly3 | Coarse, rows: Numbers) -> Numbers:
    """In which sixteenth of the range the hash of each row lies."""
    return hashes(hashed, rows) * 16 // P


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.text(max_size=8), st.lists(st.integers(0, P - 1), min_size=1, max_size=20))
def test_sql_and_python_agree(seed: int, name: str, rows: list[int]) -> None:
    hashed = poly3(seed, name, "column")
    values = ", ".join(f"({row}::BIGINT)" for row in rows)
    found = duckdb.execute(f"SELECT {hashed.sql('n')} FROM (VALUES {values}) AS t(n)").fetchall()
    assert [value for (value,) in found] == [hashed.of(row) for row in rows]


@pytest.mark.parametrize("key", KEYS)
def test_high_and_low_bits_are_even(key: tuple[int, str, str]) -> None:
    values = hashes(poly3(*key), EVERY)
    assert abs(z_of_chi_square(values >> 23, 256)) < 4
    assert abs(z_of_chi_square(values % 251, 251)) < 4


def test_many_rows_at_once_have_the_hashes_of_each() -> None:
    rows = np.array([0, 1, 2**20, P - 1, 2**30, 2**30 + 1, 2**45 - 1], dtype=np.int64)
    for hashed in (split_poly3(1, "t", "c"), coarse(1, "t", "c")):
        some = rows if isinstance(hashed, SplitPoly3) else rows[:4]
        assert hashes(hashed, some).tolist() == [hashed.of(int(row)) for row in some]
    assert hashes(poly3(1, "t", "c"), rows[:4]).tolist() == [poly3(1, "t", "c").of(int(row)) for row in rows[:4]]


@pytest.mark.parametrize("key", KEYS)
def test_neighbouring_rows_are_independent(key: tuple[int, str, str]) -> None:
    assert abs(z_of_lag(sixteenths(poly3(*key), EVERY))) < 4


def test_columns_of_one_row_are_independent() -> None:
    one, other = poly3(1, "orders", "total"), poly3(1, "orders", "status")
    assert abs(z_of_pairs(sixteenths(one, EVERY), sixteenths(other, EVERY))) < 4


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_coarse_draws_from_one_hash_are_independent(seed: int) -> None:
    """Even, independent of the row before and, each pair of a dozen, of each other and of a hash of another use."""
    shared = hashes(poly3(seed, "public.orders", "", "coarse"), EVERY)
    total = sixteenths(poly3(seed, "public.orders", "total"), EVERY)
    columns = [hashes(coarse(seed, "public.orders", f"column {at}"), shared) >> 27 for at in range(12)]
    for at, one in enumerate(columns):
        assert abs(z_of_chi_square(one, 16)) < 4
        assert abs(z_of_lag(one)) < 4.5
        for beside in (*columns[:at], total):
            assert abs(z_of_pairs(one, beside)) < 4.5


def test_three_coarse_draws_are_independent() -> None:
    shared = hashes(poly3(1, "public.orders", "", "coarse"), EVERY)
    one, two, three = (hashes(coarse(1, "t", name), shared) >> 27 for name in ("status", "quantity", "note"))
    assert abs(z_of_chi_square((one * 16 + two) * 16 + three, 4096)) < 4


def test_the_linear_hash_would_fail_these_tests() -> None:
    """The statistics see a weak hash: a linear one puts neighbours side by side."""
    assert z_of_lag((12_345 * EVERY + 678) % P * 16 // P) > 100


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
    start = 3 * 2**SPLIT_BITS - ROWS // 2 if step == 1 else 0
    values = hashes(split_poly3(*key), start + EVERY * step)
    assert values.min() >= 0
    assert values.max() < P
    assert abs(z_of_chi_square(values >> 23, 256)) < 4
    assert abs(z_of_chi_square(values % 256, 256)) < 4
    assert abs(z_of_lag(values * 16 // P)) < 4


@pytest.mark.parametrize("step", STEPS)
def test_columns_of_a_large_row_are_independent(step: int) -> None:
    one, other = split_poly3(1, "orders", "total"), split_poly3(1, "orders", "status")
    rows = EVERY * step + (2**40 if step < 2**20 else 0)
    assert abs(z_of_pairs(sixteenths(one, rows), sixteenths(other, rows))) < 4


def test_both_parts_count_together() -> None:
    """Rows with the same last 30 bits, and rows with the same first ones, have hashes that know nothing of each other."""
    hashed = split_poly3(1, "orders", "total")
    others = EVERY + (1 + EVERY % 1_000) * 2**SPLIT_BITS
    assert abs(z_of_pairs(sixteenths(hashed, EVERY), sixteenths(hashed, others))) < 4
    down = sixteenths(hashed, 17 + EVERY[: 2**15] * 2**SPLIT_BITS)
    assert abs(z_of_chi_square(down, 16)) < 4
    assert abs(z_of_lag(down)) < 4


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


def xor_shift(rows: Numbers, key: int) -> Numbers:
    """A mixer of the kind that many generators use: multiplied, shifted and xored, cut to 31 bits."""
    mixed = (rows ^ key) & 0xFFFFFFFF
    mixed = mixed * 0x9E3B & 0xFFFFFFFF
    mixed ^= mixed >> 16
    mixed = mixed * 0x85EB & 0xFFFFFFFF
    mixed ^= mixed >> 13
    return mixed & 0x7FFFFFFF


def test_an_xor_shift_mixer_fails_these_tests() -> None:
    worst = 0.0
    for key in (0x1234567, 0x89ABCDE, 0x5A5A5A5):
        values = xor_shift(EVERY, key)
        worst = max(worst, abs(z_of_chi_square(values >> 23, 256)), abs(z_of_lag(values >> 27)))
    assert worst > 20
