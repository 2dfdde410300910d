"""The same foreign key twice.

Symptom: Two foreign keys of a table have the same columns and lead to the same columns of the same table.

Why it matters: Each insert, update and delete checks both. Where their actions differ, as CASCADE in one and RESTRICT in the
other, what a DELETE does depends on the order of their names. Whoever drops one to allow something finds the other.

When it is fine: Between the two steps in which one replaces the other.

How to fix: Decide which action is meant and drop the other constraint.

Source: PostgreSQL documentation, Foreign Keys; tbls rule duplicateRelations.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import ForeignKey, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident


def check(context: Context) -> Iterator[Finding]:
    """One finding for each foreign key too many."""
    for table in context.tables:
        first: dict[object, ForeignKey] = {}
        for key in table.foreign_keys:
            pairs = frozenset(zip(key.columns, key.ref_columns, strict=False))
            kept = first.setdefault((key.target, pairs), key)
            if kept is not key:
                yield _finding(table, kept, key)


def _finding(table: Table, kept: ForeignKey, key: ForeignKey) -> Finding:
    actions = (kept.on_delete, kept.on_update), (key.on_delete, key.on_update)
    differ = actions[0] != actions[1]
    trouble = (
        f"one says ON DELETE {kept.on_delete.upper()}, the other {key.on_delete.upper()}"
        if kept.on_delete != key.on_delete
        else "each write checks both"
    )
    sql = f"ALTER TABLE {dotted(table.qname)} DROP CONSTRAINT {ident(key.name)};"
    note = "If the action of the one that stays is what is meant." if differ else "Nothing else changes."
    return RULE.finding(
        f"{key.name} of {table.qname} repeats {kept.name}: {trouble}",
        table=table,
        columns=key.columns,
        object=key.name,
        line=key.line,
        severity="medium" if differ else None,
        fix=Fix(sql, note=note),
    )


RULE = Rule(
    name="duplicate-foreign-key",
    area="relations",
    severity="low",
    confidence="certain",
    summary="Two foreign keys have the same columns and the same target",
    check=check,
)
