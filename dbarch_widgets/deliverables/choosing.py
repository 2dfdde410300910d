"""Which findings' fixes are wanted: the serious ones that are sure, unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.model.finding import SEVERITIES, Finding
from dbarch_widgets.rules.registry import RULES

DEFAULT = "high,medium"


def choose(findings: Iterable[Finding], fix: str | None = None) -> tuple[Finding, ...]:
    """The findings with a fix that is wanted, in their order; those that somebody accepted are never among them.

    Args:
        findings: of a review.
        fix: words with commas between: a severity (its findings that are certain or likely), the name of a rule or the
            key of a finding (whatever their confidence), `all`, `none`. None means `DEFAULT`.

    Raises:
        UnknownName: a word is none of these.
    """
    findings = tuple(findings)
    wanted = [word for word in (part.strip() for part in (DEFAULT if fix is None else fix).split(",")) if word]
    _check(wanted, findings)
    return tuple(
        finding
        for finding in findings
        if finding.fix is not None and finding.accepted is None and any(_is_meant(word, finding) for word in wanted)
    )


def _is_meant(word: str, finding: Finding) -> bool:
    if word in (finding.rule, finding.key, "all"):
        return True
    return word == finding.severity and finding.confidence in ("certain", "likely")


def _check(wanted: Iterable[str], findings: tuple[Finding, ...]) -> None:
    known = {"all", "none", *SEVERITIES, *(rule.name for rule in RULES), *(finding.rule for finding in findings)}
    keys = {finding.key for finding in findings}
    for word in wanted:
        if word not in known and word not in keys:
            raise UnknownName("severity, rule or finding", word, known, where="--fix")
