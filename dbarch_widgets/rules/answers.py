"""What the intake says, as rules ask for it: None wherever nobody said it.

A rule names the answers that its finding rests on by their paths: `rule.finding(..., because=("tenancy.tenants",))`.
`run_rules` puts the answer beside each path, and leaves out a path that nobody answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, cast

from dbarch_widgets.intake.durations import days
from dbarch_widgets.intake.regimes import regime_key
from dbarch_widgets.model.answers import answer_at
from dbarch_widgets.model.finding import Because, Finding
from dbarch_widgets.model.intake import Intake, TableScale
from dbarch_widgets.model.schema import Table

_VERSION = re.compile(r"\b(?:postgres\w*|pg|pgsql)\W*v?(\d{1,2})\b|\A\W*(\d{2})\b", re.IGNORECASE)
_POSTGRES = re.compile(r"\b(?:postgres\w*|pg)\b|\bpg\d", re.IGNORECASE)
_D1 = re.compile(r"\bd1\b", re.IGNORECASE)


class Answers:
    """The answers of the intake. `Context` inherits them."""

    intake: Intake | None

    # ------------------------------------------------------------ asking

    @cached_property
    def asked(self) -> set[str]:
        """The paths that were asked for and are open, since whoever runs the rules last emptied it."""
        return set()

    def _ask(self, path: str) -> Any:
        """The answer at a path; one that is open is noted in `asked`."""
        value: Any = self.intake
        for name in path.split("."):
            value = getattr(value, name, None)
        if value is None or value == "" or (isinstance(value, Mapping) and not value):
            self.asked.add(path)
            return None
        return value

    # ------------------------------------------------------------ the system

    @property
    def stage(self) -> str | None:
        """`planned`, `running` or `migrating`."""
        return cast("str | None", self._ask("system.stage"))

    @property
    def is_planned(self) -> bool:
        """Whether nothing runs yet: a table may still be changed for nothing."""
        return self.stage == "planned"

    # ------------------------------------------------------------ scale

    def _scale_key(self, table: Table) -> str | None:
        said = self.intake.scale.tables if self.intake else {}
        return next((name for name in (f"{table.schema}.{table.name}", table.name) if name in said), None)

    def scale(self, table: Table) -> TableScale:
        """Rows and growth of the table as the intake has them; both None when it does not say.

        A planned table has no rows yet, and is not small for it: it is judged with those that a year brings.
        """
        key = self._scale_key(table)
        if self.intake is None or key is None:
            self._ask("scale.tables")
            self.asked.add(f"scale.tables.{table.schema}.{table.name}")
            return TableScale()
        said = self.intake.scale.tables[key]
        if self._is_still_empty(table):
            return replace(said, rows=12 * (said.growth_per_month or 0))
        return said

    def _is_still_empty(self, table: Table) -> bool:
        """Whether the table is planned, and known by what will come into it."""
        key = self._scale_key(table)
        said = self.intake.scale.tables[key] if self.intake and key else TableScale()
        return not said.rows and bool(said.growth_per_month) and self.is_planned

    def rows_path(self, table: Table) -> str:
        """Where the intake says the rows of the table, for `because`."""
        what = "growth_per_month" if self._is_still_empty(table) else "rows"
        return f"scale.tables.{self._scale_key(table) or table.name}.{what}"

    def growth_path(self, table: Table) -> str:
        """Where the intake says the growth of the table, for `because`."""
        return f"scale.tables.{self._scale_key(table) or table.name}.growth_per_month"

    def is_small(self, table: Table) -> bool:
        """Whether the intake says that the table is and stays small."""
        scale = self.scale(table)
        return scale.rows is not None and scale.rows + 60 * (scale.growth_per_month or 0) < 1_000

    @property
    def writes_per_second(self) -> float | None:
        """Writes a second in a busy hour, all tables together."""
        return cast("float | None", self._ask("scale.writes_per_second"))

    @property
    def reads_per_second(self) -> float | None:
        """Reads a second in a busy hour."""
        return cast("float | None", self._ask("scale.reads_per_second"))

    @property
    def peak_factor(self) -> float:
        """By how much the worst hour is busier; 1 when nobody said."""
        return float(self._ask("scale.peak_factor") or 1.0)

    @property
    def peak_writes_per_second(self) -> float | None:
        """Writes a second in the worst hour."""
        writes = self.writes_per_second
        return None if writes is None else writes * self.peak_factor

    @property
    def read_goal_ms(self) -> float | None:
        """Milliseconds within which 99 of 100 reads must be answered."""
        return cast("float | None", self._ask("latency.p99_read_ms"))

    @property
    def write_goal_ms(self) -> float | None:
        """Milliseconds within which 99 of 100 writes must be done."""
        return cast("float | None", self._ask("latency.p99_write_ms"))

    # ------------------------------------------------------------ people and their data

    @property
    def said_tenants(self) -> int | None:
        """How many tenants the intake speaks of; `Context.tenants` is what the schema shows."""
        return cast("int | None", self._ask("tenancy.tenants"))

    @property
    def tenancy_model(self) -> str | None:
        """`shared_table`, `schema_per_tenant`, `database_per_tenant` or `none`."""
        return cast("str | None", self._ask("tenancy.model"))

    def is_shared(self, table: Table) -> bool:
        """Whether the intake says that the table has the same rows for all tenants."""
        said = cast("tuple[str, ...] | None", self._ask("tenancy.shared")) or ()
        return f"{table.schema}.{table.name}" in said or table.name in said

    @property
    def regions(self) -> tuple[str, ...] | None:
        """The names of the regions."""
        found = self._ask("regions")
        return None if found is None else tuple(region.name for region in found)

    @property
    def staying_regions(self) -> tuple[str, ...] | None:
        """The names of the regions whose data must stay there."""
        found = self._ask("regions")
        return None if found is None else tuple(region.name for region in found if region.data_must_stay)

    @property
    def data_classes(self) -> frozenset[str] | None:
        """Classes of data: `personal`, `special`, `financial`, `payment_card`, `credentials` …; empty: none of them."""
        found = self._ask("data_classes")
        return None if found is None else frozenset(name.strip().lower() for name in found) - {"none"}

    @property
    def data_subjects(self) -> tuple[str, ...] | None:
        """Whose data it is: `customers`, `employees`, `children` …"""
        return cast("tuple[str, ...] | None", self._ask("data_subjects"))

    @property
    def retention(self) -> Mapping[str, str] | None:
        """How long what is kept, as it was said."""
        return cast("Mapping[str, str] | None", self._ask("retention"))

    def retention_days(self, table: Table) -> float | None:
        """Days that rows of the table are kept, infinite for ever; None when nobody said it of the table."""
        said = self.retention or {}
        found = next((said[name] for name in (f"{table.schema}.{table.name}", table.name) if name in said), None)
        return days(found) if found else None

    def retention_path(self, table: Table) -> str:
        """Where the intake says how long rows of the table are kept, for `because`."""
        said = self.intake.retention if self.intake else {}
        full = f"{table.schema}.{table.name}"
        return f"retention.{full if full in said else table.name}"

    @property
    def consistency(self) -> Mapping[str, str] | None:
        """What must hold for an operation or a table, as it was said."""
        return cast("Mapping[str, str] | None", self._ask("consistency"))

    @property
    def regimes(self) -> frozenset[str] | None:
        """The regimes by their key, empty when the answer is that none applies."""
        found = self._ask("regimes")
        return None if found is None else frozenset(map(regime_key, found)) - {"none"}

    def regime(self, name: str) -> bool | None:
        """Whether a regime applies (`gdpr`, `mifid2`, `cftc`, `sec_17a4`, `cat`, `emir`, `pci_dss`, `sox`)."""
        said = self.regimes
        return None if said is None else regime_key(name) in said

    # ------------------------------------------------------------ recovery and engines

    @property
    def rpo_seconds(self) -> float | None:
        """How many seconds of data may be lost."""
        return cast("float | None", self._ask("recovery.rpo_seconds"))

    @property
    def rto_seconds(self) -> float | None:
        """Within how many seconds it must run again."""
        return cast("float | None", self._ask("recovery.rto_seconds"))

    @property
    def replica(self) -> str | None:
        """`none`, `async` or `sync`."""
        return cast("str | None", self._ask("recovery.replica"))

    @property
    def engines(self) -> Mapping[str, str] | None:
        """The engine of each role, as it was said."""
        return cast("Mapping[str, str] | None", self._ask("engines"))

    @property
    def postgres_version(self) -> int | None:
        """The major version of PostgreSQL that is set, the lowest when several are."""
        found = []
        for role, engine in (self.engines or {}).items():
            about_postgres = _POSTGRES.search(engine) or _POSTGRES.search(role)
            if about_postgres and (match := _VERSION.search(engine)):
                found.append(int(match[1] or match[2]))
        return min(found, default=None)

    @property
    def on_d1(self) -> bool | None:
        """Whether Cloudflare D1 is among the engines."""
        said = self.engines
        if said is None:
            return None
        return any(_D1.search(f"{role} {engine}") for role, engine in said.items() if engine not in ("no", "none"))

    @property
    def team_size(self) -> int | None:
        """How many people look after it."""
        return cast("int | None", self._ask("team.size"))


def with_answers(finding: Finding, intake: Intake | None) -> Finding:
    """The finding with the answer beside each path of its `because`; a path that nobody answered is left out."""
    if not finding.because:
        return finding
    said = ((path, answer_at(intake, path)) for path in dict.fromkeys(each.path for each in finding.because))
    return replace(finding, because=tuple(Because(path, answer) for path, answer in said if answer is not None))
