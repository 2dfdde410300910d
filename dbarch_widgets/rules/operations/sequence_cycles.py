"""Sequence that begins again.

Symptom: A sequence that numbers rows has CYCLE.

Why it matters: After its last number it gives the first one again. With a unique key the inserts then fail one by one on numbers that
are taken; without one, two rows have one number, and what refers to the old row now refers to both.

When it is fine: Numbers that only tell things apart for a while, such as slots of a ring.

How to fix: NO CYCLE, and bigint, so that the end never comes.

Source: PostgreSQL documentation, CREATE SEQUENCE.
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
        if not sequence.cycle or column is None:
            continue
        table, name = column
        last = sequence.maximum or _LAST.get(sequence.type, 2**63 - 1)
        name_of = QName(sequence.schema, sequence.name)
        unique = context.is_unique(table, {name})
        then = "inserts fail on numbers that are taken" if unique else "two rows get one number"
        yield RULE.finding(
            f"The sequence {name_of} numbers {table.qname}.{name} and begins again after {big(last)}: then {then}",
            table=table,
            columns=(name,),
            object=sequence.name,
            line=sequence.line,
            severity=None if last <= 2**31 else "low",
            fix=Fix(f"ALTER SEQUENCE {dotted(name_of)} NO CYCLE;"),
        )


RULE = Rule(
    name="sequence-cycles",
    area="operations",
    severity="high",
    confidence="likely",
    summary="A sequence that numbers rows begins again at its end",
    check=check,
    only_for=("postgres",),
)
