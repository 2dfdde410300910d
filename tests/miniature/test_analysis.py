"""What ANALYZE would say, from counts alone; PostgreSQL's own ANALYZE is the judge."""

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.miniature.analysis import Counts, common_values, distinct_values, histogram_places, looked
from dbarch_widgets.miniature.duplicates import bytes_there_by_here, key_rates


def counts_of(values: list[object]) -> Counts:
    filled = Counter(str(value) for value in values if value is not None)
    times = Counter(filled.values())
    top = sorted(filled.items(), key=lambda item: (-item[1], item[0]))[:101]
    return Counts(len(values), values.count(None), tuple(sorted(times.items())), tuple(top))


def test_same_as_analyze_when_all_rows_are_looked_at() -> None:
    skewed: list[object] = [int(20_000 / (1 + at % 997)) % 313 for at in range(20_000)]
    unique: list[object] = list(range(20_000))
    few: list[object] = [None if at % 5 == 0 else at % 7 for at in range(20_000)]
    with PostgresEngine() as postgres:
        postgres.execute("CREATE TABLE t (skewed int, uniq int, few int)")
        rows = [(str(a), str(b), c if c is None else str(c)) for a, b, c in zip(skewed, unique, few, strict=True)]
        from dbarch_widgets.model.schema import QName

        postgres.load(QName("public", "t"), ["skewed", "uniq", "few"], rows)
        postgres.execute("ANALYZE t")
        found = {
            row[0]: row[1:]
            for row in postgres.execute(
                "SELECT attname, n_distinct, null_frac, most_common_vals::text::text[], most_common_freqs FROM pg_stats WHERE tablename = 't'"
            ).rows
        }
    for name, values in (("skewed", skewed), ("uniq", unique), ("few", few)):
        counts = counts_of(values)
        seen = looked(counts, 30_000, 20_000)
        distinct = distinct_values(seen, counts.nulls / counts.rows, 20_000)
        assert abs(distinct - found[name][0]) < 1e-6, name
        common = common_values(counts, seen, 100, distinct, 20_000)
        # Of values equally common, which ones are kept is chance.
        assert [round(each, 6) for each in common.shares] == [round(each, 6) for each in found[name][3] or []], name


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60), st.integers(1, 400))
def test_fewer_rows_show_no_more_values(times: list[int], rows: int) -> None:
    filled: list[object] = [value for value, count in enumerate(times) for _ in range(count)]
    counts = counts_of(filled)
    part, whole = looked(counts, min(rows, len(filled)), len(filled)), looked(counts, len(filled), len(filled))
    assert part.distinct <= whole.distinct + 1e-9
    assert part.once <= part.distinct + 1e-9
    assert abs(whole.distinct - counts.distinct) < 1e-9


def test_bounds_of_a_histogram_stand_evenly() -> None:
    counts = counts_of(list(range(10_000)))
    seen = looked(counts, 30_000, 10_000)
    places = histogram_places(seen, common_values(counts, seen, 100, -1.0, 10_000), 100)
    assert len(places) == 101
    assert all(0 < a < b < 1 for a, b in pairwise(places))


def test_how_often_keys_occur_is_found_again_from_a_sample() -> None:
    import random

    random_ = random.Random(1)
    rows = [key for key in range(20_000) for _ in range(10)]
    sample: list[object] = [key for key in rows if random_.random() < 0.05]
    counts = counts_of(sample)
    keys = sum(number for _, number in key_rates(counts.times, 20))
    assert 0.8 * 20_000 < keys < 1.25 * 20_000
    # Ten rows of 20 bytes each, or one entry with ten row numbers of six.
    assert 0.4 < bytes_there_by_here(counts.times, 20, 16) < 0.6
    assert bytes_there_by_here(((1, 5_000),), 20, 16) == 1.0
