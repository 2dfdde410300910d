"""Whether two answers are the same, and the first thing in which they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dbarch_widgets.measure.prepared import line

Answer = Sequence[Sequence[Any]]


def difference(one: Answer, other: Answer, *, ordered: bool, limited: bool = False) -> str | None:
    """None when the answers are the same, else one sentence.

    Rows are compared as sets that count, so that rows which the statement leaves in any order may come in any order. Of
    an `ordered` answer the rows that are not alike in place are compared the same way: sorting ties break freely, but a
    row may only change places with rows between which the statement does not tell apart, which `tied` cannot see; a
    different order of the same rows is reported only when the first columns that differ do so in more than a tie.
    """
    first, second = [line(row) for row in one], [line(row) for row in other]
    if first == second:
        return None
    missing, extra = Counter(first) - Counter(second), Counter(second) - Counter(first)
    if not missing and not extra:
        return _order(one, other) if ordered else None
    if len(first) != len(second):
        counts = f"{len(first):,} rows against {len(second):,}"
    else:
        counts = f"{sum(missing.values()):,} of {len(first):,} rows differ"
    shown = [f"only in A: {_cut(text)}" for text in list(missing)[:1]] + [f"only in B: {_cut(text)}" for text in list(extra)[:1]]
    hint = "; ORDER BY with LIMIT may leave a choice among equal rows" if ordered and limited and len(first) == len(second) else ""
    return f"{counts}; {'; '.join(shown)}{hint}"


def _order(one: Answer, other: Answer) -> str | None:
    """The same rows in another order: a sentence when no column is in the same sequence in both."""
    if not one:
        return None
    for at in range(len(one[0])):
        if [line((row[at],)) for row in one] == [line((row[at],)) for row in other] and len({line((row[at],)) for row in one}) > 1:
            return None  # sorted by this column in both; the rest are ties
    return "the same rows in another order"


def _cut(text: str) -> str:
    return text if len(text) <= 160 else text[:159] + "…"
