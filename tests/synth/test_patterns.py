"""Text by regular expression."""

from __future__ import annotations

import re

import pytest

from dbarch_widgets.synth.patterns import pattern_of


@pytest.mark.parametrize(
    "expression",
    [
        r"^[A-Z]{3}$", r"^[A-Z]{2}[A-Z0-9]{9}[0-9]$", r"^\d{5}$", r"^#[0-9a-f]{6}$", r"^(ab|cd)-\w+$", r"^[^@ ]+@[^@ ]+\.[a-z]+$",
        r"^[[:alpha:]]{2,4}$", r"^a?b*c+$", r"^\+[1-9][0-9]{1,14}$", r"foo",
    ],
)  # fmt: skip
def test_first_and_last_text_of_a_pattern_match_it(expression: str) -> None:
    pattern = pattern_of(expression)
    assert pattern is not None
    plain = expression.replace("[:alpha:]", "a-zA-Z")
    assert re.search(plain, "".join(letters[0] for letters in pattern.positions))
    assert re.search(plain, "".join(letters[-1] for letters in pattern.positions))


@pytest.mark.parametrize("expression", [r"(?=x)y", r"(a)\1", r"((", r"^$"])
def test_what_is_too_hard_gives_none(expression: str) -> None:
    assert pattern_of(expression) is None


def test_a_pattern_longer_than_the_column_gives_none() -> None:
    assert pattern_of(r"^[A-Z]{9}$", max_length=8) is None


def test_capacity_counts_the_texts() -> None:
    pattern = pattern_of(r"^[AB][0-9]x$")
    assert pattern is not None
    assert pattern.capacity == 20
