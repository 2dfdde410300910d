"""Table on which each write starts many triggers.

Symptom: A table has several row triggers for the same event, or one and is written many times a second.

Why it matters: A row trigger is a function call for each row, mostly in PL/pgSQL with queries of its own: a bulk load of a million rows
is as many calls, and the locks that they take are held to the end. They fire in the order of their names, which nobody sees in the
program; each may change the row that the next one gets.

When it is fine: Triggers that only refuse, such as one that keeps a table append-only, cost little.

How to fix: One trigger that does all, in an order that is written down; statement triggers with transition tables (REFERENCING NEW
TABLE) for what can be done at once; generated columns and constraints instead of code.

Source: PostgreSQL documentation, Overview of Trigger Behavior; PostgreSQL documentation, CREATE TRIGGER.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.objects import Trigger
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list, rate_text

_MANY = 3
_OFTEN = 200.0


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table and event."""
    for table in context.tables:
        for event in ("insert", "update", "delete"):
            fired = [each for each in table.triggers if _fires(each, event)]
            rate = _rate(context, table, event)
            if len(fired) < _MANY and not (fired and rate >= _OFTEN):
                continue
            names = and_list((each.name for each in fired), at_most=4)
            how = f", {rate_text(rate)}" if rate else ""
            yield RULE.finding(
                f"Each row of {table.qname} that an {event.upper()} writes calls {names}{how}"
                if event != "delete"
                else f"Each row that a DELETE takes from {table.qname} calls {names}{how}",
                table=table,
                object=event,
                line=fired[0].line or table.line,
                severity="medium" if rate >= _OFTEN and len(fired) >= 2 else None,
            )
            break


def _fires(trigger: Trigger, event: str) -> bool:
    refuses = any(
        word in f"{trigger.name} {trigger.function}".lower() for word in ("append_only", "refuse", "readonly")
    )
    return trigger.for_each_row and event in trigger.events and trigger.fires != "disabled" and not refuses


def _rate(context: Context, table: Table, event: str) -> float:
    return sum(
        query.rate or 0
        for query in context.queries_on(table)
        if query.statement.verb == event and query.written and context.root(query.written) is table
    )


RULE = Rule(
    name="trigger-heavy-table",
    area="operations",
    severity="low",
    confidence="hint",
    summary="Each row that is written calls several triggers",
    check=check,
)
