"""Personal data within text, JSON or logs.

Symptom: A log or an outbox keeps whole requests, bodies or e-mails, or values of a text or JSON column were seen to hold
addresses or numbers of persons.

Why it matters: Nobody finds them when a person asks for access or erasure: no column says that they are there. Logs are read
by more people, copied to more places and kept for longer than the tables that the same data came from.

When it is fine: The payload holds keys only and is deleted within days; or a job replaces addresses and numbers before it is
stored.

How to fix: Keep keys instead of copies of the data; a column of its own for what is needed; a short retention, by dropping
partitions; a filter in the application before it writes.

Source: GDPR Articles 5, 15 and 17; OWASP Logging Cheat Sheet.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Confidence, Finding
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list, bag, singular, words

_LOGS = bag(
    "log logs outbox inbox webhook delivery request requests trace error errors message messages mail email event events"
)
_WHOLE = bag("body payload request response headers params raw")
_TALK = bag("chat conversation ticket comment message messages")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table; by name only where the intake says that there are personal data, or GDPR applies."""
    personal = bool(context.regime("gdpr")) or any("person" in name for name in context.data_classes or ())
    for table in context.tables:
        seen = [each for each in context.classification.of(table.qname) if each.data_class == "free text"]
        if seen:
            names = tuple(each.column for each in seen)
            share = and_list(f"{each.seen} of {each.column}" for each in seen)
            yield _finding(context, table, names, f"addresses or numbers of persons were seen in {share}", "certain")
        elif personal and (columns := _whole(context, table)):
            yield _finding(
                context,
                table,
                tuple(column.name for column in columns),
                f"{and_list(column.name for column in columns)} keeps whole messages, with whatever personal data is in them",
                "hint",
            )


def _whole(context: Context, table: Table) -> list[Column]:
    if not set(words(singular(table.name))) & _LOGS or set(words(table.name)) & _TALK & {"chat", "ticket"}:
        return []
    return [
        column
        for column in table.columns
        if set(words(column.name)[-1:]) & _WHOLE
        and (context.is_text(column.type) or context.family(column.type) in ("json", "jsonb"))
    ]


def _finding(context: Context, table: Table, names: tuple[str, ...], what: str, confidence: Confidence) -> Finding:
    return RULE.finding(
        f"In {table.qname} {what}: a request for access or erasure does not find it",
        table=table,
        columns=names,
        line=column_of(table, names[0]).line,
        severity="medium" if confidence == "certain" else None,
        confidence=confidence,
        because=("regimes", "data_classes", context.rows_path(table)),
    )


RULE = Rule(
    name="personal-data-in-text",
    area="privacy",
    severity="low",
    confidence="hint",
    summary="Text, JSON or a log holds personal data that no column speaks of",
    check=check,
)
