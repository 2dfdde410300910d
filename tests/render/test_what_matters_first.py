"""Among findings of one severity those whose fix was seen to gain most come first, and a measured nothing comes last."""

from __future__ import annotations

from dbarch_widgets.model.finding import Evidence, Finding, Ratio
from dbarch_widgets.render.finding_blocks import most_important_first


def finding(rule: str, evidence: Evidence | None = None) -> Finding:
    return Finding(rule, "high", "certain", "indexes", rule, evidence=evidence)


def measured(median: float, low: float, high: float) -> Evidence:
    return Evidence("measured", "postgres 18", ratio=Ratio(median, low, high))


def test_the_greatest_gain_comes_first_and_a_measured_nothing_last() -> None:
    found = [
        finding("a-no-difference", measured(0.9, 0.6, 1.4)),
        finding("b-not-measured"),
        finding("c-tenth", measured(0.1, 0.08, 0.12)),
        finding("d-hundredth", measured(0.01, 0.008, 0.012)),
        finding("e-wrong-answer", Evidence("measured", "postgres 18")),
        finding("f-calculated", Evidence("derived", "the schema")),
    ]
    assert [each.rule for each in most_important_first(found)] == [
        "e-wrong-answer",
        "d-hundredth",
        "c-tenth",
        "f-calculated",
        "b-not-measured",
        "a-no-difference",
    ]


def test_severity_still_comes_before_any_gain() -> None:
    low = Finding("x", "low", "certain", "indexes", "x", evidence=measured(0.001, 0.001, 0.002))
    assert [each.rule for each in most_important_first([low, finding("y")])] == ["y", "x"]
