"""The answers to the clarifying questions; every answer may be missing, and the report lists what is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dbarch_widgets.model.display import Shown


@dataclass(frozen=True)
class SystemFacts:
    name: str | None = None
    purpose: str | None = None
    stage: str | None = None


@dataclass(frozen=True)
class TableScale:
    """Rows now and rows added in a month."""

    rows: int | None = None
    growth_per_month: int | None = None


@dataclass(frozen=True)
class Scale:
    tables: Mapping[str, TableScale] = field(default_factory=dict)
    reads_per_second: float | None = None
    writes_per_second: float | None = None
    peak_factor: float | None = None


@dataclass(frozen=True)
class LatencyGoals:
    p99_read_ms: float | None = None
    p99_write_ms: float | None = None


@dataclass(frozen=True)
class Region:
    name: str
    people: str | int | None = None
    data_must_stay: bool | None = None


@dataclass(frozen=True)
class Tenancy:
    tenants: int | None = None
    skew: str | None = None
    model: str | None = None


@dataclass(frozen=True)
class Recovery:
    rpo_seconds: float | None = None
    rto_seconds: float | None = None


@dataclass(frozen=True)
class Team:
    size: int | None = None
    budget: str | None = None


@dataclass(frozen=True)
class Intake(Shown):
    """All the answers; None or empty where the question is open."""

    system: SystemFacts = SystemFacts()
    scale: Scale = Scale()
    latency: LatencyGoals = LatencyGoals()
    regions: tuple[Region, ...] | None = None
    tenancy: Tenancy = Tenancy()
    consistency: Mapping[str, str] = field(default_factory=dict)
    recovery: Recovery = Recovery()
    data_classes: tuple[str, ...] | None = None
    regimes: tuple[str, ...] | None = None
    engines: Mapping[str, str] = field(default_factory=dict)
    team: Team = Team()


@dataclass(frozen=True)
class OpenQuestion:
    """A question nobody answered yet: why it is asked and what hinges on it."""

    key: str
    question: str
    why: str
    hinges: str
