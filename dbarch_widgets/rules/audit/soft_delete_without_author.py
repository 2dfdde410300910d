"""Deleted, but not by whom or when.

Symptom: A table marks rows as deleted by a flag without a time; or by a time, while its other columns say who made and who
changed a row, but none says who deleted it.

Why it matters: A deletion is the change that people ask about. With a flag alone nothing can be purged after a time, and a row
that was deleted by mistake cannot be told from a thousand that were meant.

When it is fine: The audit trail records deletions with author and time.

How to fix: `deleted_at` in place of the flag (a row is there while it is null), and `deleted_by` beside it.

Source: GDPR Article 5(1)(e) storage limitation; ISO/IEC 27001:2022 control 8.15.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted
from dbarch_widgets.rules.words import words

_FLAG = re.compile(r"(is_)?(deleted|removed|trashed)", re.IGNORECASE)
_AT = re.compile(r"(deleted|removed|trashed)_(at|on|time|date)", re.IGNORECASE)
_BY = re.compile(r"(created|updated|modified|changed)_?by(_id|_user)?(_id)?", re.IGNORECASE)
_TRAIL = frozenset(("audit", "history", "log", "versions", "revision", "revisions", "archive"))


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table; a trigger that writes a trail keeps the rule silent."""
    for table in context.tables:
        flag = next((column for column in table.columns if _is_flag(context, column)), None)
        time = next((name for name in table.column_names if _AT.fullmatch(name)), None)
        author = next(
            (
                name
                for name in table.column_names
                if {"deleted", "removed", "deleter"} & set(words(name)) and {"by", "deleter"} & set(words(name))
            ),
            None,
        )
        if _has_trail(table):
            continue
        if flag and not time:
            yield _finding(table, flag.name, "the flag", "when", None)
        elif time and not author and (others := [name for name in table.column_names if _BY.fullmatch(name)]):
            yield _finding(table, time, "the time", "who", others[0])


def _is_flag(context: Context, column: Column) -> bool:
    return bool(_FLAG.fullmatch(column.name)) and context.family(column.type) in ("boolean", "smallint", "integer")


def _has_trail(table: Table) -> bool:
    named = {word for trigger in table.triggers for word in words(f"{trigger.name}_{trigger.function}")}
    return bool(named & _TRAIL)


def _finding(table: Table, name: str, what: str, missing: str, beside: str | None) -> Finding:
    like = f", though {beside} says who made the other changes" if beside else ""
    if beside:
        sql = f"ALTER TABLE {dotted(table.qname)} ADD COLUMN deleted_by {column_of(table, beside).type};"
    else:
        sql = f"ALTER TABLE {dotted(table.qname)} ADD COLUMN deleted_at timestamp with time zone;"
    return RULE.finding(
        f"{name} of {table.qname} is {what} of a deletion, and nothing says {missing} deleted the row{like}"
        if missing == "who"
        else f"{name} of {table.qname} is {what} of a deletion, and nothing says since when: no time limit can be kept for such rows",
        table=table,
        columns=(name,),
        line=column_of(table, name).line,
        fix=Fix(sql, note="Statements that delete have to fill it."),
    )


RULE = Rule(
    name="soft-delete-without-author",
    area="audit",
    severity="low",
    confidence="likely",
    summary="Rows are marked as deleted, but nothing says when or by whom",
    check=check,
)
