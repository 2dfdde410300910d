"""A finding: what can go wrong, where, how bad, how sure, and what to do about it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.schema import QName

Severity = Literal["high", "medium", "low", "info"]
Confidence = Literal["certain", "likely", "hint"]
Area = Literal[
    "keys",
    "types",
    "constraints",
    "naming",
    "relations",
    "indexes",
    "partitioning",
    "security",
    "tenancy",
    "privacy",
    "audit",
    "trading",
    "edge",
    "operations",
    "queries",
]

SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low", "info")


@dataclass(frozen=True)
class Fix:
    """SQL that mends the finding. `reversible`: undoing it loses no data."""

    sql: str
    reversible: bool = True
    note: str | None = None


@dataclass(frozen=True)
class Ratio:
    """After divided by before, with its 95 % interval."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Evidence(Shown):
    """What a claim rests on. `before` and `after` map a quantity (with its unit in the name) to a number.

    `measured` was run, `planned` was only explained by the engine, `derived` was calculated from the schema.
    `name` says what was done, `said` what it showed where numbers alone do not. `rows` are those that were there,
    `stated` those that the intake gives the same tables. `ratio` is of times, never of counts.
    """

    kind: Literal["measured", "planned", "derived"]
    engine: str
    seed: int | None = None
    rows: tuple[tuple[str, int], ...] = ()
    before: tuple[tuple[str, float], ...] = ()
    after: tuple[tuple[str, float], ...] = ()
    ratio: Ratio | None = None
    name: str | None = None
    command: str | None = None
    said: str | None = None
    stated: tuple[tuple[str, int], ...] = ()
    not_modelled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Because:
    """An answer of the intake that a finding rests on. `path` leads into the Intake; `answer` is as people read it."""

    path: str
    answer: str


@dataclass(frozen=True)
class Acceptance:
    """Who accepted a finding, for which reason, and until which day; after it the finding is back.

    `source` is where that is written: a comment's file and line, a settings file, a baseline; `how` is which of them.
    """

    because: str
    by: str | None = None
    until: date | None = None
    source: str | None = None
    how: Literal["comment", "settings", "baseline"] = "comment"


@dataclass(frozen=True)
class Finding(Shown):
    """One thing that a reviewer would say. `message` is one sentence about this schema.

    `members` are the places of a finding that speaks for many, by which a new one among them is known for new.
    `queries` names the other queries that it is about, where it is about more than `query`.
    `accepted`: people live with it, and it counts no more. `lapsed`: they did, until a day that has passed.
    """

    rule: str
    severity: Severity
    confidence: Confidence
    area: Area
    message: str
    schema: str | None = None
    table: str | None = None
    columns: tuple[str, ...] = ()
    object: str | None = None
    query: str | None = None
    file: str | None = None
    line: int | None = None
    fix: Fix | None = None
    evidence: Evidence | None = None
    references: tuple[str, ...] = ()
    because: tuple[Because, ...] = ()
    accepted: Acceptance | None = None
    lapsed: Acceptance | None = None
    members: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """A stable id: it depends on the rule and the objects, not on lines or wording."""
        parts = (self.rule, self.schema, self.table, *self.columns, self.object, self.query)
        text = "\x1f".join("" if part is None else part for part in parts)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def place(self) -> str:
        """Where it is, for people: `schema.table (column)` or the query."""
        name = self.table or ""
        if self.schema and name:
            name = str(QName(self.schema, name))
        if self.columns:
            name += f" ({', '.join(self.columns)})"
        if self.query:
            name = f"{name}, query {self.query}" if name else f"query {self.query}"
        return name or self.object or "the schema"
