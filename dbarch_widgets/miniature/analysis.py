"""What ANALYZE would say of a large table, computed from a sample of it.

ANALYZE looks at 300 rows for each unit of a column's statistics target (30,000 for the usual 100) and extrapolates. Two
runs over the same rows differ, so one run over the sample would be one throw of the dice. Here the counts that such a run
expects on average are put through PostgreSQL's own formulas: of `commands/analyze.c`, compute_scalar_stats (the estimator
of Haas and Stokes for the distinct values) and analyze_mcv_list (which common values are kept).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, expm1, sqrt

from dbarch_widgets.miniature.duplicates import key_rates

ROWS_PER_TARGET = 300


@dataclass(frozen=True)
class Counts:
    """How often values occur in the sample: `times[c]` values occur c times; `top` are the commonest, most first."""

    rows: int
    nulls: int
    times: tuple[tuple[int, int], ...]
    top: tuple[tuple[str, int], ...] = ()

    @property
    def distinct(self) -> int:
        return sum(values for _, values in self.times)


@dataclass(frozen=True)
class Common:
    """The values that ANALYZE would keep as most common, with their shares of all rows; `all_values`: there are no others."""

    values: tuple[str, ...]
    shares: tuple[float, ...]
    all_values: bool = False


@dataclass(frozen=True)
class Looked:
    """What ANALYZE expects to find among the `rows` rows that it looks at: distinct values, and those seen once."""

    rows: float
    filled: float
    distinct: float
    once: float


def looked(counts: Counts, rows: float, table_rows: float) -> Looked:
    """The counts that are expected among `rows` rows of a table with `table_rows`; it has fewer rows, then all are looked at.

    When the sample is smaller than what ANALYZE looks at, how often values occur in the table is estimated from it.
    """
    rows = min(rows, table_rows)
    share = rows / max(counts.rows, 1)
    if counts.times and counts.times[-1][0] == 1:  # no value twice: nothing to learn how often they would be
        distinct = once = share * (counts.rows - counts.nulls)
    elif share <= 1.0:
        distinct = sum(values * (1.0 - (1.0 - share) ** times) for times, values in counts.times)
        once = sum(values * times * share * (1.0 - share) ** (times - 1) for times, values in counts.times)
    else:
        factor = max(table_rows / max(counts.rows, 1), 1.0)
        rates = [(rate / factor * share, keys) for rate, keys in key_rates(counts.times, factor)]
        distinct = sum(keys * -expm1(-rate) for rate, keys in rates)
        once = sum(keys * rate * exp(-rate) for rate, keys in rates)
    return Looked(share * counts.rows, share * (counts.rows - counts.nulls), distinct, once)


def distinct_values(seen: Looked, null_share: float, table_rows: float) -> float:
    """`n_distinct` as pg_stats has it: a number of values, or when it grows with the table minus its share of the rows."""
    if seen.filled <= 0:
        return 0.0
    if seen.distinct - seen.once < 0.5:
        return -(1.0 - null_share)
    if seen.once < 0.5:
        found = float(round(seen.distinct))
    else:
        filled = table_rows * (1.0 - null_share)
        found = haas_stokes(seen, filled)
        found = min(max(found, seen.distinct), filled)
        found = float(int(found + 0.5))
    return -(found / table_rows) if found > 0.1 * table_rows else found


def haas_stokes(seen: Looked, rows: float) -> float:
    """Distinct values among `rows` rows, from those among the ones looked at."""
    return seen.filled * seen.distinct / ((seen.filled - seen.once) + seen.once * seen.filled / rows)


def common_values(counts: Counts, seen: Looked, target: int, n_distinct: float, table_rows: float) -> Common:
    """The most common values that ANALYZE would keep."""
    looked_at = min(float(ROWS_PER_TARGET * target), table_rows)
    scale = looked_at / max(counts.rows, 1)
    expected = [(value, times * scale, times / max(counts.rows, 1)) for value, times in counts.top]
    expected = [each for each in expected if each[1] > 1.5][:target]
    everything = seen.once < 0.5 and n_distinct > 0 and round(seen.distinct) <= min(target, len(expected))
    kept = len(expected)
    if not everything and looked_at < table_rows:
        null_share = counts.nulls / max(counts.rows, 1)
        kept = _kept([each[1] for each in expected], n_distinct, null_share, looked_at, table_rows)
    values, shares = tuple(each[0] for each in expected[:kept]), tuple(each[2] for each in expected[:kept])
    return Common(values, shares, everything)


def _kept(counts: Sequence[float], n_distinct: float, null_share: float, looked_at: float, rows: float) -> int:
    """analyze_mcv_list: how many are significantly more common than the values that are left out."""
    distinct = -n_distinct * rows if n_distinct < 0 else n_distinct
    kept, before = len(counts), sum(counts[:-1])
    while kept > 0:
        others = min(max(1.0 - before / looked_at - null_share, 0.0), 1.0)
        left = distinct - (kept - 1)
        if left > 1:
            others /= left
        here = rows * counts[kept - 1] / looked_at
        variance = looked_at * here * (rows - here) * (rows - looked_at) / (rows * rows * (rows - 1))
        if counts[kept - 1] > others * looked_at + 2 * sqrt(max(variance, 0.0)) + 0.5:
            break
        kept -= 1
        if kept:
            before -= counts[kept - 1]
    return kept


def histogram_places(seen: Looked, common: Common, target: int) -> tuple[float, ...]:
    """Where the histogram's bounds lie among the values that are not common, as shares from 0 to 1; empty for none."""
    if common.all_values:
        return ()
    bounds = min(int(seen.distinct + 0.5) - len(common.values), target + 1)
    if bounds < 2:
        return ()
    others = max(seen.filled - sum(common.shares) * seen.rows, float(bounds))
    return tuple((at * (others - 1) / (bounds - 1) + 1) / (others + 1) for at in range(bounds))
