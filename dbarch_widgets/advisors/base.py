"""What an advisor is, and what it may look at."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from dbarch_widgets.advisors.row_width import row_bytes
from dbarch_widgets.intake.regimes import regime_key
from dbarch_widgets.model.finding import Because
from dbarch_widgets.model.intake import Intake, TableScale
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.model.weighing import Option, Weighing
from dbarch_widgets.model.workload import Workload

__all__ = ["KEEPS_RECORDS", "Advisor", "Because", "Brief", "Option", "Weighing", "keep_their_data"]

# The regimes that ask to keep records for years.
KEEPS_RECORDS = ("mifid2", "cftc", "sec_17a4", "cat", "emir", "pci_dss", "sox")


@dataclass(frozen=True)
class Brief:
    """The schema, the answers, and the workload where there is one."""

    schema: Schema
    intake: Intake
    workload: Workload | None = None

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The tables without partitions and foreign tables."""
        return tuple(table for table in self.schema.base_tables if table.kind != "foreign")

    def scale(self, table: Table) -> TableScale:
        """Rows and growth as the intake has them."""
        scales = self.intake.scale.tables
        return scales.get(f"{table.schema}.{table.name}") or scales.get(table.name) or TableScale()

    @cached_property
    def growing(self) -> tuple[tuple[Table, int, int], ...]:
        """Tables that the intake gives a growth: table, rows now, rows a month; the largest in two years first."""
        found = []
        for table in self.tables:
            scale = self.scale(table)
            if scale.growth_per_month:
                found.append((table, scale.rows or 0, scale.growth_per_month))
        return tuple(sorted(found, key=lambda each: -(each[1] + 24 * each[2]) * row_bytes(each[0])))

    @cached_property
    def bytes_in_two_years(self) -> int:
        """A rough size of all tables whose rows are stated: rows in two years times the bytes of a row, without indexes."""
        total = 0
        for table in self.tables:
            scale = self.scale(table)
            total += ((scale.rows or 0) + 24 * (scale.growth_per_month or 0)) * row_bytes(table)
        return total

    @property
    def peak_writes(self) -> float | None:
        """Writes a second in the worst hour."""
        writes = self.intake.scale.writes_per_second
        return None if writes is None else writes * (self.intake.scale.peak_factor or 1)

    @property
    def peak_reads(self) -> float | None:
        """Reads a second in the worst hour."""
        reads = self.intake.scale.reads_per_second
        return None if reads is None else reads * (self.intake.scale.peak_factor or 1)

    def regime(self, *names: str) -> tuple[str, ...]:
        """Which of these regimes were named, in whatever spelling; as the intake has them."""
        said = {regime_key(regime): regime for regime in self.intake.regimes or ()}
        return tuple(said[name] for name in names if name in said)

    @property
    def on_the_edge(self) -> bool:
        """Whether Cloudflare D1 was named as a target."""
        return any("d1" in re.findall(r"[a-z0-9]+", engine.lower()) for engine in self.intake.engines.values())

    @property
    def must_stay(self) -> tuple[str, ...]:
        """The regions whose data must not leave them."""
        return tuple(region.name for region in self.intake.regions or () if region.data_must_stay)


def keep_their_data(regions: Sequence[str]) -> str:
    """`eu-west and ap-south must keep their data`."""
    names = " and ".join(part for part in (", ".join(regions[:-1]), *regions[-1:]) if part)
    return f"{names} must keep {'its' if len(regions) == 1 else 'their'} data"


@dataclass(frozen=True)
class Advisor:
    """One question. `weigh` answers None when the answers do not raise it."""

    topic: str
    weigh: Callable[[Brief], Weighing | None]
