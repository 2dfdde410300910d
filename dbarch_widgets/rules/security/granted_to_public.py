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
from dbarch_widgets.model.objects import Grant
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted
from dbarch_widgets.rules.together import one_fix, places
from dbarch_widgets.rules.words import and_list

_MANY = 5


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table, or one for all when there are many with the same rights."""
    held: dict[tuple[str, ...], list[Table]] = {}
    for table in context.schema.tables:
        given = sorted({right.upper() for grant in _of(table) for right in grant.privileges})
        if given:
            held.setdefault(tuple(given), []).append(table)
    for rights, tables in held.items():
        found = [_finding(table, rights) for table in tables]
        if len(found) <= _MANY:
            yield from found
            continue
        first = _of(tables[0])[0]
        yield RULE.finding(
            f"Every role, also those yet to be made, holds {and_list(rights)} on {len(found)} tables: "
            f"{places(str(table.qname) for table in tables)}",
            object=f"public {', '.join(rights)}",
            file=first.file or context.only_file,
            line=first.line,
            severity=found[0].severity,
            fix=one_fix((each.fix for each in found), len(found)),
            members=(each.place for each in found),
        )


def _of(table: Table) -> list[Grant]:
    return [grant for grant in table.grants if grant.role.lower() == "public" and not grant.revoked]


def _finding(table: Table, rights: tuple[str, ...]) -> Finding:
    first = _of(table)[0]
    return RULE.finding(
        f"Every role, also those yet to be made, holds {and_list(rights)} on {table.qname}",
        table=table,
        file=first.file,
        line=first.line,
        severity="low" if rights == ("SELECT",) else None,
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
