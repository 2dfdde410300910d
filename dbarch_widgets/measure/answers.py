"""Whether two answers are the same, the first thing in which they differ, and a digest of several."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from datetime import time as clock
from decimal import Decimal
from typing import Any

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


def plain(value: Any) -> Any:
    """A value in a form that compares and prints the same everywhere; floats to nine digits."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, float):
        return f"{value:.9g}"
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        return str(
            number.quantize(Decimal(1))
            if number == number.to_integral_value() and number < 10**20
            else number.normalize()
        )
    if isinstance(value, datetime | date | clock):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return str(value)


def line(row: Sequence[Any]) -> str:
    """A row as one line of text."""
    return json.dumps([plain(value) for value in row], ensure_ascii=False, sort_keys=True)


def checksum(answers: Sequence[tuple[tuple[Any, ...], ...]], *, ordered: bool) -> str:
    """A digest of several answers; the order of rows counts only where the query asks for one."""
    digest = hashlib.sha256()
    for rows in answers:
        lines = [line(row) for row in rows]
        digest.update("\n".join(lines if ordered else sorted(lines)).encode())
        digest.update(b"\x1e")
    return digest.hexdigest()[:16]
