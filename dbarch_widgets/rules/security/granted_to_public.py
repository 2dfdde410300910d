"""Table granted to PUBLIC.

Symptom: Rights on a table are granted to PUBLIC.

Why it matters: PUBLIC is every role there is and every role that will ever be made, the one of the next report tool
included. Nobody thinks of it when a role is added.

When it is fine: Reference data that really everybody may read.

How to fix: Revoke from PUBLIC and grant to a group role that others become members of.

Source: PostgreSQL documentation, Privileges; CIS PostgreSQL Benchmark, section 4.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    for table in context.schema.tables:
        grants = [grant for grant in table.grants if grant.role.lower() == "public"]
        if not grants:
            continue
        rights = sorted({right.upper() for grant in grants for right in grant.privileges})
        reads = rights == ["SELECT"]
        yield RULE.finding(
            f"Every role, also those yet to be made, holds {and_list(rights)} on {table.qname}",
            table=table,
            line=grants[0].line,
            severity="low" if reads else None,
            fix=Fix(f"REVOKE ALL ON {dotted(table.qname)} FROM PUBLIC;", note="Grant to the roles that need it first."),
        )


RULE = Rule(
    name="granted-to-public",
    area="security",
    severity="medium",
    confidence="certain",
    summary="Rights on a table are granted to PUBLIC, which is every role there is and will be",
    check=check,
    only_for=("postgres",),
)
