"""What people said of findings that they live with: a settings file and a baseline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dbarch_widgets.model.finding import Severity


@dataclass(frozen=True)
class SettledAcceptance:
    """An `[[accept]]` of the settings: the findings of that key, or of a rule on the places that it names."""

    because: str
    key: str | None = None
    rule: str | None = None
    table: str | None = None
    column: str | None = None
    object: str | None = None
    query: str | None = None
    by: str | None = None
    until: date | None = None


@dataclass(frozen=True)
class SeverityOverride:
    """A rule whose findings weigh more or less here than elsewhere, and why."""

    rule: str
    severity: Severity
    because: str


@dataclass(frozen=True)
class ReviewSettings:
    """What a `dbarch.toml` says. `only` None runs all rules but those that are `off`; `file` is where it was read."""

    fail_on: Severity | None = None
    baseline: str | None = None
    only: tuple[str, ...] | None = None
    off: tuple[str, ...] = ()
    severities: tuple[SeverityOverride, ...] = ()
    acceptances: tuple[SettledAcceptance, ...] = ()
    file: str | None = None


@dataclass(frozen=True)
class Known:
    """A finding that a baseline holds; `members` are the places of one that speaks for many."""

    key: str
    rule: str
    severity: Severity
    place: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Baseline:
    """The findings that were there on a day that people chose to start from, and the tables of that schema."""

    findings: tuple[Known, ...]
    tables: tuple[str, ...]
    file: str | None = None
