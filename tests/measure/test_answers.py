"""Whether two answers are the same."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from dbarch_widgets.measure.answers import checksum, difference
from dbarch_widgets.measure.prepared import at_horizon

Rows = list[tuple[Any, ...]]


@pytest.mark.parametrize(
    ("one", "other", "sorted_by", "limited", "words"),
    [
        ([(1,), (2,)], [(2,), (1,)], None, False, None),
        ([(1,), (2,)], [(2,), (1,)], (0,), False, "sorted differently"),
        ([(1,), (1,)], [(1,), (2,)], None, False, "1 of 2 rows differ"),
        ([(1,)], [(1,), (1,)], None, False, "1 rows against 2"),
        ([(1, "a"), (1, "b")], [(1, "b"), (1, "a")], (0,), False, None),
        ([(2, "a"), (1, "b")], [(2, "a"), (1, "c")], (0,), True, None),
        ([(2, "a"), (1, "b")], [(2, "x"), (1, "c")], (0,), True, "only in A"),
        ([(2, "a"), (1, "b")], [(2, "a"), (1, "c")], (0,), False, "only in B"),
        ([("a",), ("b",)], [("b",), ("a",)], (), False, None),
        ([("a",)], [("b",)], (), True, "ties at the LIMIT"),
        ([(0.1 + 0.2,)], [(0.3,)], None, False, None),
        ([(0.1,)], [(0.1001,)], None, False, "differ"),
        ([(Decimal("1.50"), None)], [(Decimal("1.5"), None)], None, False, None),
        ([(None,)], [("",)], None, False, "differ"),
        ([], [], None, False, None),
    ],
)
def test_difference(
    one: Rows, other: Rows, sorted_by: tuple[int, ...] | None, limited: bool, words: str | None
) -> None:
    found = difference(one, other, sorted_by=sorted_by, limited=limited)
    assert found is None if words is None else words in (found or "")


def test_a_checksum_minds_the_order_only_when_asked() -> None:
    one, other = ((1,), (2,)), ((2,), (1,))
    assert checksum([one], ordered=False) == checksum([other], ordered=False)
    assert checksum([one], ordered=True) != checksum([other], ordered=True)
    assert checksum([one, other], ordered=False) != checksum([one], ordered=False)


def test_a_checksum_takes_any_value() -> None:
    values = (1, 1.5, Decimal("2.0"), None, True, b"\x00", [1, {"a": 2}], datetime(2026, 1, 1, tzinfo=UTC), "ß")
    assert checksum([(values,)], ordered=True) == checksum([(tuple(values),)], ordered=True)


def test_now_becomes_the_end_of_the_rows() -> None:
    sql = "SELECT now(), CURRENT_DATE, 'now()', \"now\" FROM t WHERE a < current_timestamp -- now()\n AND b < clock_timestamp()"
    written = at_horizon(sql)
    assert written.count("TIMESTAMPTZ '2026-11-22 00:00:00+00'") == 3
    assert "DATE '2026-11-22'" in written
    assert "'now()', \"now\"" in written
    assert "-- now()" in written
