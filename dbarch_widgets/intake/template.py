"""The text of an empty intake.yaml: every question as a comment, every answer open."""

from __future__ import annotations

import textwrap
from itertools import groupby

from dbarch_widgets.intake.questions import QUESTIONS, Question

_HEAD = """\
# Intake of a design review. Every answer may be left open: the report lists what is open and what hinges on it.
# Numbers may be written 1_000_000. A key without a value is an open question.
"""


def template() -> str:
    """An intake.yaml that loads as it stands, with all questions open."""
    parts = [_HEAD]
    for section, questions in groupby(QUESTIONS, key=lambda question: question.section):
        items = list(questions)
        if len(items) == 1 and items[0].path == section:
            parts.append(f"{_comment(items[0], '')}{section}:\n")
        else:
            inner = "".join(f"{_comment(item, '  ')}  {item.path.partition('.')[2]}:\n" for item in items)
            parts.append(f"{section}:\n{inner}")
    return "\n".join(parts)


def _comment(question: Question, indent: str) -> str:
    lines = [question.question, f"Why: {question.why}", f"On it hinges: {question.hinges}"]
    width = 118 - len(indent)
    wrapped = [f"{indent}# {line}" for text in lines for line in textwrap.wrap(text, width)]
    key = question.path.rpartition(".")[2]
    return "\n".join([*wrapped, f"{indent}# For example:  {key}: {question.example}", ""])
