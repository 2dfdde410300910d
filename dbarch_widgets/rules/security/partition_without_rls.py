"""Partition outside of its parent's row security.

Symptom: A partitioned table has row security, and a role other than the owner has rights on one of its partitions, which
has none.

Why it matters: The parent's policies hold only for statements that name the parent. A SELECT that names the partition
sees all of its rows.

When it is fine: Nobody but the owner has rights on the partitions; a role needs none of them to work through the parent.

How to fix: Revoke the rights on the partition, or enable row security on it with the same policies.

Source: PostgreSQL documentation, Row Security Policies; PostgreSQL documentation, Table
Partitioning.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each partition with grants."""
    for table in context.schema.tables:
        if table.partition_of is None or table.rls.enabled:
            continue
        root = context.root(table)
        roles = sorted({grant.role for grant in table.grants if grant.role != table.owner})
        if not root.rls.enabled or not roles:
            continue
        names = ", ".join("PUBLIC" if role == "public" else ident(role) for role in roles)
        yield RULE.finding(
            f"{and_list(roles)} may use the partition {table.qname} itself, where the policies of {root.qname} do not hold",
            table=table,
            fix=Fix(
                f"REVOKE ALL ON {dotted(table.qname)} FROM {names};",
                note="Work through the parent needs no right on it.",
            ),
        )


RULE = Rule(
    name="partition-without-rls",
    area="security",
    severity="high",
    confidence="certain",
    summary="A role may use a partition directly, where its parent's policies do not hold",
    check=check,
    only_for=("postgres",),
)
