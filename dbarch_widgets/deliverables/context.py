"""What a part may look at beside the review: the target schema and the fixes that lead to it, computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dbarch_widgets.deliverables.choosing import choose
from dbarch_widgets.deliverables.target import Target, make_target
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.rules.context import Context
from dbarch_widgets.sql.postgres_words import in_postgres_words

if TYPE_CHECKING:
    from dbarch_widgets.deliverables.tenancy.plan import TenancyPlan

DIALECTS = {"postgres": "PostgreSQL", "sqlite": "SQLite and D1", "duckdb": "DuckDB", "mysql": "MySQL and MariaDB"}


@dataclass(frozen=True)
class DeliveryContext:
    """`fix` says which findings' fixes make the target (`choosing.py`); `review.schema` is where it starts."""

    review: Review
    fix: str | None = None

    @property
    def dialect(self) -> str:
        """Whose words the schema is in: `postgres`, `sqlite` …"""
        return self.review.schema.dialect

    @property
    def database(self) -> str:
        """The name of that database, for people."""
        return DIALECTS.get(self.dialect, self.dialect)

    @cached_property
    def chosen(self) -> tuple[Finding, ...]:
        """The findings whose fixes are wanted, worst first."""
        return choose(self.review.findings, self.fix)

    @cached_property
    def goal(self) -> Target:
        """The target with the fixes that are in it and those that are not, each with its reason."""
        return make_target(self.review.schema, self.chosen)

    @property
    def target(self) -> Schema:
        """The schema with the fixes applied."""
        return self.goal.schema

    @cached_property
    def tenancy(self) -> TenancyPlan | None:
        """The way to tables that tenants share; None where they share none, all is fenced, or this is not PostgreSQL."""
        from dbarch_widgets.deliverables.tenancy.plan import plan_of

        return plan_of(self) if self.dialect == "postgres" else None

    @cached_property
    def rules(self) -> Context:
        """What rules see of the target: tenants, sizes, workload, answers; in PostgreSQL's words."""
        return Context(in_postgres_words(self.target), self.review.workload, self.review.intake)
