"""Sensitive columns open to anybody.

Symptom: PUBLIC, or a role for people who have not signed in, may read a table with secrets, numbers of persons or other
sensitive data, and no row security stands before it.

Why it matters: Behind an API that works with that role the whole table is one request away from anybody; inside the company
every role that is ever made reads it.

When it is fine: The values are published anyway.

How to fix: Revoke SELECT on the table and grant the columns that may be seen, or put a view before it.

Source: splinter lint 0023; splinter lint 0002; GDPR Article 32.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.classification import ColumnClass
from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted
from dbarch_widgets.rules.rights import given, role_sql
from dbarch_widgets.rules.words import and_list, bag, words

_ANYBODY = bag("public anon anonymous guest web visitor")
_SENSITIVE = 2


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table and set of roles."""
    for table in context.schema.tables:
        root = context.root(table)
        if table.rls.enabled or not table.grants:
            continue
        found = [each for each in context.classification.of(root.qname) if each.sensitivity >= _SENSITIVE]
        found = [each for each in found if each.confidence != "hint"]
        for role in sorted({grant.role for grant in table.grants if set(words(grant.role)) & _ANYBODY}):
            open_to = [each for each in found if _reads(table, role, each.column)]
            if open_to and role != table.owner:
                yield _finding(table, role, open_to)


def _reads(table: Table, role: str, column: str) -> bool:
    return any(
        grant.role == role and "select" in given(grant) and (not grant.columns or column in grant.columns)
        for grant in table.grants
    )


def _finding(table: Table, role: str, found: list[ColumnClass]) -> Finding:
    names = tuple(each.column for each in found)
    kinds = and_list(dict.fromkeys(each.category for each in found), at_most=4)
    who = "every role" if role.lower() == "public" else role
    worst = max(each.sensitivity for each in found)
    return RULE.finding(
        f"{who} may read {and_list(names)} of all rows of {table.qname} ({kinds}), and no row security stands before it",
        table=table,
        columns=names,
        object=role,
        line=column_of(table, names[0]).line,
        severity=None if worst > _SENSITIVE or role.lower() != "public" else "medium",
        fix=Fix(
            f"REVOKE SELECT ON {dotted(table.qname)} FROM {role_sql(role)};",
            note="Then grant the columns that may be seen.",
        ),
    )


RULE = Rule(
    name="sensitive-column-exposed",
    area="security",
    severity="high",
    confidence="likely",
    summary="PUBLIC or a role for anybody may read sensitive columns of all rows",
    check=check,
    only_for=("postgres",),
)
