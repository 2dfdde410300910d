"""Constraint that old rows need not meet.

Symptom: A foreign key or check constraint was added NOT VALID, or is NOT ENFORCED, and was never validated.

Why it matters: Rows from before the constraint may break it, and whoever reads the schema believes that they do not. The
planner does not use such a constraint either.

When it is fine: For the time between adding it and validating it in a migration.

How to fix: Repair the rows that break it, then VALIDATE CONSTRAINT; reads and writes go on meanwhile.

Source: PostgreSQL documentation, ALTER TABLE; squawk rule constraint-missing-not-valid.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Check, ForeignKey
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such constraint."""
    for table in context.tables:
        items: list[ForeignKey | Check] = [*table.foreign_keys, *table.checks]
        for item in items:
            if item.validated and item.enforced:
                continue
            columns = item.columns if isinstance(item, ForeignKey) else ()
            alter = f"ALTER TABLE {dotted(table.qname)}"
            if item.enforced:
                words = "was never validated: rows from before it may break it"
                fix = Fix(f"{alter} VALIDATE CONSTRAINT {ident(item.name)};", note="Reads the table; writes go on.")
            else:
                words = "is not enforced: any row may break it"
                fix = None
            yield RULE.finding(
                f"The constraint {item.name} of {table.qname} {words}",
                table=table,
                columns=columns,
                object=item.name,
                line=item.line,
                fix=fix,
            )


RULE = Rule(
    name="constraint-not-validated",
    area="constraints",
    severity="low",
    confidence="certain",
    summary="A constraint was added NOT VALID or NOT ENFORCED, so that rows may break it",
    check=check,
)
