"""More columns than D1 takes.

Symptom: A table that is to lie in D1 has more than 100 columns.

Why it matters: D1 refuses CREATE TABLE with more than 100 columns, although SQLite itself takes 2,000. It is found on the
day of the first migration.

When it is fine: The table does not go to D1.

How to fix: Move the columns that are seldom read, or that belong to one kind of row only, into a table of their own with
the same key.

Source: Cloudflare D1 documentation, Limits.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.d1 import MOST_COLUMNS, engine_path, is_d1


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    if not is_d1(context):
        return
    for table in context.tables:
        if len(table.columns) > MOST_COLUMNS:
            yield RULE.finding(
                f"{table.qname} has {len(table.columns)} columns, and D1 takes {MOST_COLUMNS}: it refuses the table",
                table=table,
                because=engine_path(context),
            )


RULE = Rule(
    name="d1-too-many-columns",
    area="edge",
    severity="high",
    confidence="certain",
    summary="A table has more columns than Cloudflare D1 takes",
    check=check,
)
