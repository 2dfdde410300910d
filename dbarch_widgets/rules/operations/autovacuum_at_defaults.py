"""Large table that is vacuumed late.

Symptom: A large table is updated or deleted from all the time, and has autovacuum's usual thresholds.

Why it matters: Autovacuum begins when a fifth of the table is dead (autovacuum_vacuum_scale_factor 0.2). In a table of a hundred
million rows that is twenty million dead ones: scans and indexes carry them for hours or days, and then one vacuum runs for as
long. Statistics are renewed after a tenth, just as late.

When it is fine: The table is partitioned so that each part is small; partitioned tables are not reported.

How to fix: ALTER TABLE … SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.005).

Source: PostgreSQL documentation, Automatic Vacuuming; PostgreSQL documentation, The Autovacuum Daemon.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted
from dbarch_widgets.rules.updates import has_option
from dbarch_widgets.rules.words import big

_SHARE, _MANY_DEAD = 0.2, 1_000_000
_SELDOM_HOURS = 24 * 60
_OPTIONS = ("autovacuum_vacuum_scale_factor", "autovacuum_vacuum_threshold", "autovacuum_vacuum_max_threshold")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    for table in context.tables:
        rows = context.scale(table).rows
        if table.kind != "table" or not rows or rows * _SHARE < _MANY_DEAD or has_option(context, table, *_OPTIONS):
            continue
        rate = _dying(context, table)
        if rate <= 0:
            continue
        dead = rows * _SHARE
        hours = dead / rate / 3600
        if not 1 <= hours <= _SELDOM_HOURS:
            continue  # it is vacuumed often enough, or hardly anything dies
        when = f"every {hours / 24:,.0f} days" if hours >= 48 else f"every {hours:,.0f} hours"
        sql = (
            f"ALTER TABLE {dotted(table.qname)} SET (autovacuum_vacuum_scale_factor = 0.01, "
            "autovacuum_analyze_scale_factor = 0.005);"
        )
        yield RULE.finding(
            f"{table.qname} is vacuumed when a fifth of its {big(rows)} rows is dead: {big(dead)} dead rows, {when} at the rate of "
            "the workload",
            table=table,
            fix=Fix(sql),
            because=(context.rows_path(table),),
        )


def _dying(context: Context, table: Table) -> float:
    """Updates a second, and deletes; each leaves a dead row."""
    return sum(
        query.rate or 0
        for query in context.queries_on(table)
        if query.statement.verb in ("update", "delete") and query.written and context.root(query.written) is table
    )


RULE = Rule(
    name="autovacuum-at-defaults",
    area="operations",
    severity="low",
    confidence="likely",
    summary="A large table that is updated is vacuumed only when a fifth of it is dead",
    check=check,
    needs=("workload",),
    only_for=("postgres",),
)
