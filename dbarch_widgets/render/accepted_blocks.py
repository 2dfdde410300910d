"""What people said of findings: which they live with and why, what has lapsed, and what of it does not fit any more."""

from __future__ import annotations

from collections.abc import Sequence

from dbarch_widgets.model.finding import Acceptance, Finding
from dbarch_widgets.model.review import Review, ReviewNote
from dbarch_widgets.render.blocks import Block, Blocks, Code, Fold, Grid, slim
from dbarch_widgets.render.words import count, place


def acceptance_words(finding: Finding) -> str:
    """`Accepted by Ann until 2027-06-30, because …`, or that it was accepted until a day that has passed; else nothing."""
    if finding.accepted:
        return f"Accepted{_said(finding.accepted)}."
    if finding.lapsed:
        return f"It was accepted{_said(finding.lapsed)}; that day has passed."
    return ""


def _said(acceptance: Acceptance) -> str:
    by = f" by {acceptance.by}" if acceptance.by else ""
    until = f" until {acceptance.until}" if acceptance.until else ""
    source = f" ({acceptance.source})" if acceptance.source else ""
    return f"{by}{until}, because {acceptance.because}{source}"


def accepted_grid(findings: Sequence[Finding]) -> Grid:
    """A line for each accepted finding."""
    rows = tuple(
        (
            finding.severity,
            Code(finding.rule),
            Code(finding.place),
            finding.accepted.because,
            finding.accepted.by or "",
            str(finding.accepted.until or ""),
            finding.accepted.source or "",
        )
        for finding in findings
        if finding.accepted
    )
    headers = ("Severity", "Rule", "Place", "Because", "By", "Until", "Said in")
    return slim(Grid("Accepted findings, which do not count", headers, rows))


def notes_grid(notes: Sequence[ReviewNote]) -> Grid:
    """What does not fit any more: a line each."""
    rows = tuple((note.text, place(note.file, note.line)) for note in notes)
    return slim(Grid("Notes on acceptances and settings", ("Note", "Where"), rows))


def accepted_blocks(review: Review) -> Blocks:
    """Both, folded; nothing when there is neither."""
    blocks: list[Block] = []
    if accepted := review.accepted_findings:
        blocks.append(Fold(count(len(accepted), "accepted finding"), (accepted_grid(accepted),)))
    if review.acceptance_notes:
        blocks.append(Fold(count(len(review.acceptance_notes), "note"), (notes_grid(review.acceptance_notes),)))
    return tuple(blocks)
