"""What the intake says, as rules ask for it: None wherever nobody said it.

A rule names the answers that its finding rests on by their paths: `rule.finding(..., because=("tenancy.tenants",))`.
`run_rules` puts the answer beside each path, and leaves out a path that nobody answered.
"""

from __future__ import annotations

import re
from dataclasses import replace

from dbarch_widgets.model.answers import answer_at
from dbarch_widgets.model.finding import Because, Finding
from dbarch_widgets.model.intake import Intake, TableScale
from dbarch_widgets.model.schema import Table

_VERSION = re.compile(r"\b(?:postgres\w*|pg|pgsql)\W*v?(\d{1,2})\b|\A\W*(\d{2})\b", re.IGNORECASE)
_POSTGRES = re.compile(r"\b(?:postgres\w*|pg)\b|\bpg\d", re.IGNORECASE)
_D1 = re.compile(r"\bd1\b", re.IGNORECASE)
_SAME = {
    "mifir": "mifid2", "mifidii": "mifid2", "mifid2mifir": "mifid2", "mifidiimifir": "mifid2",
    "doddfrank": "cftc", "doddfrankcftc": "cftc", "sec17a4": "sec_17a4", "17a4": "sec_17a4",
    "emirrefit": "emir", "pci": "pci_dss", "pcidss": "pci_dss", "dsgvo": "gdpr",
}  # fmt: skip


def regime_key(name: str) -> str:
    """The one spelling of a regime: `MiFID II`, `MiFIR` and `mifid2` are `mifid2`."""
    bare = re.sub(r"[^a-z0-9]", "", name.lower())
    return _SAME.get(bare, name.strip().lower().replace("-", "_").replace(" ", "_"))


class Answers:
    """The answers of the intake. `Context` inherits them."""

    intake: Intake | None

    # ------------------------------------------------------------ the system

    @property
    def stage(self) -> str | None:
        """`planned`, `running` or `migrating`."""
        return self.intake.system.stage if self.intake else None

    @property
    def is_planned(self) -> bool:
        """Whether nothing runs yet: a table may still be changed for nothing."""
        return self.stage == "planned"

    # ------------------------------------------------------------ scale

    def _scale_key(self, table: Table) -> str | None:
        said = self.intake.scale.tables if self.intake else {}
        return next((name for name in (f"{table.schema}.{table.name}", table.name) if name in said), None)

    def scale(self, table: Table) -> TableScale:
        """Rows and growth of the table as the intake has them; both None when it does not say."""
        key = self._scale_key(table)
        return self.intake.scale.tables[key] if self.intake and key else TableScale()

    def rows_path(self, table: Table) -> str:
        """Where the intake says the rows of the table, for `because`."""
        return f"scale.tables.{self._scale_key(table) or table.name}.rows"

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
        return self.intake.scale.writes_per_second if self.intake else None

    @property
    def reads_per_second(self) -> float | None:
        """Reads a second in a busy hour."""
        return self.intake.scale.reads_per_second if self.intake else None

    @property
    def peak_factor(self) -> float:
        """By how much the worst hour is busier; 1 when nobody said."""
        return (self.intake.scale.peak_factor if self.intake else None) or 1.0

    @property
    def peak_writes_per_second(self) -> float | None:
        """Writes a second in the worst hour."""
        writes = self.writes_per_second
        return None if writes is None else writes * self.peak_factor

    # ------------------------------------------------------------ people and their data

    @property
    def said_tenants(self) -> int | None:
        """How many tenants the intake speaks of; `Context.tenants` is what the schema shows."""
        return self.intake.tenancy.tenants if self.intake else None

    @property
    def tenancy_model(self) -> str | None:
        """`shared_table`, `schema_per_tenant`, `database_per_tenant` or `none`, in small letters with underscores."""
        model = self.intake.tenancy.model if self.intake else None
        return model.strip().lower().replace(" ", "_") if model else None

    @property
    def regions(self) -> tuple[str, ...] | None:
        """The names of the regions."""
        if self.intake is None or self.intake.regions is None:
            return None
        return tuple(region.name for region in self.intake.regions)

    @property
    def data_classes(self) -> frozenset[str] | None:
        """Classes of data in small letters: `personal`, `special`, `financial`, `credentials` …; empty: none of them."""
        if self.intake is None or self.intake.data_classes is None:
            return None
        return frozenset(name.strip().lower() for name in self.intake.data_classes) - {"none"}

    @property
    def regimes(self) -> frozenset[str] | None:
        """The regimes by their key, empty when the answer is that none applies."""
        if self.intake is None or self.intake.regimes is None:
            return None
        return frozenset(map(regime_key, self.intake.regimes)) - {"none"}

    def regime(self, name: str) -> bool | None:
        """Whether a regime applies (`gdpr`, `mifid2`, `cftc`, `sec_17a4`, `cat`, `emir`, `pci_dss`, `sox`)."""
        said = self.regimes
        return None if said is None else regime_key(name) in said

    # ------------------------------------------------------------ recovery and engines

    @property
    def rpo_seconds(self) -> float | None:
        """How many seconds of data may be lost."""
        return self.intake.recovery.rpo_seconds if self.intake else None

    @property
    def rto_seconds(self) -> float | None:
        """Within how many seconds it must run again."""
        return self.intake.recovery.rto_seconds if self.intake else None

    @property
    def postgres_version(self) -> int | None:
        """The major version of PostgreSQL that is set, the lowest when several are."""
        found = []
        for role, engine in (self.intake.engines if self.intake else {}).items():
            about_postgres = _POSTGRES.search(engine) or _POSTGRES.search(role)
            if about_postgres and (match := _VERSION.search(engine)):
                found.append(int(match[1] or match[2]))
        return min(found, default=None)

    @property
    def on_d1(self) -> bool | None:
        """Whether Cloudflare D1 is among the engines."""
        if self.intake is None or not self.intake.engines:
            return None
        return any(_D1.search(f"{role} {engine}") for role, engine in self.intake.engines.items() if engine != "no")


def with_answers(finding: Finding, intake: Intake | None) -> Finding:
    """The finding with the answer beside each path of its `because`; a path that nobody answered is left out."""
    if not finding.because:
        return finding
    said = ((path, answer_at(intake, path)) for path in dict.fromkeys(each.path for each in finding.because))
    return replace(finding, because=tuple(Because(path, answer) for path, answer in said if answer is not None))
