"""Distributions as integer tables."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbarch_widgets.synth.hashing import P
from dbarch_widgets.synth.thresholds import alias_table, log_normal_quantiles, slots, stair, weighted, zipf_buckets


@pytest.mark.parametrize(("ranks", "s"), [(10, 1.1), (1_000, 0.8), (1_000, 1.0), (100_000, 1.1)])
def test_zipf_shares_come_near_the_exact_ones(ranks: int, s: float) -> None:
    exact = [(rank + 1) ** -s for rank in range(ranks)]
    total = sum(exact)
    before = 0
    for bucket in zipf_buckets(ranks, s):
        wanted = sum(exact[bucket.first : bucket.first + bucket.size]) / total
        assert (bucket.upto - before) / P == pytest.approx(wanted, rel=0.02)
        before = bucket.upto
    assert before == P


@pytest.mark.parametrize("ranks", [1, 2, 15, 16, 17, 99, 12_345])
def test_buckets_cover_every_rank_once(ranks: int) -> None:
    covered = [rank for bucket in zipf_buckets(ranks, 1.1) for rank in range(bucket.first, bucket.first + bucket.size)]
    assert covered == list(range(ranks))


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 400), st.integers(1, 30), st.integers(0, 100), st.sampled_from([0.5, 0.9, 1.1]))
def test_a_stair_shares_out_all_rows_within_the_cap(parents: int, cap: int, share: int, s: float) -> None:
    rows = parents * cap * share // 100
    plan = stair(parents, rows, s, cap)
    ends = [*plan.starts[1:], plan.rows]
    children: Counter[int] = Counter()
    for first, size, start, end in zip(plan.firsts, plan.sizes, plan.starts, ends, strict=True):
        for offset in range(end - start):
            children[first + offset % size] += 1
    assert sum(children.values()) == rows
    assert all(count <= cap for count in children.values())
    assert all(parent < parents for parent in children)


def test_a_stair_gives_the_first_parents_most() -> None:
    plan = stair(1_000, 10_000, 0.9, 1_000)
    counts = [end - start for start, end in zip(plan.starts[:5], plan.starts[1:6], strict=True)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 20 * 10  # twenty times the average


def test_a_table_of_quantiles_rises_and_keeps_its_bounds() -> None:
    edges = log_normal_quantiles(100, 4_000, 200_000)
    assert len(edges) == 65
    assert list(edges) == sorted(edges)
    assert edges[0] == 100
    assert edges[-1] == 200_000
    assert edges[32] == pytest.approx(4_000, rel=0.01)


@pytest.mark.parametrize("bounds", [(0, 0, 0), (5, 1, 5), (0, 10, 1), (1, 1, 10**12)])
def test_quantiles_of_odd_bounds_stay_within_them(bounds: tuple[int, int, int]) -> None:
    edges = log_normal_quantiles(*bounds)
    assert list(edges) == sorted(edges)
    assert edges[0] == bounds[0]
    assert edges[-1] == bounds[2]


def test_weights_become_shares_of_the_hash_range() -> None:
    assert weighted((1, 1, 2)) == (round(P / 4), round(P / 2), P)


@given(st.integers(1, 60), st.integers(0, 200))
def test_every_choice_has_a_slot_and_the_first_has_most(choices: int, spare: int) -> None:
    listed = slots(choices, choices + spare)
    counts = Counter(listed)
    assert len(listed) == choices + spare
    assert set(counts) == set(range(choices))
    assert counts[0] == max(counts.values())


# ---------------------------------------------------------------- Walker's alias tables


@pytest.mark.parametrize(
    ("ranks", "s"), [(1, 1.1), (2, 0.5), (17, 1.1), (1_000, 0.8), (1_000_000, 1.1), (10**7, 1.1), (10**10, 1.0)]
)
def test_an_alias_table_gives_every_bucket_exactly_its_share(ranks: int, s: float) -> None:
    table, buckets = alias_table(ranks, s), zipf_buckets(ranks, s)
    cell, found = (P + 1) >> table.bits, Counter[int]()
    for number, cut in enumerate(table.cuts):
        start, end = number * cell, min((number + 1) * cell, P)
        assert start <= cut <= end
        found[table.owners[2 * number]] += cut - start
        found[table.owners[2 * number + 1]] += end - cut
    starts = [0, *(bucket.upto for bucket in buckets)]
    assert [found[at] for at in range(len(buckets))] == [
        bucket.upto - start for bucket, start in zip(buckets, starts, strict=False)
    ]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, P - 1), st.sampled_from([(10, 1.1), (1_000, 0.8), (100_000, 1.0), (1_000_000, 1.1)]))
def test_a_hash_falls_on_a_rank_of_its_bucket(hashed: int, law: tuple[int, float]) -> None:
    table = alias_table(*law)
    assert table.slopes is not None
    cell = hashed >> (31 - table.bits)
    piece = 2 * cell + (hashed >= table.cuts[cell])
    factor, offset = table.slopes[piece]
    bucket = zipf_buckets(*law)[table.owners[piece]]
    assert bucket.first <= (hashed * factor + offset) >> 31 < bucket.first + bucket.size
