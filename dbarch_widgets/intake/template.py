"""The text of an intake.yaml: every question as a comment, with its answer or open."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import groupby

from dbarch_widgets.intake.questions import QUESTIONS, Question
from dbarch_widgets.intake.written import written
from dbarch_widgets.model.intake import Intake

_HEAD = """\
# Intake of a design review. Every answer may be left open: the report lists what is open and what hinges on it.
# Numbers may be written 1_000_000. A key without a value is an open question.
"""


def template(
    intake: Intake | None = None,
    rules: Mapping[str, Sequence[str]] | None = None,
    thresholds: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """An intake.yaml that loads as it stands and gives `intake` again; without one all questions are open.

    Args:
        intake: the answers to write.
        rules: for the path of a question the names of the rules that read its answer.
        thresholds: for the path what the answer changes from where on.
    """

    def comment(question: Question, indent: str) -> str:
        return _comment(question, indent, rules, (thresholds or {}).get(question.path, ()))

    parts = [_HEAD]
    for section, questions in groupby(QUESTIONS, key=lambda question: question.section):
        items = list(questions)
        if len(items) == 1 and items[0].path == section:
            parts.append(f"{comment(items[0], '')}{section}:{written(intake, items[0], '  ')}\n")
        else:
            inner = "".join(f"{comment(item, '  ')}  {_key(item)}:{written(intake, item, '    ')}\n" for item in items)
            parts.append(f"{section}:\n{inner}")
    return "\n".join(parts)


def rules_words(question: Question, rules: Mapping[str, Sequence[str]], most: int = 6) -> str:
    """Which rules read the answer, or that none does."""
    names = rules.get(question.path, ())
    if not names:
        return "No rule reads it: it is for those who weigh the alternatives."
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"Rules that read it: {', '.join(names[:most])}{more}."


def _key(question: Question) -> str:
    return question.path.rpartition(".")[2]


def _comment(question: Question, indent: str, rules: Mapping[str, Sequence[str]] | None, turns: Sequence[str]) -> str:
    lines = [question.question, f"Why: {question.why}", f"On it hinges: {question.hinges}"]
    lines += [rules_words(question, rules)] if rules is not None else []
    lines += [f"- {turn}" for turn in turns]
    width = 118 - len(indent)
    wrapped = [f"{indent}# {line}" for text in lines for line in textwrap.wrap(text, width, break_on_hyphens=False)]
    return "\n".join([*wrapped, f"{indent}# For example:  {_key(question)}: {question.example}", ""])
