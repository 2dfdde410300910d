"""docs/plans_at_scale.md: the validation's table, its misses with their reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from benchmarks.plan_judging import TOLERANCE, Judged, Verdict, met

_HEAD = """# Plans at production size: how far they can be trusted

Written by `make validation`; do not edit.

`dbarch explain SOURCE --workload F --at orders=10_000_000_000` and `plan_at()` show the plan that PostgreSQL would make for
a table of that size, without the rows. How: one row of every k is generated (each row is a function of its number alone),
loaded into a throw-away PostgreSQL 18 and indexed; then files, page counts, visibility, index heights and statistics are
set to what they would be, and EXPLAIN asks the planner. Nothing is executed. `docs/decisions/0021` has the reasons.

## The proof

Three reference designs, all their SELECT, UPDATE and DELETE, two sets of parameter values each. The largest tables have 23
and 53 times the 30,000 rows of the sample (smaller tables less: a sample never has under 30,000 rows). For the comparison
all rows were really generated, loaded, vacuumed, and analysed **five times**, because two ANALYZEs of the same rows give
different costs. A plan counts as the same when operators, join types, tables, indexes and their order are those of one of
the five. Rows: the planner's estimate below LIMIT, against the median of the five. Cost: inside the spread of the five,
widened by {tolerance:.0%} on either side, as most queries have the same cost in all five and no spread; "exactly" is without that.
"""

_AFTER = """
Sizes of indexes on sampled tables: predicted pages for one real page, median {size:.3f}; nine of ten lie between {low:.3f} and
{high:.3f} ({count} indexes of more than 50 pages).

The targets are the same shape for 95 % of the plans, rows within a tenth for 95 %, cost inside for 90 %: {verdict}.
"""

_LIMITS = """
## What the misses come from, and what no figure here shows

- **Small lists of names searched with LIKE or ILIKE.** PostgreSQL matches the pattern against the histogram's bounds; which
  values happen to be bounds is chance, and moves the estimate by tens of per cent between two ANALYZEs as well.
- **Values at the end of the list of most common ones.** The hundredth value is kept by one ANALYZE and not by the next.
- **Partitions of which the sample has under 30,000 rows.** ANALYZE looks at 30,000 rows of each; how often rare values occur
  is then estimated from fewer.
- **Costs a little over a hundredth apart.** Pages of small tables and indexes are predicted to a hundredth and no closer;
  COPY leaves up to half a megabyte of empty pages at the end of a table, which the real loads of some runs still had.
- **Rows of a very common value over the number of distinct ones.** The estimates of two ANALYZEs of the real rows differ more
  than tenfold there when the value is on the list of the common ones in one of them and not in the other.

What no comparison can show:

- Only sizes that can be loaded here are compared. That ten billion rows get these plans is an inference from 23 and 53 times.
- Above 30,000 pages (240 MB) ANALYZE picks pages first and rows within them, and takes values that lie together
  for fewer than they are: such tables are planned with that error, as PostgreSQL would make it, but it was not compared there.
- Bloat, dead rows, stale statistics, a cache, other sessions, and indexes that grew by inserts are not modelled.
"""


def page(found: Sequence[Judged]) -> str:
    """The page in Markdown."""
    sizes = sorted(value for each in found for value in each.sizes.values())
    after = _AFTER.format(
        size=median(sizes), low=_quantile(sizes, 0.05), high=_quantile(sizes, 0.95), count=len(sizes),
        verdict="met" if met(found) else "NOT met",
    )  # fmt: skip
    parts = [_HEAD.format(tolerance=TOLERANCE), "", *_table(found), after, *_misses(found), _LIMITS, *_rows(found)]
    return "\n".join(part.rstrip("\n") for part in parts) + "\n"


def _table(found: Sequence[Judged]) -> Iterator[str]:
    yield "| design | times | plans | same shape | shapes in five ANALYZEs | rows within 10 % | within 10 % of the spread | cost inside | exactly |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for each in found:
        several = sum(verdict.shapes > 1 for verdict in each.verdicts)
        yield (
            f"| {each.design} | {each.factor} | {len(each.verdicts)} | {each.count('same_shape')} | {several} with several "
            f"| {each.count('rows_close')} | {each.count('rows_inside')} | {each.count('cost_inside')} | {each.count('cost_inside_exactly')} |"
        )
    total = sum(len(each.verdicts) for each in found)
    counts = [sum(each.count(what) for each in found) for what in _WHAT]
    shares = [f"{count} ({count / max(total, 1):.0%})" for count in counts]
    yield f"| **all** | | {total} | {shares[0]} | | {shares[1]} | {shares[2]} | {shares[3]} | {shares[4]} |"


_WHAT = ("same_shape", "rows_close", "rows_inside", "cost_inside", "cost_inside_exactly")


def _misses(found: Sequence[Judged]) -> Iterator[str]:
    yield from ("", "## The misses", "")
    yield "| design, times | query | what is missed | predicted rows; real | predicted cost; real |"
    yield "|---|---|---|---|---|"
    for each in found:
        for verdict in each.misses:
            yield f"| {each.design}, {each.factor} | `{verdict.name}` | {_missed(verdict)} | {_pair(verdict.rows, verdict.real_rows)} | {_pair(verdict.cost, verdict.real_costs)} |"


def _missed(verdict: Verdict) -> str:
    said = [
        word
        for word, held in (("shape", verdict.same_shape), ("rows", verdict.rows_close), ("cost", verdict.cost_inside))
        if not held
    ]
    return ", ".join(said)


def _pair(value: float, real: Sequence[float]) -> str:
    low, high = min(real), max(real)
    return f"{value:,.0f}; {low:,.0f}" + (f"–{high:,.0f}" if high > low else "")


def _rows(found: Sequence[Judged]) -> Iterator[str]:
    yield from ("", "## Rows", "")
    yield "| design, times | real rows of each table (times those in the sample) | seconds: miniature; real |"
    yield "|---|---|---|"
    for each in found:
        rows = ", ".join(
            f"{name} {count:,} ({each.factors.get(name, 1):.0f})" for name, count in sorted(each.rows.items())
        )
        yield f"| {each.design}, {each.factor} | {rows} | {each.seconds:.0f}; {each.real_seconds:.0f} |"
    yield "\nSeconds on a shared machine with two cores that other work kept busy: an order of magnitude, no more."


def _quantile(values: Sequence[float], share: float) -> float:
    return values[min(int(share * len(values)), len(values) - 1)] if values else 1.0
