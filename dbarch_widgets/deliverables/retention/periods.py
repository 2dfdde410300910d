"""Which tables have a time after which rows may go, how long that is, and who says so."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from dbarch_widgets.deliverables.part import DeliveryContext
from dbarch_widgets.intake.regimes import regime_name
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context
from dbarch_widgets.rules.records import is_trail
from dbarch_widgets.rules.trading.retention_shorter_than_law import needed_years
from dbarch_widgets.rules.words import words
from dbarch_widgets.sql.load_order import load_order

_TIMES = frozenset(("timestamp with time zone", "timestamp without time zone", "date"))
_RANGE = re.compile(r"RANGE \((.*)\)", re.IGNORECASE | re.DOTALL)
_END = frozenset(("expires", "expiry", "until"))


@dataclass(frozen=True)
class Period:
    """`days` is None where nobody said how long, infinite for ever. `because` says who did."""

    table: Table
    column: str
    method: Literal["partitions", "batches"]
    days: float | None
    because: str

    @property
    def interval(self) -> str | None:
        """As PostgreSQL writes it: whole years and months where it is some."""
        if self.days is None or math.isinf(self.days):
            return None
        months = self.days / (365.25 / 12)
        if abs(months - round(months)) < 0.01 and round(months):
            return f"{round(months)} months"
        return f"{math.ceil(self.days)} days"


def periods(context: DeliveryContext) -> tuple[Period, ...]:
    """Of the tables that are partitioned by time, that only grow, or of which the intake says how long; children first."""
    rules = context.rules
    growing = {
        (finding.schema, finding.table): finding.columns[0]
        for finding in context.review.findings
        if finding.rule == "growing-table-without-retention" and finding.columns and finding.accepted is None
    }
    found = []
    order = {name: place for place, name in enumerate(each.qname for each in load_order(context.target).tables)}
    for table in sorted(rules.tables, key=lambda each: -order.get(each.qname, 0)):
        column = _partition_time(rules, table)
        said = rules.retention_days(table)
        if column is not None:
            found.append(Period(table, column, "partitions", *_kept(rules, table, said)))
        elif (written := growing.get(table.qname) or (_time(rules, table) if said is not None else None)) is not None:
            found.append(Period(table, written, "batches", *_kept(rules, table, said)))
    return tuple(found)


def _partition_time(rules: Context, table: Table) -> str | None:
    """The time that a table is partitioned by, by its value and nothing else."""
    match = _RANGE.fullmatch(table.partition_key or "")
    name = match[1].split(",")[0].strip() if match else None
    if name is None or not table.has_column(name):
        return None
    return name if rules.family(table.column(name).type) in _TIMES else None


def _time(rules: Context, table: Table) -> str | None:
    times = [column for column in table.columns if rules.family(column.type) in _TIMES]
    ends = [column for column in times if _END & set(words(column.name))]
    written = [column for column in times if not column.nullable]
    return next((column.name for column in (*ends, *written)), None)


def _kept(rules: Context, table: Table, said: float | None) -> tuple[float | None, str]:
    """The longer of what was said and what a law asks for."""
    laws: list[tuple[float, str]] = []
    if needed := needed_years(rules, table):
        laws.append((needed[0] * 365.25, f"{needed[1]} asks for {needed[0]} years"))
    if is_trail(table) and rules.regime("pci_dss"):
        laws.append((365.25, f"{regime_name('pci_dss')} 10.5.1 asks for 12 months of audit logs"))
    law = max(laws, default=None)
    if said is not None:
        words_ = f"the intake says so ({rules.retention_path(table)})"
        return (said, words_) if law is None or said >= law[0] - 5 else (law[0], f"{law[1]}, more than the intake says")
    if law is not None:
        return law
    return None, "nobody has said how long yet: set keep"
