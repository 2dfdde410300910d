"""What a review comes to, in sentences that claim no more than was seen."""

from __future__ import annotations

from collections.abc import Sequence

from dbarch_widgets.model.measurement import Measurement
from dbarch_widgets.model.review import Review
from dbarch_widgets.render.comparison_blocks import outcome_words
from dbarch_widgets.render.finding_blocks import counts_words
from dbarch_widgets.render.measurement_blocks import run_words
from dbarch_widgets.render.requirement_blocks import counts_of
from dbarch_widgets.render.schema_blocks import report_words, schema_counts
from dbarch_widgets.render.words import count

TOP = 5
# Over what stands in place of findings while there is no schema.
FAVOURED = "What the answers favour"
# The title of a review of something without a name.
NAMELESS = "Design review"


def question(review: Review) -> str:
    """What is asked of the design."""
    system = review.intake.system if review.intake else None
    name = system.name if system and system.name else review.title.removeprefix("Review of ")
    stage = f" ({system.stage})" if system and system.stage else ""
    purpose = f" {_sentence(system.purpose)}" if system and system.purpose else ""
    return f"Will {'this design' if name == NAMELESS else f'the design of {name}'}{stage} hold?{purpose}"


def has_design(review: Review) -> bool:
    """Whether there is anything yet that rules could look at, or only answers."""
    return bool(review.schema.tables or review.schema.report.statements)


def verdict(review: Review) -> str:
    """The answer in one sentence, and what it does not rest on."""
    counts = review.counts()
    if not has_design(review):
        return "There is no schema yet: the answers are weighed, and what they ask for is listed; nothing was built."
    if counts["high"]:
        first = f"Not as it stands: {count(counts['high'], 'high finding')}"
    elif counts["medium"]:
        first = f"Nothing high was found; {count(counts['medium'], 'medium finding')} to weigh"
    else:
        first = "Nothing was found that stands in its way"
    parts = [first]
    parts += _measured_words(_as_it_stands(review.measurements), _with_evidence(review))
    report = review.schema.report
    if report.not_understood:
        parts.append(f"{count(report.not_understood, 'statement')} not understood")
    elif report.partly:
        parts.append(f"{count(report.partly, 'statement')} understood only in part")
    return f"{'; '.join(parts)}."


def _with_evidence(review: Review) -> int:
    """Findings whose cost was measured, not calculated."""
    return sum(each.evidence is not None and each.evidence.kind == "measured" for each in review.findings)


def _measured_words(run: Measurement | None, findings: int) -> list[str]:
    if run is None:
        return [f"{count(findings, 'finding')} measured" if findings else "nothing was measured"]
    judged = [query.slo_met for query in run.queries if query.slo_met is not None]
    words = f"{sum(judged)} of {count(len(judged), 'goal')} met when measured" if judged else "measured without goals"
    failed = _failed(run)
    return [words, f"{count(failed, 'query', 'queries')} did not run"] if failed else [words]


def _failed(run: Measurement) -> int:
    return sum(query.error is not None or query.errors > 0 for query in run.queries)


def _as_it_stands(measurements: Sequence[Measurement]) -> Measurement | None:
    """The measurement of the design itself, not of a variant."""
    named = [each for each in measurements if each.name == "baseline"]
    return next(iter([*named, *measurements]), None)


def goals_words(measurement: Measurement) -> str:
    """How many queries meet their goal, miss it, have none, or did not run."""
    queries = measurement.queries
    failed = _failed(measurement)
    judged = [query.slo_met for query in queries if query.slo_met is not None]
    without = len(queries) - failed - len(judged)
    parts = [f"goals met: {sum(judged)} of {len(judged)}"] if judged else []
    parts += [f"queries without a goal: {without}"] if without > 0 else []
    parts += [f"queries that did not run: {failed}"] if failed else []
    return ", ".join(parts) or "no query ran"


def summary_lines(review: Review) -> tuple[str, ...]:
    """What was looked at, found, measured and decided, and what is open: a line each."""
    report = review.schema.report
    lines: list[str] = []
    if has_design(review):
        lines.append(f"{review.schema.dialect} schema: {schema_counts(review.schema)}.")
        lines += [] if report.complete else [report_words(report)]
        lines.append(counts_words(review.findings))
    lines += [f"Measured, {each.name}: {run_words(each)}; {goals_words(each)}." for each in review.measurements]
    lines += [f"Compared, {each.name}: {outcome_words(each)}" for each in review.comparisons]
    if findings := _with_evidence(review):
        lines.append(f"{count(findings, 'finding')} measured before and after the fix, each with its evidence.")
    if not (review.measurements or review.comparisons or findings):
        lines.append("Nothing was measured: what is said about speed is an opinion.")
    if review.decisions:
        opinions = sum(not each.evidence for each in review.decisions)
        rest = f", {opinions} without a measurement behind it" if opinions else ", each with a measurement behind it"
        lines.append(f"{count(len(review.decisions), 'decision')}{rest}.")
    if review.requirements:
        lines.append(counts_of(review.requirements))
    lines += [f"Answers that do not fit each other: {each}." for each in review.intake_warnings]
    if review.open_questions:
        lines.append(f"{count(len(review.open_questions), 'question')} open.")
    if not has_design(review):
        lines.append("No rule found anything to look at yet.")
    elif review.not_run:
        lines.append(f"{count(len(review.not_run), 'rule')} could not run.")
    return tuple(lines)


def _sentence(words: str) -> str:
    text = words.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
