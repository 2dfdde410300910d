"""Table with many indexes for its rate of writes.

Symptom: A table has seven indexes or more and is written ten times a second or grows by a million rows a month; or it has
fifteen and more.

Why it matters: Each INSERT writes an entry into every index, and so does an UPDATE that cannot stay within its page. Ten
indexes are eleven writes for one row, each of them logged and sent to the replicas; VACUUM reads all of them.

When it is fine: Reads are what the table is for, and rows are loaded at night.

How to fix: Start with the indexes that no query uses, those that a longer one covers, and those on flags; a partial index
takes only the rows that are searched for. Look at pg_stat_user_indexes over a whole business cycle.

Source: PostgreSQL documentation, Indexes, Introduction; PostgreSQL documentation, Heap-Only Tuples; sqlcheck, Too Many
Indexes.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import big, rate_text

_MANY, _VERY_MANY = 7, 15
_RATE, _GROWTH = 10.0, 1_000_000


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    for table in context.tables:
        number = len(context.accesses(table))
        if number < _MANY:
            continue
        rate = _inserts(context, table)
        growth = context.scale(table).growth_per_month or 0
        if rate >= _RATE or growth >= _GROWTH or (number >= _VERY_MANY and not context.is_small(table)):
            yield _finding(context, table, number, rate, growth)


def _inserts(context: Context, table: Table) -> float:
    return sum(
        query.rate or 0
        for query in context.queries_on(table)
        if query.statement.verb in ("insert", "merge") and query.written and context.root(query.written) is table
    )


def _finding(context: Context, table: Table, number: int, rate: float, growth: int) -> Finding:
    if rate >= _RATE:
        much = f"rows come {rate_text(rate)}, and each writes {number} entries: {rate * number:,.0f} a second"
    elif growth >= _GROWTH:
        much = f"{big(growth)} rows a month write {big(growth * number)} entries"
    else:
        much = "each row writes an entry into every one of them"
    return RULE.finding(
        f"{table.qname} has {number} indexes, those behind keys among them; {much}",
        table=table,
        severity="medium" if rate >= 10 * _RATE or growth >= 10 * _GROWTH else None,
        confidence="likely" if rate >= _RATE else None,
        because=(context.growth_path(table),) if growth >= _GROWTH else (),
    )


RULE = Rule(
    name="too-many-indexes",
    area="indexes",
    severity="low",
    confidence="hint",
    summary="A table has many indexes for the rate at which it is written",
    check=check,
    turns=(("scale.tables", f"found from {_GROWTH:,} rows a month; medium from ten times as many"),),
)
