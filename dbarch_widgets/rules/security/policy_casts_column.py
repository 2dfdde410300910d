"""Policy that casts the column.

Symptom: A policy compares a cast of, or a function on, a column with who asks: `tenant_id::text = current_setting(…)`.

Why it matters: No index on the column can be used, so that every query of every tenant reads the whole table. In a
measurement over a million rows the cast on the column cost 1260 ms, the cast on the setting 1.9 ms.

When it is fine: The table is small.

How to fix: Cast the setting instead: tenant_id = nullif(current_setting('app.tenant', true), '')::uuid.

Source: PostgreSQL documentation, Row Security Policies; PostgreSQL documentation, Indexes on
Expressions.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.policies import SESSION, expressions, predicates


def check(context: Context) -> Iterator[Finding]:
    """One finding for each policy."""
    for table in context.schema.tables:
        for policy in table.rls.policies:
            for text in expressions(policy):
                item = next(
                    (p for p in predicates(text) if p.wrapped and SESSION.search(text) and p.operator in ("=", "in")),
                    None,
                )
                if item is None or not table.has_column(item.column.name):
                    continue
                yield RULE.finding(
                    f"The policy {policy.name} of {table.qname} compares {item.wrapped}, not {item.column.name} itself: no "
                    "index on it can be used",
                    table=table,
                    columns=(item.column.name,),
                    object=policy.name,
                    file=policy.file,
                    line=policy.line,
                )
                break


RULE = Rule(
    name="policy-casts-column",
    area="security",
    severity="medium",
    confidence="certain",
    summary="A policy casts the column it compares, which keeps every index from being used",
    check=check,
    only_for=("postgres",),
)
