"""Composite reference that is half filled.

Symptom: A foreign key over several columns is MATCH SIMPLE, as it is by default, and two or more of its columns may be null.

Why it matters: As soon as one of them is null nothing is checked: a row with the region and a wrong person, or with the
person and no region, is stored, and no join finds what it means.

When it is fine: A check keeps the columns null together. A reference of which only one column may be null is fine as well:
without it there is no reference.

How to fix: CHECK (num_nulls(a, b) IN (0, 2)), or MATCH FULL, which refuses a half-filled reference.

Source: PostgreSQL documentation, Foreign Keys; PostgreSQL documentation, CREATE TABLE on MATCH FULL.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import ForeignKey, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, free_name, ident, idents
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each foreign key."""
    for table in context.tables:
        for key in table.foreign_keys:
            if len(key.columns) < 2 or key.match == "full" or not key.enforced:
                continue
            loose = tuple(name for name in key.columns if table.has_column(name) and column_of(table, name).nullable)
            if len(loose) > 1 and not _is_bound(table, loose):
                yield _finding(context, table, key, loose)


def _is_bound(table: Table, loose: tuple[str, ...]) -> bool:
    return any(sum(mentions(item.expression, name) for name in loose) > 1 for item in table.checks)


def _finding(context: Context, table: Table, key: ForeignKey, loose: tuple[str, ...]) -> Finding:
    name = ident(free_name(context, table, loose, "check"))
    alter = f"ALTER TABLE {dotted(table.qname)}"
    rule = f"num_nulls({idents(loose)}) IN (0, {len(loose)})"
    sql = f"{alter} ADD CONSTRAINT {name} CHECK ({rule}) NOT VALID;\n{alter} VALIDATE CONSTRAINT {name};"
    return RULE.finding(
        f"A row of {table.qname} with only some of {and_list(loose)} points at nothing in {key.target}, and {key.name} does not "
        "check it",
        table=table,
        columns=loose,
        object=key.name,
        line=key.line,
        fix=Fix(sql, note="VALIDATE fails while there are half-filled rows; writes go on meanwhile."),
    )


RULE = Rule(
    name="half-filled-reference",
    area="constraints",
    severity="medium",
    confidence="certain",
    summary="A composite foreign key is not checked when only some of its columns are null",
    check=check,
)
