"""Alternatives that were weighed, in blocks."""

from __future__ import annotations

from collections.abc import Sequence

from dbarch_widgets.model.weighing import Option, Weighing
from dbarch_widgets.render.blocks import Block, Blocks, Bullets, Code, Grid, Inline, Para, Strong
from dbarch_widgets.render.finding_blocks import answers_words

OPINION = (
    "The ways are weighed by the answers of the intake and the figures beside them; none of them was built or run here, "
    "and each says what would measure it."
)
_MORE = "All ways with what speaks for and against each, the figures and what would measure it: `-o FILE.html` or `-o FILE.md`."
_MARK = {"favoured": "✓ favoured", "possible": "possible", "ruled out": "✗ ruled out"}


def weighing_blocks(weighing: Weighing) -> Blocks:
    """The question, the answers that it was weighed with, the ways, and what is open."""
    favoured = "; ".join(option.name for option in weighing.favoured)
    said = f"The answers favour {favoured}." if favoured else "The answers favour none of the ways."
    blocks: list[Block] = [Para((Strong(weighing.question), "")), Para(_with_code(said)), Para(_because(weighing))]
    rows = tuple(
        (_with_code(option.name), _MARK[option.standing], _why(option), option.for_it, option.against_it)
        for option in weighing.options
    )
    blocks.append(Grid("What was weighed", ("Way", "Standing", "Why", "For it", "Against it"), rows))
    blocks.append(Para((Strong("To measure:"), " ", *_with_code(f"{weighing.to_measure}."))))
    if weighing.unanswered:
        blocks += [Para((Strong("Nobody answered yet:"),)), Bullets(weighing.unanswered)]
    if weighing.sources:
        blocks.append(Para("See: " + "; ".join(weighing.sources) + "."))
    return tuple(blocks)


def weighed_in_short(weighings: Sequence[Weighing]) -> Blocks:
    """A line for each question: what the answers favour, and why. For a terminal."""
    return (Para(OPINION), favoured_ways(weighings), Para(_MORE))


def favoured_ways(weighings: Sequence[Weighing]) -> Bullets:
    """A line for each question."""
    return Bullets(tuple(_with_code(_in_short(each)) for each in weighings))


def _in_short(weighing: Weighing) -> str:
    ways = [f"{way.name} ({way.why})" if way.why else way.name for way in weighing.favoured]
    out = "; ".join(way.name for way in weighing.options if way.standing == "ruled out")
    said = f"✓ {'; '.join(ways)}" if ways else "none of the ways is favoured by the answers"
    return f"{weighing.question} {said}{f'. ✗ ruled out: {out}' if out else ''}"


def _because(weighing: Weighing) -> tuple[Inline, ...]:
    return (Strong("Because you said:"), f" {answers_words(weighing.because)}.")


def _with_code(words: str) -> tuple[Inline, ...]:
    """Words with names between backticks."""
    return tuple(Code(part) if at % 2 else part for at, part in enumerate(words.split("`")) if part)


def _why(option: Option) -> str:
    figures = [f"{name}: {value}" for name, value in option.figures]
    return "; ".join([*([option.why] if option.why else []), *figures])
