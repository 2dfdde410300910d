"""A review as plain text for a terminal or a build log."""

from __future__ import annotations

from dbarch_widgets.model.finding import SEVERITIES, Finding
from dbarch_widgets.model.review import Review
from dbarch_widgets.render.accepted_blocks import acceptance_words, accepted_grid, notes_grid
from dbarch_widgets.render.block_text import WIDTH, blocks_text, wrap
from dbarch_widgets.render.blocks import Block, Bullets
from dbarch_widgets.render.clean import clean
from dbarch_widgets.render.comparison_blocks import comparison_blocks
from dbarch_widgets.render.evidence_blocks import evidence_sentence
from dbarch_widgets.render.finding_blocks import (
    because_words,
    most_important_first,
    severity_words,
)
from dbarch_widgets.render.measurement_blocks import measurement_blocks
from dbarch_widgets.render.requirement_blocks import requirements_in_short
from dbarch_widgets.render.review_blocks import decisions_grid, not_run_in_short, questions_blocks
from dbarch_widgets.render.schema_blocks import report_blocks
from dbarch_widgets.render.slow_query_blocks import TITLE, slow_query_blocks
from dbarch_widgets.render.summary import has_design, question, summary_lines, verdict
from dbarch_widgets.render.weighing_blocks import weighed_in_short
from dbarch_widgets.render.words import place

_INDENT = "    "


def review_text(review: Review, *, columns: int = WIDTH) -> str:
    """The whole review, no line wider than `columns` except SQL and paths that a reader copies."""
    parts = [_head(review, columns), *_slow(review, columns), *_findings(review, columns), *_rest(review, columns)]
    return "\n\n".join(parts) + "\n"


def _head(review: Review, columns: int) -> str:
    lines = [*wrap(review.title, columns), *wrap(question(review), columns), "", *wrap(verdict(review), columns), ""]
    return "\n".join(lines) + "\n" + blocks_text((Bullets(summary_lines(review)),), columns=columns)


def _slow(review: Review, columns: int) -> list[str]:
    blocks = slow_query_blocks(review.slow_queries())
    return [f"{_title(TITLE)}\n{blocks_text(blocks, columns=columns)}"] if blocks else []


def _findings(review: Review, columns: int) -> list[str]:
    ordered = most_important_first(review.open_findings)
    parts = []
    for level in SEVERITIES:
        if same := [finding for finding in ordered if finding.severity == level]:
            parts.append(_title(f"{level.upper()} ({len(same):,})"))
            parts += [_finding(finding, columns) for finding in same]
    return parts


def _finding(finding: Finding, columns: int) -> str:
    """Mark and message, then place, then rule and evidence, then the fix as it can be copied."""
    room = columns - len(_INDENT)
    lines = wrap(f"{severity_words(finding)}: {finding.message}", columns)
    where = place(finding.file, finding.line)
    lines += _indented(wrap(f"{finding.place}{f' — {where}' if where else ''}", room))
    lines += _indented(wrap(f"{finding.rule}, {finding.confidence}, {_evidence(finding)}", room))
    if finding.because:
        lines += _indented(wrap(because_words(finding), room))
    if said := acceptance_words(finding):
        lines += _indented(wrap(said, room))
    if finding.fix:
        lines += _indented(clean(finding.fix.sql).split("\n"))
    return "\n".join(lines)


def _evidence(finding: Finding) -> str:
    return evidence_sentence(finding.evidence) if finding.evidence else "not measured"


def _indented(lines: list[str]) -> list[str]:
    return [f"{_INDENT}{line}" for line in lines]


def _rest(review: Review, columns: int) -> list[str]:
    sections: list[tuple[str, tuple[Block, ...]]] = [
        ("Accepted", (accepted_grid(review.accepted_findings),) if review.accepted_findings else ()),
        ("Acceptances and settings", (notes_grid(review.acceptance_notes),) if review.acceptance_notes else ()),
        ("Measurements", tuple(block for each in review.measurements for block in measurement_blocks(each))),
        ("Trade-offs", tuple(block for each in review.comparisons for block in comparison_blocks(each))),
        ("Alternatives", weighed_in_short(review.weighings) if review.weighings else ()),
        ("Decisions", (decisions_grid(review.decisions),) if review.decisions else ()),
        (
            "Requirements",
            requirements_in_short(review.requirements, asked_only=not has_design(review))
            if review.requirements
            else (),
        ),
        ("Open questions", _questions(review)),
        ("Not run", not_run_in_short(review.not_run) if review.not_run and has_design(review) else ()),
        ("Notes", (Bullets(review.notes),) if review.notes else ()),
        ("Import", () if review.schema.report.complete else report_blocks(review.schema.report)),
    ]
    return [f"{_title(title)}\n{blocks_text(blocks, columns=columns)}" for title, blocks in sections if blocks]


def _questions(review: Review) -> tuple[Block, ...]:
    if not review.open_questions and not review.intake_warnings:
        return ()
    return questions_blocks(review.open_questions, review.intake_warnings)


def _title(words: str) -> str:
    return f"{words}\n{'═' * len(words)}"
