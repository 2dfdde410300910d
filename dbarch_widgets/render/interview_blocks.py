"""The interview in blocks: what was answered, what does not fit, and every open question with the rules that wait for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dbarch_widgets.model.intake import Intake, OpenQuestion
from dbarch_widgets.render.blocks import Blocks, Bullets, Code, Grid, Para, Strong
from dbarch_widgets.render.review_blocks import answers_grid
from dbarch_widgets.render.words import count


def interview_blocks(
    intake: Intake, questions: Sequence[OpenQuestion], rules: Mapping[str, Sequence[str]], problems: Sequence[str]
) -> Blocks:
    """`rules` names for each path the rules that read its answer."""
    answers = answers_grid(intake)
    said = f": {count(len(answers.rows), 'answer')}, {count(len(questions), 'open question')}."
    rows = tuple(
        (Code(each.key), each.question, each.why, each.hinges, ", ".join(rules.get(each.path, ())) or "none")
        for each in questions
    )
    headers = ("Key", "Question", "Why it is asked", "What hinges on it", "Rules that read it")
    grid = Grid("What is open", headers, rows, empty="No question is open.")
    odd: Blocks = (Para((Strong("What does not fit:"),)), Bullets(tuple(problems))) if problems else ()
    return (Para((Strong("Interview"), said)), *odd, answers, grid)
