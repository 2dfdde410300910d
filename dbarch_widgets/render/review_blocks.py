"""Decisions, the intake and the summary of a review in blocks."""

from __future__ import annotations

from collections.abc import Sequence

from dbarch_widgets.model.answer_titles import question_words
from dbarch_widgets.model.answers import answers_of
from dbarch_widgets.model.intake import Intake, OpenQuestion
from dbarch_widgets.model.review import Decision, NotRun, Review
from dbarch_widgets.render.accepted_blocks import accepted_blocks
from dbarch_widgets.render.blocks import Block, Blocks, Bullets, Code, Fold, Grid, Para, Strong, Words, slim
from dbarch_widgets.render.finding_blocks import what_matters_grid
from dbarch_widgets.render.slow_query_blocks import TITLE, slow_query_blocks
from dbarch_widgets.render.summary import FAVOURED, TOP, has_design, summary_lines, verdict
from dbarch_widgets.render.weighing_blocks import favoured_ways
from dbarch_widgets.render.words import NO_EVIDENCE, count


def decision_blocks(decision: Decision) -> Blocks:
    """The record: context, what was weighed, what was decided and what it rests on."""
    when = f", {decision.decided_on.isoformat()}" if decision.decided_on else ""
    head = (Strong(f"Decision {decision.number}: {decision.title}"), f" ({decision.status}{when})")
    blocks: list[Block] = [Para(head), *_section("Context", decision.context)]
    if decision.alternatives:
        rows = tuple(
            (way.name, way.for_it, way.against_it, "✓ chosen" if way.chosen else "") for way in decision.alternatives
        )
        blocks.append(Grid("What was weighed", ("Way", "For it", "Against it", "Standing"), rows))
    blocks += [*_section("Decision", decision.decision), *_section("Consequences", decision.consequences)]
    return (*blocks, *decision_evidence(decision))


def decision_evidence(decision: Decision) -> Blocks:
    """The experiments it rests on, or the words that there are none."""
    if not decision.evidence:
        return (Para((Strong("Evidence:"), f" {NO_EVIDENCE}.")),)
    return (Para((Strong("Evidence:"),)), Bullets(decision.evidence))


def _section(title: str, words: str) -> Blocks:
    paragraphs = [part for part in words.split("\n\n") if part.strip()]
    if not paragraphs:
        return ()
    return (Para((Strong(f"{title}:"), f" {paragraphs[0]}")), *map(Para, paragraphs[1:]))


def intake_blocks(intake: Intake, questions: Sequence[OpenQuestion] = ()) -> Blocks:
    """What was answered and, when given, what is still open and why it matters."""
    grid = answers_grid(intake)
    blocks: Blocks = (Para((Strong("Intake"), f": {count(len(grid.rows), 'answer')}.")), grid)
    return (*blocks, *questions_blocks(questions)) if questions else blocks


def answers_grid(intake: Intake) -> Grid:
    """A line for each answer, with the key it has in `intake.yaml`."""
    rows = tuple((question_words(key), answer, Code(key)) for key, answer in answers_of(intake))
    return Grid("Because you said", ("Question", "Answer", "Key"), rows, empty="Nothing was answered yet.")


def questions_blocks(questions: Sequence[OpenQuestion], warnings: Sequence[str] = ()) -> Blocks:
    """The open questions by what they could change, each with why it is asked and what hinges on it.

    The answers that do not fit each other come before them.
    """
    rows = tuple((Code(each.key), each.question, each.why, each.hinges, _could_change(each)) for each in questions)
    headers = ("Key", "Question", "Why it is asked", "What hinges on it", "What it could change here")
    grid = slim(Grid("What nobody answered yet, by what it could change", headers, rows, empty="No question is open."))
    odd = (Para((Strong("Answers that do not fit each other:"),)), Bullets(tuple(warnings))) if warnings else ()
    return (*odd, grid)


def _could_change(question: OpenQuestion) -> str:
    """`1 rule did not run (missing-tenant-key); 4 findings of 2 rules were judged without it (…)`."""
    parts = []
    if question.not_run:
        parts.append(f"{count(len(question.not_run), 'rule')} did not run ({', '.join(question.not_run)})")
    others = [name for name in question.rules if name not in question.not_run]
    if question.findings:
        parts.append(f"{count(question.findings, 'finding')} judged without it, of {_few(others)}")
    elif others:
        parts.append(f"{_few(others)} went by a default and found nothing")
    if question.requirements:
        number = count(len(question.requirements), "requirement")
        parts.append(f"{number} cannot be judged without it ({_few(question.requirements)})")
    return "; ".join(parts)


def _few(names: Sequence[str], most: int = 4) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def not_run_grid(not_run: Sequence[NotRun]) -> Grid:
    """The rules that could not run, and why."""
    rows = tuple((Code(each.rule), each.reason) for each in not_run)
    return Grid("Rules that did not run", ("Rule", "Reason"), rows, empty="Every rule ran.")


def not_run_in_short(not_run: Sequence[NotRun]) -> Blocks:
    """A line for each reason, with the rules that it keeps from running."""
    reasons = dict.fromkeys(each.reason for each in not_run)
    lines = tuple(
        f"{reason}: {', '.join(each.rule for each in not_run if each.reason == reason)}" for reason in reasons
    )
    return (Para("Rules that did not run, by their reason:"), Bullets(lines))


def review_blocks(review: Review) -> Blocks:
    """One screen: the verdict, the five things that matter most, where the time goes, and how much stands behind them."""
    blocks: list[Block] = [Para((Strong(review.title), f" — {verdict(review)}"))]
    blocks.append(Bullets(summary_lines(review)))
    if review.open_findings:
        blocks.append(what_matters_grid(review.findings, TOP, "What matters most"))
    elif review.weighings and not has_design(review):
        blocks += [Para((Strong(FAVOURED),)), favoured_ways(review.weighings)]
    if slow := slow_query_blocks(review.slow_queries(TOP), caption=TITLE):
        blocks += slow
    blocks += accepted_blocks(review)
    if review.decisions:
        blocks.append(decisions_grid(review.decisions))
    if review.open_questions or review.intake_warnings:
        asked = questions_blocks(review.open_questions, review.intake_warnings)
        blocks.append(Fold(f"{count(len(review.open_questions), 'open question')}", asked))
    if review.not_run:
        blocks.append(Fold(f"{count(len(review.not_run), 'rule')} did not run", (not_run_grid(review.not_run),)))
    if review.notes:
        blocks.append(Fold(count(len(review.notes), "note"), (Bullets(review.notes),)))
    return tuple(blocks)


def decisions_grid(decisions: Sequence[Decision]) -> Grid:
    """A line for each decision."""
    rows: tuple[tuple[Words, ...], ...] = tuple(
        (f"{each.number:04d}", each.title, each.status, ", ".join(each.evidence) or NO_EVIDENCE) for each in decisions
    )
    return Grid("What was decided", ("Number", "Title", "Status", "Evidence"), rows)
