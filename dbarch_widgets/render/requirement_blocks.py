"""The matrix of requirements in blocks: what is asked, what of it this design has, what it lacks, how well it is known."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.requirement import BASIS_WORDS, VERDICTS, Fulfilment, Verdict
from dbarch_widgets.render.blocks import Block, Blocks, Bullets, Grid, Para, Strong
from dbarch_widgets.render.words import count

NO_ADVICE = (
    "No legal advice: what regimes ask is told in own words, and a requirement that is seen in a schema is not yet kept. "
    "One that is not verified has to be looked up in its source before anybody relies on it."
)
NOBODY_SAID = "Nobody said which laws and standards apply, so no requirement was held against the design."
NONE_APPLIES = "The intake says that no law or standard applies of which dbarch knows a requirement."

_MARKS: dict[Verdict, str] = {
    "gap": "✗ gap",
    "partly": "◐ partly",
    "seen": "✓ seen",
    "not visible": "– not visible here",
}
_FEW = 6


def requirements_blocks(held: Sequence[Fulfilment], intake: Intake | None) -> Blocks:
    """A table for each regime; without any the reason."""
    if not held:
        return (Para(NOBODY_SAID if intake is None or intake.regimes is None else NONE_APPLIES),)
    blocks: list[Block] = [Para(NO_ADVICE), Para(counts_of(held))]
    for regime, lines in groupby(held, key=lambda each: each.requirement.regime_name):
        rows = tuple(
            (
                each.requirement.article,
                each.requirement.asks,
                _MARKS[each.verdict],
                _list(each.evidence),
                "; ".join(part for part in (_list(each.gaps), each.note) if part),
                f"{BASIS_WORDS[each.requirement.basis]}: {each.requirement.source}",
            )
            for each in lines
        )
        headers = (
            "Article",
            "It asks",
            "Here",
            "What shows it",
            "What is missing, or not to be seen",
            "How well it is known",
        )
        blocks.append(Grid(regime, headers, rows))
    return tuple(blocks)


def requirements_in_short(held: Sequence[Fulfilment], *, asked_only: bool = False) -> Blocks:
    """A line for each requirement: for a terminal, where the table does not fit.

    `asked_only`: there is no design yet, so that the line says what is asked of one.
    """
    lines = []
    for each in held:
        asked = each.requirement
        doubt = "" if asked.verified else f" ({BASIS_WORDS[asked.basis]})"
        if asked_only:
            lines.append(f"{asked.article}{doubt}: {asked.asks}")
            continue
        rest = _list(each.gaps) or _list(each.evidence) or each.note
        lines.append(f"{_MARKS[each.verdict]} — {asked.article}{doubt}: {rest}")
    return (Para(NO_ADVICE), Para(counts_of(held)), Bullets(tuple(lines)))


def fulfilment_blocks(held: Fulfilment) -> Blocks:
    """One requirement whole."""
    asked = held.requirement
    blocks: list[Block] = [Para((Strong(f"{asked.article}: {_MARKS[held.verdict]}"), f" — {asked.asks}"))]
    blocks += [Para((Strong("What shows it:"),)), Bullets(held.evidence)] if held.evidence else []
    blocks += [Para((Strong("What is missing:"),)), Bullets(held.gaps)] if held.gaps else []
    blocks += [Para(held.note)] if held.note else []
    return (*blocks, Para(f"{BASIS_WORDS[asked.basis].capitalize()}: {asked.source}."), Para(NO_ADVICE))


def counts_of(held: Sequence[Fulfilment]) -> str:
    """`30 requirements: 4 ✗ gap, 6 ◐ partly …; 12 of them not verified.`"""
    numbers = ((_MARKS[verdict], sum(each.verdict == verdict for each in held)) for verdict in VERDICTS)
    said = ", ".join(f"{number} {mark}" for mark, number in numbers if number)
    unverified = sum(not each.requirement.verified for each in held)
    rest = f"; the wording of {unverified} is not verified" if unverified else ""
    return f"{count(len(held), 'requirement')}: {said}{rest}."


def _list(lines: Sequence[str]) -> str:
    more = f"; and {len(lines) - _FEW} more" if len(lines) > _FEW else ""
    return "; ".join(lines[:_FEW]) + more
