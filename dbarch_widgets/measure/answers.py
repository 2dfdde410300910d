"""Whether two answers are the same, and the first thing in which they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dbarch_widgets.measure.prepared import line

Answer = Sequence[Sequence[Any]]


def difference(one: Answer, other: Answer, *, sorted_by: Sequence[int] | None, limited: bool) -> str | None:
    """None when the answers are the same, else one sentence.

    Without an order rows are compared in any order. With one the sort keys must come in the same sequence; rows with
    equal keys may change places, and at the end of a `limited` answer the last key may stand for other rows that have it.

    Args:
        one: rows under A.
        other: rows under B.
        sorted_by: positions of the sort keys in a row; empty when the statement sorts by something that it does not
            give out; None when it does not sort.
        limited: the statement has a LIMIT.
    """
    first, second = [line(row) for row in one], [line(row) for row in other]
    if first == second:
        return None
    keys = [[line([row[at] for at in sorted_by]) for row in rows] for rows in (one, other)] if sorted_by else None
    if keys is not None and keys[0] != keys[1] and len(first) == len(second):
        at = next(at for at, (left, right) in enumerate(zip(*keys, strict=True)) if left != right)
        return f"row {at + 1} of {len(first):,} is sorted differently: {_cut(first[at])} against {_cut(second[at])}"
    if keys is not None and limited and keys[0] == keys[1]:
        cut = keys[0][-1]
        first = [text for text, key in zip(first, keys[0], strict=True) if key != cut]
        second = [text for text, key in zip(second, keys[1], strict=True) if key != cut]
    missing, extra = Counter(first) - Counter(second), Counter(second) - Counter(first)
    if not missing and not extra:
        return None
    same_length = len(one) == len(other)
    counts = (
        f"{sum(missing.values()):,} of {len(one):,} rows differ"
        if same_length
        else f"{len(one):,} rows against {len(other):,}"
    )
    shown = [f"only in A: {_cut(text)}" for text in list(missing)[:1]] + [
        f"only in B: {_cut(text)}" for text in list(extra)[:1]
    ]
    blind = limited and sorted_by == () and same_length
    hint = (
        "; the sort keys are not in the answer, so ties at the LIMIT cannot be told from differences" if blind else ""
    )
    return f"{counts}; {'; '.join(shown)}{hint}"


def _cut(text: str) -> str:
    return text if len(text) <= 160 else text[:159] + "…"
