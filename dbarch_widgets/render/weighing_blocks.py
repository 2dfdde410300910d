"""Alternatives that were weighed, in blocks."""

from __future__ import annotations

from dbarch_widgets.model.weighing import Option, Weighing
from dbarch_widgets.render.blocks import Block, Blocks, Bullets, Code, Grid, Inline, Para, Strong
from dbarch_widgets.render.finding_blocks import answers_words

OPINION = (
    "The ways are weighed by the answers of the intake and the figures beside them; none of them was built or run here, "
    "and each says what would measure it."
)
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


def _because(weighing: Weighing) -> tuple[Inline, ...]:
    return (Strong("Because you said:"), f" {answers_words(weighing.because)}.")


def _with_code(words: str) -> tuple[Inline, ...]:
    """Words with names between backticks."""
    return tuple(Code(part) if at % 2 else part for at, part in enumerate(words.split("`")) if part)


def _why(option: Option) -> str:
    figures = [f"{name}: {value}" for name, value in option.figures]
    return "; ".join([*([option.why] if option.why else []), *figures])
