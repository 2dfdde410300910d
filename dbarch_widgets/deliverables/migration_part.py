"""The migration from the schema of the review to the target, and back."""

from __future__ import annotations

from dbarch_widgets.deliverables.conversions import conversions
from dbarch_widgets.deliverables.migration import Hints, Migration, plan_migration
from dbarch_widgets.deliverables.migration.files import migration_files
from dbarch_widgets.deliverables.migration.sqlite import sqlite_files
from dbarch_widgets.deliverables.part import DeliveryContext, File, LeftOut, Part
from dbarch_widgets.model.review import Review


def write(review: Review, context: DeliveryContext) -> tuple[File, ...]:
    """The steps as files, with the script that runs them."""
    if context.dialect == "sqlite":
        return sqlite_files(context)
    if context.dialect != "postgres":
        raise LeftOut(
            f"fixes are written for PostgreSQL and SQLite only, and this is {context.database}: there is nothing to migrate"
        )
    migration = migration_of(context)
    if not migration.steps:
        raise LeftOut("the target is the schema as it is: there is nothing to migrate")
    return migration_files(migration)


def migration_of(context: DeliveryContext) -> Migration:
    """The plan for the fixes that were chosen."""
    goal = context.goal
    scales = {table.qname: context.rules.scale(table).rows for table in context.target.tables}
    rows = {name: count for name, count in scales.items() if count is not None}
    hints = Hints(conversions(context.review.schema, goal.applied), goal.carried, rows, goal.applied)
    return plan_migration(context.review.schema, context.target, hints)


PART = Part("migration", "Migration", write)
