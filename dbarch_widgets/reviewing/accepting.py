"""Marks the findings that people live with, and says what of their comments and settings no longer fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches

from dbarch_widgets.model.accepting import Baseline, Known, ReviewSettings, SettledAcceptance
from dbarch_widgets.model.finding import SEVERITIES, Acceptance, Finding
from dbarch_widgets.model.ignore import IgnoreComment
from dbarch_widgets.model.review import Review, ReviewNote
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.render.words import count
from dbarch_widgets.rules.registry import RULES
from dbarch_widgets.rules.today import today as the_day
from dbarch_widgets.rules.words import and_list


def apply_acceptances(
    findings: Iterable[Finding],
    schema: Schema,
    settings: ReviewSettings | None = None,
    *,
    ignores: Sequence[IgnoreComment] = (),
    baseline: Baseline | None = None,
    today: date | None = None,
) -> tuple[Finding, ...]:
    """The findings, with `accepted` where somebody lives with them and `lapsed` where that has ended.

    Args:
        findings: what the rules found.
        schema: brings the comments of its text.
        settings: severities that are other here, and acceptances.
        ignores: comments of a workload.
        baseline: findings that were there before.
        today: the day on which an acceptance must not have ended.
    """
    judge = _Judge((*schema.ignores, *ignores), settings or ReviewSettings(), baseline, today or the_day())
    return tuple(judge.judged(finding) for finding in findings)


def accepted_in(
    review: Review, *, baseline: Baseline | None = None, ran: Iterable[str] | None = None, today: date | None = None
) -> Review:
    """The review with its findings judged so, and notes on what does not fit.

    `ran`: names of the rules that were asked, without those that could not run; None for all.
    """
    ignores = (*review.schema.ignores, *(review.workload.ignores if review.workload else ()))
    judge = _Judge(ignores, review.settings or ReviewSettings(), baseline, today or the_day())
    findings = tuple(judge.judged(finding) for finding in review.findings)
    stopped = {each.rule for each in review.not_run}
    asked = {rule.name for rule in RULES} if ran is None else set(ran)
    notes = tuple(judge.notes(asked - stopped))
    return review.with_(findings=findings, acceptance_notes=(*review.acceptance_notes, *notes))


@dataclass
class _Judge:
    ignores: tuple[IgnoreComment, ...]
    settings: ReviewSettings
    baseline: Baseline | None
    today: date
    used: set[int] = field(default_factory=set)
    lapsed: dict[Acceptance, list[Finding]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    joined: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._severities = {each.rule: each.severity for each in self.settings.severities}
        self._known = {each.key: each for each in self.baseline.findings} if self.baseline else {}

    def judged(self, finding: Finding) -> Finding:
        """The finding with the severity that it has here, and what people said of it."""
        if severity := self._severities.get(finding.rule):
            finding = replace(finding, severity=severity)
        self.seen.add(finding.key)
        if (known := self._known.get(finding.key)) and (places := _new(finding, known)):
            self.joined[finding.key] = places
        ended = None
        for acceptance in self._said_of(finding):
            if acceptance.until is None or acceptance.until >= self.today:
                return replace(finding, accepted=acceptance)
            ended = ended or acceptance
        if ended:
            self.lapsed.setdefault(ended, []).append(finding)
            return replace(finding, lapsed=ended)
        return finding

    def _said_of(self, finding: Finding) -> Iterator[Acceptance]:
        for number, comment in enumerate(self.ignores):
            fits = finding.rule in comment.rules and comment.speaks_for(finding.file, finding.line)
            if fits and comment.problem is None:
                self.used.add(number)
                yield Acceptance(comment.because, comment.by, comment.until, _place(comment))
        for number, settled in enumerate(self.settings.acceptances):
            if _is_about(settled, finding):
                self.used.add(len(self.ignores) + number)
                yield Acceptance(settled.because, settled.by, settled.until, self.settings.file, "settings")
        known = self._known.get(finding.key)
        if (
            known
            and SEVERITIES.index(finding.severity) >= SEVERITIES.index(known.severity)
            and not _new(finding, known)
        ):
            assert self.baseline is not None
            yield Acceptance("it was there before", source=self.baseline.file, how="baseline")

    def notes(self, ran: set[str]) -> Iterator[ReviewNote]:
        """What does not fit: comments that are wrong, rules that are not there, acceptances that ended or are of no use."""
        for number, comment in enumerate(self.ignores):
            yield from self._comment_notes(number, comment, ran)
        for number, settled in enumerate(self.settings.acceptances):
            if len(self.ignores) + number not in self.used and (settled.rule is None or settled.rule in ran):
                what = settled.rule or f"the key {settled.key}"
                yield ReviewNote(f"the acceptance of {what} fits no finding any more: take it out", self.settings.file)
        for acceptance, findings in self.lapsed.items():
            yield ReviewNote(
                f"accepted until {acceptance.until}, which has passed: {count(len(findings), 'finding')} of "
                f"{', '.join(sorted({each.rule for each in findings}))} {'is' if len(findings) == 1 else 'are'} back "
                f"(because {acceptance.because})",
                acceptance.source,
            )
        for override in self.settings.severities:
            yield ReviewNote(
                f"{override.rule} is {override.severity} here because {override.because}", self.settings.file
            )
        for key, places in self.joined.items():
            yield ReviewNote(f"{self._known[key].rule} is back, {and_list(places, at_most=6)} came to what was known")
        if self.baseline and (
            gone := [each for each in self._known.values() if self._is_gone(each.key, each.rule, ran)]
        ):
            said = f"{count(len(gone), 'finding')} of the baseline {'is' if len(gone) == 1 else 'are'} gone: write it again"
            yield ReviewNote(said, self.baseline.file)

    def _is_gone(self, key: str, rule: str, ran: set[str]) -> bool:
        return key not in self.seen and rule in ran

    def _comment_notes(self, number: int, comment: IgnoreComment, ran: set[str]) -> Iterator[ReviewNote]:
        def note(text: str) -> ReviewNote:
            return ReviewNote(text, comment.file, comment.line)

        names = [rule.name for rule in RULES]
        unknown = [name for name in comment.rules if name not in names]
        for name in unknown:
            near = get_close_matches(name, names, n=3, cutoff=0.6)
            advice = f": did you mean {', '.join(near)}?" if near else ""
            yield note(f"the comment ignores {name}, which is no rule{advice}")
        if comment.problem:
            yield note(f"the comment {comment.problem}")
            return
        missing = [word for word, said in (("by whom", comment.by), ("until when", comment.until)) if not said]
        if missing:
            yield note(f"the comment does not say {' and '.join(missing)}: add by NAME until 2027-06")
        asked = [name for name in comment.rules if name in ran]
        if number not in self.used and asked and not unknown:
            yield note(f"the comment ignores {', '.join(asked)}, which finds nothing there: take it out")


def _new(finding: Finding, known: Known) -> list[str]:
    """The places that a finding for many has beyond those that were known; none for a baseline that does not name them."""
    return sorted(set(finding.members) - set(known.members)) if known.members else []


def _place(comment: IgnoreComment) -> str:
    return f"{comment.file}:{comment.line}" if comment.file else f"line {comment.line}"


def _is_about(settled: SettledAcceptance, finding: Finding) -> bool:
    if settled.key:
        return settled.key == finding.key
    tables = (finding.table, f"{finding.schema}.{finding.table}")
    return (
        settled.rule == finding.rule
        and (settled.table is None or settled.table in tables)
        and (settled.column is None or settled.column in finding.columns)
        and (settled.object is None or settled.object == finding.object)
        and (settled.query is None or settled.query == finding.query)
    )
