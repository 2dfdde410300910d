"""Rights beyond reading and writing rows.

Symptom: A role that is not the owner holds TRUNCATE, REFERENCES or TRIGGER, usually by GRANT ALL.

Why it matters: TRUNCATE empties a table at once, is bound by no policy and fires no DELETE trigger. REFERENCES lets a role
probe for keys that it may not see, TRIGGER lets it run code of its own in other people's statements. An injected statement
has whatever the role has.

When it is fine: A loader that empties its own staging tables.

How to fix: Grant SELECT, INSERT, UPDATE and DELETE by name, and only where they are needed.

Source: PostgreSQL documentation, Privileges; PostgreSQL documentation, Row Security Policies.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.words import and_list, count_of

_BEYOND = ("truncate", "references", "trigger")
_FEW = 3


def check(context: Context) -> Iterator[Finding]:
    """One finding for each role and set of rights; it names the tables when they are few."""
    held: dict[tuple[str, tuple[str, ...]], list[Table]] = {}
    for table in context.schema.tables:
        for role, rights in _beyond(table).items():
            held.setdefault((role, rights), []).append(table)
    for (role, rights), tables in held.items():
        yield _finding(context, role, rights, tables)


def _beyond(table: Table) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for grant in table.grants:
        given = {name.lower() for name in grant.privileges}
        rights = set(_BEYOND) if given & {"all", "all privileges"} else given & set(_BEYOND)
        if rights and grant.role != table.owner and not grant.columns:
            found.setdefault(grant.role, set()).update(rights)
    return {role: tuple(name for name in _BEYOND if name in rights) for role, rights in found.items()}


def _finding(context: Context, role: str, rights: tuple[str, ...], tables: list[Table]) -> Finding:
    protected = [table for table in tables if context.root(table).rls.enabled]
    names = and_list((str(table.qname) for table in tables), at_most=_FEW)
    many = f"{count_of(len(tables), 'table')} ({names})" if len(tables) > 1 else names
    past = "; no policy stops a TRUNCATE" if protected and "truncate" in rights else ""
    first = next((grant for grant in tables[0].grants if grant.role == role), None)
    who = "PUBLIC" if role == "public" else ident(role)
    sql = "\n".join(f"REVOKE {', '.join(rights).upper()} ON {dotted(table.qname)} FROM {who};" for table in tables)
    return RULE.finding(
        f"{role} holds {and_list(right.upper() for right in rights)} on {many}, which is more than working with rows needs{past}",
        table=tables[0] if len(tables) == 1 else None,
        object=role,
        file=(first and first.file) or tables[0].file,
        line=first.line if first else None,
        severity="medium" if protected or role == "public" else None,
        fix=Fix(sql),
    )


RULE = Rule(
    name="broad-grant",
    area="security",
    severity="low",
    confidence="certain",
    summary="A role holds TRUNCATE, REFERENCES or TRIGGER on tables that it only works with",
    check=check,
    only_for=("postgres",),
)
