"""Decisions as files: what was written comes back, and what people write by hand is read or refused with a line."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.review import Alternative, Decision
from dbarch_widgets.render.markdown import adr_markdown, parse_adr

NASTY = st.one_of(
    st.text(),
    st.text(alphabet=" \t\n\r#&;|`<>-*\\brxampContextDecision0123"),
    st.sampled_from(
        ["## Context", "&#124;", "&amp;#124;", "&amp;", "<br>", "a\\|b", "a\\", "\n\n", "- x\n## Evidence\n- y"]
    ),
)
DECISIONS = st.builds(
    Decision,
    number=st.integers(min_value=0, max_value=10**6),
    title=NASTY,
    context=NASTY,
    decision=NASTY,
    consequences=NASTY,
    status=st.sampled_from(["proposed", "accepted", "superseded"]),
    decided_on=st.none() | st.dates(),
    alternatives=st.lists(st.builds(Alternative, NASTY, NASTY, NASTY, st.booleans()), max_size=3).map(tuple),
    evidence=st.lists(NASTY, max_size=3).map(tuple),
)


@given(DECISIONS)
@example(Decision(1, "", "## Decision\n\ntext", "\n", evidence=("",)))
def test_a_decision_survives_its_file(decision: Decision) -> None:
    text = adr_markdown(decision)
    assert parse_adr(text) == decision
    # A file on disk is UTF-8, and reading it in text mode changes no line end.
    assert parse_adr(text.encode().decode()) == decision
    assert len(text.splitlines()) == len(text.split("\n")) - 1


@given(DECISIONS)
def test_no_html_tag_of_a_text_survives_except_line_breaks_in_cells(decision: Decision) -> None:
    text = adr_markdown(decision).replace("<br>", " ")
    assert not any(
        text[at + 1 : at + 2].isalpha()
        for at, letter in enumerate(text)
        if letter == "<" and text[at + 1 : at + 2].isascii()
    )


def test_the_file_reads_as_a_decision_record() -> None:
    decision = Decision(
        number=7,
        title="Keep orders in one partitioned table",
        context="Orders grow by 40 M a month.\n\n- one | two\n- p99<20ms is asked",
        decision="Partition by month.",
        consequences="Every query names the month.",
        decided_on=date(2026, 11, 22),
        alternatives=(
            Alternative("Partition by month", "old months are dropped", "keys need the date", chosen=True),
            Alternative("One table", "simple | plain", "vacuum takes\nhours"),
        ),
        evidence=("partition_by_month",),
    )
    assert adr_markdown(decision) == (
        "# 0007. Keep orders in one partitioned table\n\n"
        "- Status: accepted\n"
        "- Date: 2026-11-22\n\n"
        "## Context\n\n"
        "Orders grow by 40 M a month.\n\n- one | two\n- p99<20ms is asked\n\n"
        "## Alternatives\n\n"
        "| Alternative | For it | Against it | Chosen |\n"
        "| --- | --- | --- | --- |\n"
        "| Partition by month | old months are dropped | keys need the date | yes |\n"
        "| One table | simple &#124; plain | vacuum takes<br>hours |  |\n\n"
        "## Decision\n\nPartition by month.\n\n"
        "## Consequences\n\nEvery query names the month.\n\n"
        "## Evidence\n\n- partition_by_month\n"
    )


def test_a_decision_without_evidence_says_that_it_is_an_opinion() -> None:
    text = adr_markdown(Decision(1, "Use UUIDs", "Shards.", "UUIDv7."))
    assert "An opinion: no measurement stands behind it." in text
    assert parse_adr(text).evidence == ()


def test_a_record_written_by_hand_is_read() -> None:
    text = """\ufeff# 3. Drop the audit triggers

Status: Proposed
Date: 2026-01-31

## Context
They double every write.

## Notes
An own heading stays where it was written.

## Alternatives
| Alternative | For it | Against it | Chosen |
|---|---|---|---|
| Logical decoding | no trigger | a slot to watch | x |
| Keep a\\|b | nothing to do | slow | no |

## Decision
Decode the log.

## Evidence
* trigger_cost
- slot_lag on
  a small disk
""".replace("\n", "\r\n")
    decision = parse_adr(text)
    assert (decision.number, decision.status, decision.decided_on) == (3, "proposed", date(2026, 1, 31))
    assert decision.context.endswith("## Notes\nAn own heading stays where it was written.")
    assert [(way.name, way.chosen) for way in decision.alternatives] == [
        ("Logical decoding", True),
        ("Keep a|b", False),
    ]
    assert decision.evidence == ("trigger_cost", "slot_lag on a small disk")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello", "no title"),
        ("# 1. x\n- Status: maybe\n", "'maybe' is no status"),
        ("# 1. x\n- Date: yesterday\n", "'yesterday' is no date"),
        ("# 1. x\n## Alternatives\n- one\n", "no table row"),
        ("# 1. x\n## Alternatives\n| a | b |\n|---|---|\n| 1 | 2 |\n", "2 cells, not 4"),
        ("# 1. x\n## Alternatives\n| a | b | c | d |\n|---|---|---|---|\n| 1 | 2 | 3 | perhaps |\n", "'perhaps'"),
        ("# 1. x\n## Evidence\nWe are sure.\n", "evidence is a list"),
    ],
)
def test_what_is_no_record_is_refused_in_one_line(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_adr(text, where="decisions/0001-x.md")
    assert words in str(caught.value)
    assert str(caught.value).startswith("decisions/0001-x.md: ")
    assert "\n" not in str(caught.value)
