"""The answers to the clarifying questions; every answer may be missing, and the report lists what is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dbarch_widgets.model.display import Shown


@dataclass(frozen=True)
class SystemFacts:
    """`stage` is `planned`, `running` or `migrating`."""

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
    """`model` is `shared_table`, `schema_per_tenant`, `database_per_tenant` or `none`."""

    tenants: int | None = None
    skew: str | None = None
    model: str | None = None


@dataclass(frozen=True)
class Recovery:
    """Seconds of data that may be lost, seconds until it runs again; `replica` is `none`, `async` or `sync`."""

    rpo_seconds: float | None = None
    rto_seconds: float | None = None
    replica: str | None = None


@dataclass(frozen=True)
class Team:
    size: int | None = None
    budget: str | None = None


@dataclass(frozen=True)
class Intake(Shown):
    """All the answers; None or empty where the question is open.

    `retention` maps a table or a class of data to a time such as `5 years`; `regimes` are keys of `intake/regimes.py`.
    """

    system: SystemFacts = SystemFacts()
    scale: Scale = Scale()
    latency: LatencyGoals = LatencyGoals()
    regions: tuple[Region, ...] | None = None
    tenancy: Tenancy = Tenancy()
    consistency: Mapping[str, str] = field(default_factory=dict)
    recovery: Recovery = Recovery()
    data_classes: tuple[str, ...] | None = None
    data_subjects: tuple[str, ...] | None = None
    retention: Mapping[str, str] = field(default_factory=dict)
    regimes: tuple[str, ...] | None = None
    engines: Mapping[str, str] = field(default_factory=dict)
    team: Team = Team()


@dataclass(frozen=True)
class OpenQuestion:
    """A question nobody answered yet: why it is asked and what hinges on it.

    `rules` are those that did without the answer in this review, `not_run` those of them that could not run at all;
    `findings` is how many findings were judged without it, `requirements` are the articles that could not be held against
    the design for want of it. A question without rules is for whoever weighs alternatives.
    """

    key: str
    question: str
    why: str
    hinges: str
    path: str = ""
    rules: tuple[str, ...] = ()
    not_run: tuple[str, ...] = ()
    findings: int = 0
    requirements: tuple[str, ...] = ()


class OpenQuestions(tuple[OpenQuestion, ...], Shown):
    """A tuple of them that shows itself as a table."""

    __slots__ = ()
