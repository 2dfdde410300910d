"""The judged sample: a hundred findings, each of a rule that is there, each with its verdict and its reason."""

from __future__ import annotations

from collections import Counter

from dbarch_widgets.rules.registry import RULES
from tools.corpus_sample import PAGE, SCHEMAS, SIZE, verdicts


def test_a_hundred_findings_are_judged() -> None:
    judged = verdicts()
    assert len(judged) == SIZE
    assert {each["rule"] for each in judged} <= {rule.name for rule in RULES}
    assert {each["schema"] for each in judged} <= {name for name, *_ in SCHEMAS}
    assert all(each["why"].strip() for each in judged)
    assert {each["verdict"] for each in judged} <= {"right", "arguable", "wrong"}


def test_the_page_says_the_same() -> None:
    page = PAGE.read_text(encoding="utf-8")
    counts = Counter(each["verdict"] for each in verdicts())
    assert f"**{counts['right']} right, {counts['arguable']} arguable, {counts['wrong']} wrong**" in page
    assert all(f"| {each['schema']} | `{each['rule']}` |" in page for each in verdicts())
