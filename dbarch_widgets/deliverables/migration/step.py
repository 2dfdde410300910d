"""A migration as data: steps with their statements, locks and ways back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import QName

STATE = "dbarch_migration"
KEPT = "dbarch_kept"

# How a step is taken back. "kept aside": what it would lose lies in the schema dbarch_kept until somebody drops it.
Rollback = Literal["reversible", "data kept aside", "not reversible"]


@dataclass(frozen=True)
class Check:
    """Rows that a step would stumble over. `sql` is a SELECT that shows them; none is good."""

    title: str
    sql: str


@dataclass(frozen=True)
class Lock:
    """A lock on a table; `mode` as PostgreSQL's documentation writes it: `ACCESS EXCLUSIVE`."""

    table: QName
    mode: str


@dataclass(frozen=True)
class Step:
    """One step: everything in it happens in one transaction, unless `transaction` is False.

    `names` are the columns, constraints or indexes that it is about. `rewrites` names what is written anew.
    """

    title: str
    up: tuple[str, ...]
    down: tuple[str, ...] = ()
    table: QName | None = None
    names: tuple[str, ...] = ()
    locks: tuple[Lock, ...] = ()
    down_locks: tuple[Lock, ...] | None = None
    rewrites: bool = False
    down_rewrites: bool | None = None
    rollback: Rollback = "reversible"
    transaction: bool = True
    down_transaction: bool | None = None
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()
    because: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Hints:
    """What the two schemas do not say.

    Args:
        conversions: for a column whose type changes, the SQL of its new value out of its old ones (USING).
        carried: statements that change nothing a Schema holds, each with the finding that wants it.
        rows: the rows of a table, for words about how long something takes.
        findings: whose fixes lead from the one to the other.
    """

    conversions: Mapping[tuple[QName, str], str] = field(default_factory=dict)
    carried: tuple[tuple[Finding, str], ...] = ()
    rows: Mapping[QName, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Migration:
    """The steps in their order. `cannot` are changes that no step makes, `cannot_back` what going back does not restore.

    `folder` is where its files go; in the schemas `state` and `kept` it remembers what is done and keeps data aside.
    """

    steps: tuple[Step, ...] = ()
    cannot: tuple[str, ...] = ()
    cannot_back: tuple[str, ...] = ()
    search_path: str = "public"
    folder: str = "migration"
    state: str = STATE
    kept: str = KEPT
