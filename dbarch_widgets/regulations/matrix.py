"""The matrix: each requirement of the regimes that apply, with what this design has of it and what it lacks."""

from __future__ import annotations

from collections.abc import Iterable

from dbarch_widgets.classification.samples import Rows
from dbarch_widgets.intake.questions import question_at
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.requirement import Fulfilment
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload
from dbarch_widgets.regulations.checks.base import Outcome
from dbarch_widgets.regulations.checks.registry import CHECKS
from dbarch_widgets.regulations.table import Entry, entries
from dbarch_widgets.rules.context import Context
from dbarch_widgets.sql.postgres_words import in_postgres_words


def requirements_of(
    schema: Schema, workload: Workload | None = None, intake: Intake | None = None, rows: Rows | None = None
) -> tuple[Fulfilment, ...]:
    """What the regimes of the intake ask for, held against the design; nothing when nobody said which apply."""
    context = Context(in_postgres_words(schema), workload, intake, rows, schema)
    regimes = context.regimes or frozenset()
    return tuple(_held(entry, context) for entry in entries() if entry.requirement.regime in regimes)


def wanting(held: Iterable[Fulfilment]) -> dict[str, tuple[str, ...]]:
    """For the path of each open answer the articles that could not be held against the design for want of it."""
    found: dict[str, list[str]] = {}
    for each in held:
        for path in each.unanswered:
            found.setdefault(path, []).append(each.requirement.article)
    return {path: tuple(articles) for path, articles in found.items()}


def _held(entry: Entry, context: Context) -> Fulfilment:
    outcome = Outcome()
    context.asked.clear()
    for kind, parameters in entry.checks:
        outcome += CHECKS[kind](context, parameters)
    return Fulfilment(entry.requirement, outcome.seen, outcome.missing, outcome.note, _open(context))


def _open(context: Context) -> tuple[str, ...]:
    """The questions whose answers the checks asked for in vain."""
    asked = (question_at(path) for path in sorted(context.asked))
    return tuple(dict.fromkeys(question.path for question in asked if question))
