"""Span that may end before it begins.

Symptom: Two columns say from when to when (`starts_at` and `ends_at`, `valid_from` and `valid_to`) and no check compares
them.

Why it matters: A span with its ends the wrong way round contains nothing: no query for "valid now" finds the row, durations
are negative, and a range made of the two raises an error in the query that builds it.

When it is fine: The second column is not the end of the first. The names have to be a pair for the rule to speak.

How to fix: CHECK (ends_at >= starts_at), added NOT VALID and validated after cleaning up; a null end passes. Or one range
column, whose type refuses such a span.

Source: PostgreSQL documentation, Check Constraints; PostgreSQL documentation, Range Types.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, free_name, ident
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.rules.words import and_list, bag, count_of, words

_PAIRS = (
    ("start", "end"), ("starts", "ends"), ("started", "ended"), ("started", "finished"), ("begin", "end"),
    ("begins", "ends"), ("from", "to"), ("from", "until"), ("opens", "closes"),
    ("admitted", "discharged"), ("raised", "cleared"), ("opened", "closed"), ("check_in", "check_out"), ("checkin", "checkout"), ("valid_from", "valid_to"), ("valid_from", "valid_until"),
    ("von", "bis"), ("beginn", "ende"), ("desde", "hasta"), ("inicio", "fin"), ("debut", "fin"), ("departs", "arrives"),
)  # fmt: skip
_TIMES = ("timestamp", "date")
_NUMBERS = ("numeric", "integer", "bigint", "smallint")
# The part of a time below the second counts on its own.
_FRACTIONS = bag("usec usecs nsec nsecs msec micros nanos fraction")
_MANY = 6


def check(context: Context) -> Iterator[Finding]:
    """One finding for each pair of columns, or one for all when there are many."""
    found = [(table, *pair) for table in context.designed for pair in _pairs(context, table)]
    if len(found) <= _MANY:
        for table, low, high in found:
            yield _finding(context, table, low, high)
        return
    some = and_list((f"{table.qname}.{low}" for table, low, _ in found), at_most=3)
    yield RULE.finding(
        f"{count_of(len(found), 'span')} may end before they begin ({some}): no check compares the two columns",
        file=context.only_file,
    )


def _pairs(context: Context, table: Table) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for first, second in _PAIRS:
        for column in table.columns:
            low = f"_{_spelt(column.name)}_"
            if f"_{first}_" not in low or column.name in seen:
                continue
            other = _other_end(table, low.replace(f"_{first}_", f"_{second}_", 1).strip("_"))
            if other is None or not _is_span(context, first, column, other):
                continue
            seen.add(column.name)
            # From one place to another is no span.
            tied = any(column.name in key.columns for key in table.foreign_keys)
            if not tied and not _is_compared(table, column.name, other.name):
                yield column.name, other.name


def _other_end(table: Table, name: str) -> Column | None:
    return next((column for column in table.columns if _spelt(column.name) == name), None)


def _spelt(name: str) -> str:
    """The name in snake case, however it is written."""
    return "_".join(words(name))


def _is_span(context: Context, first: str, low: Column, high: Column) -> bool:
    """Of one type, and one that has an order; `from` and `to` of numbers are mostly places or states."""
    family = context.family(low.type)
    if family != context.family(high.type) or low.type.endswith("]"):
        return False
    if set(words(low.name)) & _FRACTIONS:
        return False
    return family.startswith(_TIMES) or (family.startswith(_NUMBERS) and first not in ("from", "valid_from"))


def _is_compared(table: Table, low: str, high: str) -> bool:
    if any(mentions(item.expression, low) and mentions(item.expression, high) for item in table.checks):
        return True
    # A range built of both raises an error where they are the wrong way round.
    texts = [item.definition for item in table.exclusions] + [column.generated or "" for column in table.columns]
    return any(mentions(text, low) and mentions(text, high) for text in texts)


def _finding(context: Context, table: Table, low: str, high: str) -> Finding:
    name = ident(free_name(context, table, [low, high], "check"))
    alter = f"ALTER TABLE {dotted(table.qname)}"
    sql = f"{alter} ADD CONSTRAINT {name} CHECK ({ident(high)} >= {ident(low)}) NOT VALID;\n{alter} VALIDATE CONSTRAINT {name};"
    note = "VALIDATE fails while there are such rows; writes go on meanwhile."
    return RULE.finding(
        f"{table.qname} takes a {high} before its {low}: a span that contains nothing and that no search for it finds",
        table=table,
        columns=(low, high),
        line=column_of(table, high).line,
        fix=Fix(sql, note=note),
    )


RULE = Rule(
    name="end-before-start",
    area="constraints",
    severity="low",
    confidence="likely",
    summary="No check keeps the end of a span behind its start",
    check=check,
)
