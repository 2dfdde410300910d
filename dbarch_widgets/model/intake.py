"""The answers to the clarifying questions; every answer may be missing, and the report lists what is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dbarch_widgets.model.display import Shown


def _asked(title: str, each: str = "", default: Any = None) -> Any:
    """A field that is open until somebody answers; `title` is its question in a few words (`model/answer_titles.py`).

    `each` is the question about one entry of a mapping or list; `{name}` in it stands for the entry. A mapping is empty
    while it is open.
    """
    metadata = {"title": title, "each": each}
    if default is dict:
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class SystemFacts:
    """`stage` is `planned`, `running` or `migrating`."""

    name: str | None = _asked("System: what is it called?")
    purpose: str | None = _asked("System: what is it for?")
    stage: str | None = _asked("Stage: planned, running or being migrated?")


@dataclass(frozen=True)
class TableScale:
    """Rows now and rows added in a month."""

    rows: int | None = _asked("{name}: how many rows?")
    growth_per_month: int | None = _asked("{name}: how many more rows a month?")


@dataclass(frozen=True)
class Scale:
    tables: Mapping[str, TableScale] = _asked(
        "Tables: how many rows, how many more a month?", "{name}: how many rows?", dict
    )
    reads_per_second: float | None = _asked("Reads: how many a second?")
    writes_per_second: float | None = _asked("Writes: how many a second?")
    peak_factor: float | None = _asked("Worst hour: how many times busier?")


@dataclass(frozen=True)
class LatencyGoals:
    p99_read_ms: float | None = _asked("Reads: 99 of 100 within how many ms?")
    p99_write_ms: float | None = _asked("Writes: 99 of 100 within how many ms?")


@dataclass(frozen=True)
class Region:
    name: str = field(metadata={"title": "Region: where?", "each": ""})
    people: str | int | None = _asked("{name}: how many people?")
    data_must_stay: bool | None = _asked("{name}: must their data stay there?")


@dataclass(frozen=True)
class Tenancy:
    """`model` is `shared_table`, `schema_per_tenant`, `database_per_tenant` or `none`; `shared` tables have the same rows for all."""

    tenants: int | None = _asked("Tenants: how many?")
    skew: str | None = _asked("Tenants: how unequal?")
    model: str | None = _asked("Tenants: kept apart how?")
    shared: tuple[str, ...] | None = _asked("Tenants: what do all share?")


@dataclass(frozen=True)
class Recovery:
    """Seconds of data that may be lost, seconds until it runs again; `replica` is `none`, `async` or `sync`."""

    rpo_seconds: float | None = _asked("Disaster: how many seconds may be lost?")
    rto_seconds: float | None = _asked("Disaster: running again within how many seconds?")
    replica: str | None = _asked("Second copy: none, async or sync?")


@dataclass(frozen=True)
class Team:
    size: int | None = _asked("Team: how many people?")
    budget: str | None = _asked("Budget: how much?")


@dataclass(frozen=True)
class Intake(Shown):
    """All the answers; None or empty where the question is open.

    `retention` maps a table or a class of data to a time such as `5 years`; `regimes` are keys of `intake/regimes.py`.
    """

    system: SystemFacts = SystemFacts()
    scale: Scale = Scale()
    latency: LatencyGoals = LatencyGoals()
    regions: tuple[Region, ...] | None = _asked(
        "Regions: where are the people, must their data stay?", "{name}: which people?"
    )
    tenancy: Tenancy = Tenancy()
    consistency: Mapping[str, str] = _asked(
        "Consistency: what must never be wrong?", "{name}: what must never be wrong?", dict
    )
    recovery: Recovery = Recovery()
    data_classes: tuple[str, ...] | None = _asked("Data: of which classes?")
    data_subjects: tuple[str, ...] | None = _asked("Data: about whom?")
    retention: Mapping[str, str] = _asked("Retention: what is kept how long?", "{name}: kept how long?", dict)
    regimes: tuple[str, ...] | None = _asked("Laws and standards: which apply?")
    engines: Mapping[str, str] = _asked("Engines: which?", "Engine for {name}: which?", dict)
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
