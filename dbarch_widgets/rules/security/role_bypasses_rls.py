"""Role that no policy binds.

Symptom: The schema has row security, and a role that signs in is a superuser or has BYPASSRLS.

Why it matters: No policy holds for it. If the application or a report connects with it, row security is switched off for
all that it does.

When it is fine: Backups and maintenance, with a password that no application has: pg_dump needs such a role.

How to fix: NOBYPASSRLS and NOSUPERUSER for roles that applications use, and a role of its own for backups.

Source: PostgreSQL documentation, Row Security Policies; PostgreSQL documentation, Role Attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import ident

_BACKUP = re.compile(r"backup|dump|maint|migrat|dba|admin|postgres|replic", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each role that signs in."""
    if not context.protected:
        return
    for role in context.schema.roles:
        if not role.login or not (role.superuser or role.bypass_rls) or _BACKUP.search(role.name):
            continue
        what = "is a superuser" if role.superuser else "has BYPASSRLS"
        option = "NOSUPERUSER" if role.superuser else "NOBYPASSRLS"
        yield RULE.finding(
            f"The role {role.name} signs in and {what}: none of the schema's policies holds for it",
            object=role.name,
            file=context.only_file,
            line=role.line,
            fix=Fix(f"ALTER ROLE {ident(role.name)} {option};"),
        )


RULE = Rule(
    name="role-bypasses-rls",
    area="security",
    severity="medium",
    confidence="certain",
    summary="A role that signs in is bound by none of the schema's policies",
    check=check,
    only_for=("postgres",),
)
