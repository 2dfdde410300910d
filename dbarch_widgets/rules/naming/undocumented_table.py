"""Table without a comment.

Symptom: A table has no comment.

Why it matters: What a row stands for, who writes it and how long it is kept is known to whoever built it, until they
leave. A comment travels with the schema into every tool.

When it is fine: Small schemas whose names say it all, and join tables.

How to fix: COMMENT ON TABLE, one sentence: what one row is, and what is not obvious about it.

Source: PostgreSQL documentation, COMMENT; tbls rule requireTableComment; SchemaCrawler linter TableWithNoRemarks.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted
from dbarch_widgets.rules.words import and_list

_FEW = 0.25


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table where most have a comment, else one for all."""
    tables = [table for table in context.designed if table.columns]
    bare = [table for table in tables if not (table.comment or "").strip()]
    if not bare:
        return
    if len(bare) == len(tables) or len(bare) > max(1, len(tables) * _FEW):
        names = and_list((str(table.qname) for table in bare), at_most=5)
        yield RULE.finding(f"{len(bare)} of {len(tables)} tables have no comment: {names}")
        return
    for table in bare:
        yield RULE.finding(
            f"{table.qname} has no comment, while {len(tables) - len(bare)} of {len(tables)} tables have one",
            table=table,
            fix=Fix(
                f"COMMENT ON TABLE {dotted(table.qname)} IS 'One row is …';",
                note="Say what one row is and who writes it.",
            ),
        )


RULE = Rule(
    name="undocumented-table",
    area="naming",
    severity="info",
    confidence="certain",
    summary="A table has no comment that says what a row stands for",
    check=check,
    not_for=("sqlite",),
)
