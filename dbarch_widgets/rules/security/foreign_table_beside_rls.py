"""Foreign table beside row security.

Symptom: The schema protects tables by row security, and a role other than the owner may use a foreign table.

Why it matters: A foreign table has no policies, and the other server sees only the user of the mapping: whoever may select
from it sees every row that this user may. Its rows are outside of every fence of this schema.

When it is fine: It holds reference data that everybody may read.

How to fix: Revoke the rights, and let roles read through a view or a function that has the condition.

Source: PostgreSQL documentation, CREATE FOREIGN TABLE; splinter lint 0017.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted
from dbarch_widgets.rules.rights import ROWS, rights_by_role, role_sql
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each foreign table with grants."""
    if not context.protected:
        return
    for table in context.schema.tables:
        held = rights_by_role(table) if table.kind == "foreign" else {}
        roles = sorted(role for role, rights in held.items() if rights & set(ROWS))
        if roles:
            yield RULE.finding(
                f"{and_list(roles)} may use the foreign table {table.qname}, for which no policy can be made: every row that the "
                "mapped user sees is open",
                table=table,
                fix=Fix(f"REVOKE ALL ON {dotted(table.qname)} FROM {', '.join(map(role_sql, roles))};"),
            )


RULE = Rule(
    name="foreign-table-beside-rls",
    area="security",
    severity="medium",
    confidence="likely",
    summary="A role may use a foreign table, which no policy can protect, in a schema with row security",
    check=check,
    only_for=("postgres",),
)
