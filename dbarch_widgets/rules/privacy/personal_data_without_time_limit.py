"""Personal data of no known age.

Symptom: A table holds personal data, and no column of it, nor of a row that it belongs to, says from when they are.

Why it matters: A time limit needs a time: without one nobody can delete what is older than the purpose, and the record of
processing cannot name a limit that is kept.

When it is fine: A handful of rows that people keep in order by hand.

How to fix: A column `created_at` (with a default for new rows), or better the time after which the row may go; a job that
deletes by it.

Source: GDPR Article 5(1)(e) storage limitation; GDPR Article 30(1)(f).
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted
from dbarch_widgets.rules.words import and_list

_TIMES = ("timestamp with time zone", "timestamp without time zone", "date")
_COUNTED = ("integer", "bigint", "numeric", "bytea")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    if context.regime("gdpr") is False:
        return
    for table in context.designed:
        found = [
            each.column
            for each in context.classification.of(table.qname)
            if each.data_class in ("identifier", "contact", "special", "criminal", "telemetry")
            and each.confidence != "hint"
        ]
        if found and not context.is_small(table) and not _has_time(context, table, 3):
            yield _finding(context, table, found)


def _has_time(context: Context, table: Table, steps: int) -> bool:
    """Whether the row, or one that it belongs to, has a time of its own: a birthday is none."""
    for column in table.columns:
        each = context.classification.find(table.qname, column.name)
        dated = context.family(column.type) in _TIMES or _is_epoch(context, column.name, column.type)
        if dated and (each is None or each.category != "date of birth"):
            return True
    if steps == 0:
        return False
    parents = [context.schema.find(key.target) for key in table.foreign_keys if key.target != table.qname]
    return any(parent is not None and _has_time(context, parent, steps - 1) for parent in parents)


def _is_epoch(context: Context, name: str, type: str) -> bool:
    """Whether a number or a text is a time by its name: `clock`, `lastchange`, `created`, `expires_at`."""
    lowered = name.lower()
    said = (
        "time",
        "clock",
        "date",
        "created",
        "updated",
        "expir",
        "lastaccess",
        "lastlogin",
        "lastchange",
        "lastseen",
        "touched",
        "registration",
        "since",
    )
    return any(word in lowered for word in said) and (
        context.family(type) in _COUNTED or context.is_text(type) or "time" in type
    )


def _finding(context: Context, table: Table, found: list[str]) -> Finding:
    sql = f"ALTER TABLE {dotted(table.qname)} ADD COLUMN created_at timestamp with time zone NOT NULL DEFAULT now();"
    free = not table.has_column("created_at") and table.kind == "table"
    return RULE.finding(
        f"Nothing says from when {and_list(found, at_most=4)} of {table.qname} {'is' if len(found) == 1 else 'are'}: no time limit can be kept",
        table=table,
        columns=tuple(found),
        severity="medium" if context.regime("gdpr") else None,
        fix=Fix(sql, note="Rows that are there get the time of the change, which is the earliest that can be proved.")
        if free
        else None,
        because=("regimes",),
    )


RULE = Rule(
    name="personal-data-without-time-limit",
    area="privacy",
    severity="low",
    confidence="likely",
    summary="No column says from when personal data are, so that no time limit can be kept",
    check=check,
)
