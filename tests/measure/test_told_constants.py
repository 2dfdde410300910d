"""What is told of constants: wildcards at the ends of patterns, and one parameter where one constant was numbered twice."""

from __future__ import annotations

import pytest

from dbarch_widgets.measure.told_constants import united, wildcards, with_fields, with_wildcards


@pytest.mark.parametrize(
    ("pattern", "ends"),
    [
        ("%smith%", (True, True)),
        ("smith%", (False, True)),
        ("%x", (True, False)),
        ("x", (False, False)),
        ("%", (False, False)),
        ("", (False, False)),
        (None, (False, False)),
    ],
)
def test_ends_of_patterns(pattern: str | None, ends: tuple[bool, bool]) -> None:
    assert wildcards(pattern) == ends


@pytest.mark.parametrize(
    ("sql", "constants", "told"),
    [
        ("a LIKE :p1", {"p1": "%x%"}, "a LIKE '%' || :p1 || '%'"),
        ("a ILIKE :p1 AND b = :p2", {"p1": "x%", "p2": "%"}, "a ILIKE :p1 || '%' AND b = :p2"),
        ("a LIKE :p1", {"p1": "x"}, "a LIKE :p1"),
        ("a LIKE (:p1 || :p2) || :p3", {"p1": "%", "p3": "%"}, "a LIKE ('%' || :p2) || '%'"),
        ("a LIKE :p11", {"p1": "%x"}, "a LIKE :p11"),
    ],
)
def test_only_the_ends_are_written_out(sql: str, constants: dict[str, str | None], told: str) -> None:
    assert with_wildcards(sql, constants) == told


@pytest.mark.parametrize(
    ("sql", "one"),
    [
        (
            "SELECT date_trunc(:p1, at) AS m, count(*) FROM t WHERE a = :p2 GROUP BY date_trunc(:p3, at) ORDER BY m",
            "SELECT date_trunc(:p1, at) AS m, count(*) FROM t WHERE a = :p2 GROUP BY date_trunc(:p1, at) ORDER BY m",
        ),
        ("SELECT a FROM t WHERE a = :p1 ORDER BY a LIMIT :p2", "SELECT a FROM t WHERE a = :p1 ORDER BY a LIMIT :p2"),
        (
            "SELECT coalesce(a, :p1) FROM t GROUP BY coalesce(b, :p2)",
            "SELECT coalesce(a, :p1) FROM t GROUP BY coalesce(b, :p2)",
        ),
        ("SELEKT :p1", "SELEKT :p1"),
    ],
)
def test_what_was_one_constant_is_one_parameter(sql: str, one: str) -> None:
    assert united(sql) == one


@pytest.mark.parametrize(
    ("sql", "constants", "told"),
    [
        ("date_trunc(:p1, at) = :p2", {"p1": "month", "p2": "x"}, "date_trunc('month', at) = :p2"),
        ("extract (:p1 FROM at) = :p2", {"p1": "year"}, "extract (year FROM at) = :p2"),
        ("extract(:p1 FROM at) = :p2", {}, "date_part(:p1, at) = :p2"),
        ("date_part(:p1, at)", {"p1": "smith"}, "date_part(:p1, at)"),
    ],
)
def test_fields_of_moments_are_nobodys_data(sql: str, constants: dict[str, str | None], told: str) -> None:
    assert with_fields(sql, constants) == told
