"""A review as Markdown, for code hosts and for people who read text; decisions as files."""

from __future__ import annotations

from dbarch_widgets.model.finding import SEVERITIES, Finding
from dbarch_widgets.model.review import Review
from dbarch_widgets.render.accepted_blocks import acceptance_words, accepted_grid, notes_grid
from dbarch_widgets.render.adr import adr_markdown, parse_adr
from dbarch_widgets.render.block_markdown import blocks_markdown, code_block, code_span, escaped
from dbarch_widgets.render.blocks import Blocks, Bullets, Para
from dbarch_widgets.render.comparison_blocks import comparison_blocks
from dbarch_widgets.render.evidence_blocks import evidence_sentence
from dbarch_widgets.render.finding_blocks import (
    because_words,
    most_important_first,
    severity_words,
    what_matters_grid,
)
from dbarch_widgets.render.measure_blocks import workload_blocks
from dbarch_widgets.render.measurement_blocks import measurement_blocks
from dbarch_widgets.render.requirement_blocks import requirements_blocks
from dbarch_widgets.render.review_blocks import answers_grid, decision_blocks, not_run_grid, questions_blocks
from dbarch_widgets.render.rights_blocks import rights_blocks
from dbarch_widgets.render.schema_blocks import report_blocks, tables_grid
from dbarch_widgets.render.slow_query_blocks import TITLE, slow_query_blocks
from dbarch_widgets.render.summary import TOP, question, summary_lines, verdict
from dbarch_widgets.render.weighing_blocks import OPINION, weighing_blocks
from dbarch_widgets.render.words import CONFIDENCE_WORDS, count, place

__all__ = ["adr_markdown", "parse_adr", "report_markdown"]


def report_markdown(review: Review) -> str:
    """The whole review. Pictures are told in words; the HTML report has them."""
    parts = [
        f"# {escaped(review.title)}",
        escaped(question(review)),
        f"**{escaped(verdict(review))}**",
        blocks_markdown((Bullets(summary_lines(review)),)),
        *_top(review),
        *_slow(review),
        *_findings(review),
    ]
    for title, blocks in _sections(review):
        parts += [f"## {title}", blocks_markdown(blocks)]
    return "\n\n".join(parts) + "\n"


def _top(review: Review) -> list[str]:
    if not review.open_findings:
        return []
    return ["## What matters most", blocks_markdown((what_matters_grid(review.findings, TOP, ""),))]


def _slow(review: Review) -> list[str]:
    blocks = slow_query_blocks(review.slow_queries())
    return [f"## {TITLE}", blocks_markdown(blocks)] if blocks else []


def _findings(review: Review) -> list[str]:
    ordered = most_important_first(review.open_findings)
    parts = ["## Findings"] if ordered else ["## Findings", "No findings."]
    for level in SEVERITIES:
        same = [finding for finding in ordered if finding.severity == level]
        if same:
            parts.append(f"### {severity_words(same[0])}: {count(len(same), 'finding')}")
            parts += map(_finding, same)
    if review.accepted_findings:
        parts += ["### Accepted", blocks_markdown((accepted_grid(review.accepted_findings),))]
    if review.acceptance_notes:
        parts += ["### Notes", blocks_markdown((notes_grid(review.acceptance_notes),))]
    return parts


def _finding(finding: Finding) -> str:
    """A list item of its own, so that a reader can cite it; the fix as code that can be copied."""
    where = place(finding.file, finding.line)
    facts = f"{code_span(finding.rule)}, {finding.area}, {CONFIDENCE_WORDS[finding.confidence]}{'' if finding.evidence else ', not measured'}"
    lines = [f"**{code_span(finding.place)}**: {escaped(finding.message)}"]
    lines.append(f"{facts}{f', {code_span(where)}' if where else ''}")
    lines += [escaped(because_words(finding))] if finding.because else []
    lines += [escaped(said)] if (said := acceptance_words(finding)) else []
    if finding.evidence:
        lines.append(f"Evidence, {escaped(evidence_sentence(finding.evidence))}")
    if finding.fix:
        lines.append(code_block(finding.fix.sql))
        lines += [escaped(finding.fix.note)] if finding.fix.note else []
    lines += [f"See: {escaped('; '.join(finding.references))}"] if finding.references else []
    return "\n\n".join(lines)


def _sections(review: Review) -> list[tuple[str, Blocks]]:
    none = "Nothing was measured: what is said about speed is an opinion."
    measured = tuple(block for each in review.measurements for block in measurement_blocks(each))
    compared = tuple(block for each in review.comparisons for block in comparison_blocks(each))
    weighed = tuple(block for each in review.weighings for block in weighing_blocks(each))
    decided = tuple(block for each in review.decisions for block in decision_blocks(each))
    questions = questions_blocks(review.open_questions, review.intake_warnings)
    answers = (answers_grid(review.intake),) if review.intake else ()
    return [
        ("Trade-offs", compared or (Para("No two designs were compared."),)),
        ("Alternatives", (Para(OPINION), *weighed) if weighed else (Para("No alternatives were weighed."),)),
        ("Measurements", measured or (Para(none),)),
        ("Decisions", decided or (Para("Nothing was decided yet."),)),
        ("Requirements", requirements_blocks(review.requirements, review.intake)),
        ("Open questions", (*questions, *answers)),
        ("Tables", (tables_grid(review.schema), *rights_blocks(review.schema))),
        ("Workload", workload_blocks(review.workload) if review.workload else (Para("No workload was given."),)),
        ("Import", report_blocks(review.schema.report) or (Para("The schema was not read from a text."),)),
        ("Not run", (not_run_grid(review.not_run), *((Bullets(review.notes),) if review.notes else ()))),
    ]
