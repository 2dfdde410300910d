"""Limit that nothing in the database keeps.

Symptom: The intake says that something must never be exceeded, overdrawn or sold twice, and the workload adds to the column that
counts it without a condition, while no CHECK bounds it; or that something is never negative, and no CHECK says so of its amounts.

Why it matters: The program reads first and adds after. Two requests read the same value, both find room, and both add: the limit is
exceeded by the second, at the very moment for which it was made.

When it is fine: The row is locked by SELECT … FOR UPDATE in the same transaction before the program decides.

How to fix: Decide where the value is: UPDATE … SET used = used + :n WHERE id = :id AND used + :n <= limit, and look whether a row
was changed; or a CHECK on the row, for which the limit has to stand beside the counter.

Source: PostgreSQL documentation, Transaction Isolation; TigerBeetle documentation, balance limits (debits_must_not_exceed_credits).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, free_name, ident
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.rules.promises import tables_of
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.transactions import transactions
from dbarch_widgets.rules.words import and_list, bag, words

_NEVER = re.compile(
    r"never (exceed|sold|over|neg|below|above|twice|more|less)|not (exceed|negative|overdr)|no (overdr|oversell|negative|double)"
    r"|at most|must not be exceeded",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(r"(?:never|not|no) (?:be )?negative|below (?:zero|0)|overdr", re.IGNORECASE)
_AMOUNT = bag("amount balance quantity qty stock available units cash")
_NUMBERS = ("numeric", "bigint", "integer", "smallint", "double precision", "real")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query that adds without a bound."""
    locked = {step.name for each in transactions(context) for step in each.steps if _locks_first(each.steps, step)}
    for key, text in (context.consistency or {}).items():
        if not _NEVER.search(text):
            continue
        for table in tables_of(context, key):
            added = [
                (query, column)
                for query in context.queries_on(table)
                if query.name not in locked and (column := _unbounded(query, table))
            ]
            if not added and _NEGATIVE.search(text) and (bare := _unchecked(context, table)):
                yield _no_check(context, key, text, table, bare)
            for query, column in added:
                yield RULE.finding(
                    f"{query.name} adds to {table.qname}.{column}{query.often} without a condition and no CHECK bounds it, but the "
                    f"intake says of {key}: {text}",
                    table=table,
                    columns=(column,),
                    query=query,
                    because=(f"consistency.{key}",),
                )


def _unchecked(context: Context, table: Table) -> tuple[str, ...]:
    """The amounts that no CHECK looks at, of a table without a trigger that could."""
    if table.kind == "foreign" or any("update" in trigger.events for trigger in table.triggers):
        return ()
    return tuple(
        column.name
        for column in table.columns
        if set(words(column.name)[-1:]) & _AMOUNT
        and context.family(column.type) in _NUMBERS
        and not any(mentions(item.expression, column.name) for item in table.checks)
    )


def _no_check(context: Context, key: str, text: str, table: Table, names: tuple[str, ...]) -> Finding:
    alter = f"ALTER TABLE {dotted(table.qname)}"
    condition = " AND ".join(f"{ident(name)} >= 0" for name in names)
    name = ident(free_name(context, table, [*names, "not_negative"], "check"))
    return RULE.finding(
        f"No CHECK keeps {and_list(names)} of {table.qname} from falling below zero, but the intake says of {key}: {text}",
        table=table,
        columns=names,
        fix=Fix(
            f"{alter} ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID;\n{alter} VALIDATE CONSTRAINT {name};",
            note="A write that would go below zero is refused then; rows that are below it already stop the validation.",
        ),
        because=(f"consistency.{key}",),
    )


def _unbounded(query: ReadQuery, table: Table) -> str | None:
    if query.statement.verb != "update" or query.written is not table:
        return None
    compared = {item.column.name for item in query.conditions(0)}
    for name in query.statement.added_to:
        bounded = any(mentions(item.expression, name) for item in table.checks)
        watched = any("update" in trigger.events for trigger in table.triggers)
        if name not in compared and not bounded and not watched and name not in ("version", "revision", "lock_version"):
            return name
    return None


def _locks_first(steps: tuple[ReadQuery, ...], step: ReadQuery) -> bool:
    before = steps[: steps.index(step)]
    return any(block.locks and step.written in earlier.tables for earlier in before for block in earlier.blocks)


RULE = Rule(
    name="invariant-not-enforced",
    area="trading",
    severity="high",
    confidence="likely",
    summary="A limit that must never be exceeded is only looked at by the program, before it adds",
    check=check,
    needs=("workload",),
)
