"""Application that owns its tables.

Symptom: A role that signs in owns tables, and it is not named like one for migrations or administration.

Why it matters: An owner may do everything: drop the table, switch row security and triggers off, grant to others. What an
injected statement or a wrong script can do is then not limited by any grant; policies that are not forced do not bind it.

When it is fine: The role is used for migrations only, whatever its name; or an embedded database with one user.

How to fix: A role without LOGIN as owner (`ALTER TABLE … OWNER TO`), which the role for migrations is a member of, and a role
for the application with the rights that it needs.

Source: PostgreSQL documentation, Privileges; PostgreSQL documentation, Row Security Policies; CIS PostgreSQL Benchmark,
section 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list, count_of

_KEEPERS = re.compile(r"migrat|owner|admin|dba|postgres|deploy|schema|super|root|rds", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each role, on all its tables."""
    signing = {role.name for role in context.schema.roles if role.login and not _KEEPERS.search(role.name)}
    owned: dict[str, list[Table]] = {}
    for table in context.tables:
        if table.owner in signing:
            owned.setdefault(table.owner or "", []).append(table)
    for role, tables in owned.items():
        fenced = [table for table in tables if table.rls.enabled]
        names = and_list((str(table.qname) for table in tables), at_most=3)
        past = (
            f", and switch off the row security of {and_list((str(t.qname) for t in fenced), at_most=3)}"
            if fenced
            else ""
        )
        yield RULE.finding(
            f"{role} signs in and owns {count_of(len(tables), 'table')} ({names}): a statement of its may drop or alter them{past}",
            object=role,
            file=tables[0].file,
            line=tables[0].line,
            severity="medium" if fenced else None,
        )


RULE = Rule(
    name="login-role-owns-tables",
    area="security",
    severity="low",
    confidence="likely",
    summary="A role that signs in owns tables, so that no grant limits what its statements may do",
    check=check,
    only_for=("postgres",),
)
