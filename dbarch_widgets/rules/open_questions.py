"""The open questions of a review, those first that could change most of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from dbarch_widgets.intake.questions import QUESTIONS, open_questions
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.intake import Intake, OpenQuestion
from dbarch_widgets.rules.running import Ran
from dbarch_widgets.rules.words import and_list

_TABLES = "scale.tables"


def open_in(
    intake: Intake | None, ran: Ran, wanting: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> tuple[OpenQuestion, ...]:
    """Each open question with the rules that did without its answer, and how many findings were judged without it.

    `wanting` has for a path the articles of requirements that could not be judged without it. First come the questions
    without which a rule could not run, then by the number of findings and requirements, then by the number of rules.
    Tables that are not in a list of sizes are one more question.
    """
    asked = [_weighed(question, ran, wanting.get(question.path, ())) for question in open_questions(intake)]
    if all(each.path != _TABLES for each in asked):
        asked += _other_tables(ran)
    return tuple(
        sorted(asked, key=lambda each: (-len(each.not_run), -each.findings - len(each.requirements), -len(each.rules)))
    )


def _weighed(question: OpenQuestion, ran: Ran, wanting: Sequence[str]) -> OpenQuestion:
    rules = tuple(name for name, paths in ran.missed.items() if question.path in paths)
    stopped = _stopped(ran)
    findings = [finding for finding in ran.findings if finding.rule in rules]
    if question.path == _TABLES:
        findings = [finding for finding in findings if _names_of(finding) & ran.missed[finding.rule]]
    not_run = tuple(name for name in rules if name in stopped)
    return replace(question, rules=rules, not_run=not_run, findings=len(findings), requirements=tuple(wanting))


def _stopped(ran: Ran) -> set[str]:
    """The rules that said that they need an answer."""
    return {each.rule for each in ran.not_run if "intake" in each.reason}


def _names_of(finding: Finding) -> set[str]:
    return {f"{_TABLES}.{finding.schema}.{finding.table}"} if finding.table else set()


def _other_tables(ran: Ran) -> Iterable[OpenQuestion]:
    """The tables whose rows nobody said, when a finding was judged without them."""
    judged = [finding for finding in ran.findings if _names_of(finding) & ran.missed.get(finding.rule, frozenset())]
    if not judged:
        return
    often: dict[str, int] = {}
    for finding in judged:
        name = f"{finding.schema}.{finding.table}".removeprefix("public.")
        often[name] = often.get(name, 0) + 1
    names = and_list(sorted(often, key=lambda name: (-often[name], name)), at_most=6)
    asked = next(each for each in QUESTIONS if each.path == _TABLES)
    rules = tuple(dict.fromkeys(finding.rule for finding in judged))
    yield OpenQuestion(
        "other_table_rows",
        f"How many rows have {names}, and how many come every month?",
        asked.why,
        asked.hinges,
        _TABLES,
        rules,
        findings=len(judged),
    )
