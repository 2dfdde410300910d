"""What came of running the rules: findings, what did not run, and which open answers each rule did without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.review import NotRun


@dataclass(frozen=True)
class Ran:
    """`missed` maps a rule to the paths of the open answers that it asked for."""

    findings: tuple[Finding, ...] = ()
    not_run: tuple[NotRun, ...] = ()
    missed: Mapping[str, frozenset[str]] = field(default_factory=dict)
