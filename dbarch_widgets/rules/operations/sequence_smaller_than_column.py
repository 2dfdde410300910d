"""Sequence that ends before its column.

Symptom: A bigint column takes its numbers from a sequence of type integer or smallint.

Why it matters: The column has room for nine quintillion numbers, and the inserts fail after two billion all the same: "nextval:
reached maximum value of sequence". It is what is left when a serial column was changed to bigint and its sequence was not.

When it is fine: The rows will never be so many.

How to fix: ALTER SEQUENCE … AS bigint.

Source: PostgreSQL documentation, ALTER SEQUENCE; PostgreSQL documentation, Serial Types.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import QName
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted
from dbarch_widgets.rules.sequences import user_of
from dbarch_widgets.rules.words import big

_LAST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


def check(context: Context) -> Iterator[Finding]:
    """One finding for each sequence."""
    for sequence in context.schema.sequences:
        column = user_of(context, sequence)
        if column is None or sequence.type not in ("smallint", "integer") or (sequence.increment or 1) < 0:
            continue
        table, name = column
        held = context.family(table.column(name).type)
        if _LAST.get(held, 0) <= _LAST[sequence.type]:
            continue
        last = sequence.maximum or _LAST[sequence.type]
        name_of = QName(sequence.schema, sequence.name)
        yield RULE.finding(
            f"{table.qname}.{name} is {held}, but its sequence {name_of} is {sequence.type}: inserts fail after {big(last)}",
            table=table,
            columns=(name,),
            object=sequence.name,
            line=sequence.line,
            fix=Fix(f"ALTER SEQUENCE {dotted(name_of)} AS {held};", note="Takes a short lock and rewrites nothing."),
        )


RULE = Rule(
    name="sequence-smaller-than-column",
    area="operations",
    severity="high",
    confidence="certain",
    summary="A sequence ends long before the column that it numbers",
    check=check,
    only_for=("postgres",),
)
