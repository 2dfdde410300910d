"""Open table beside tables with row security.

Symptom: A role other than the owner may read or write a table without row security, while other granted tables of the
same schema have it enabled.

Why it matters: A grant without row security is a grant on every row. Where tables are reached straight from a browser or a
report tool, whoever holds the key of that role reads or changes the whole table; and those who know that "we have row
security" do not look here.

When it is fine: Reference data that every user may read; such tables are reported as low. Tables that a service alone
reaches, by a role of its own.

How to fix: Enable row security and write a policy for each role that needs one, or revoke the grant.

Source: PostgreSQL documentation, Row Security Policies; splinter lint 0013.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Severity
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.bookkeeping import is_bookkeeping
from dbarch_widgets.rules.tenancy.tenant_table_without_rls import open_root, unfenced
from dbarch_widgets.rules.words import and_list, count_of

_WRITES = frozenset(("insert", "update", "delete"))
_ROWS = _WRITES | {"select"}
_ANYBODY = frozenset(("anon", "public"))
# A role that no policy binds though the source does not create it.
_UNBOUND = frozenset(("service_role",))
_MANY = 2


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table; one for all of a schema and severity when there are many."""
    unbound = _UNBOUND | {role.name for role in context.schema.roles if role.superuser or role.bypass_rls}
    granted = [(table, rights) for table in context.tables if (rights := _rights(table, unbound))]
    fenced: dict[str, list[Table]] = {}
    for table, _ in granted:
        if table.rls.enabled:
            fenced.setdefault(table.schema, []).append(table)
    told = {table.qname for table in (*unfenced(context), open_root(context)) if table is not None}
    found: dict[tuple[str, Severity], list[tuple[Table, dict[str, set[str]]]]] = {}
    for table, rights in granted:
        off = not table.rls.enabled and not table.rls.policies and table.qname not in told
        if off and table.schema in fenced and not is_bookkeeping(table):
            found.setdefault((table.schema, _severity(context, table, rights)), []).append((table, rights))
    for (schema, severity), tables in found.items():
        # Serious ones are never folded into one line.
        if len(tables) > _MANY and severity != "high":
            yield _together(tables, schema, severity, fenced[schema])
        else:
            for table, rights in tables:
                yield _finding(table, rights, severity, fenced[schema])


def _rights(table: Table, unbound: frozenset[str]) -> dict[str, set[str]]:
    """What each role that policies would bind may do with rows of the table."""
    found: dict[str, set[str]] = {}
    for grant in table.grants:
        given = {name.lower() for name in grant.privileges}
        rights = set(_ROWS) if given & {"all", "all privileges"} else given & _ROWS
        if rights and grant.role != table.owner and grant.role not in unbound:
            found.setdefault(grant.role, set()).update(rights)
    return found


def _severity(context: Context, table: Table, rights: dict[str, set[str]]) -> Severity:
    if context.classification.personal(table.qname):
        return "high"
    if not _writes(rights) and not _hangs_on_fenced(context, table):
        return "low"
    return "high" if _ANYBODY & {role.lower() for role in rights} else "medium"


def _writes(rights: dict[str, set[str]]) -> bool:
    return any(given & _WRITES for given in rights.values())


def _hangs_on_fenced(context: Context, table: Table) -> bool:
    """Whether its rows belong to rows that are fenced, so that it is no list for everybody."""
    return any(key.target in context.protected for key in table.foreign_keys)


def _finding(table: Table, rights: dict[str, set[str]], severity: Severity, fenced: list[Table]) -> Finding:
    does = "read and write" if _writes(rights) else "read"
    others = and_list((str(other.qname) for other in fenced), at_most=2)
    like = "; it looks like data for everybody" if severity == "low" else ""
    return RULE.finding(
        f"{_who(rights)} may {does} every row of {table.qname}, which has no row security, while {others} "
        f"{'has' if len(fenced) == 1 else 'have'} it{like}",
        table=table,
        severity=severity,
    )


def _together(
    tables: list[tuple[Table, dict[str, set[str]]]], schema: str, severity: Severity, fenced: list[Table]
) -> Finding:
    names = and_list((str(table.qname) for table, _ in tables), at_most=5)
    others = and_list((str(other.qname) for other in fenced), at_most=2)
    first = tables[0][0]
    like = "; they look like data for everybody" if severity == "low" else ""
    return RULE.finding(
        f"{count_of(len(tables), 'table')} of the schema {schema} are granted whole, without row security, while {others} "
        f"{'has' if len(fenced) == 1 else 'have'} it: {names}{like}",
        schema=schema,
        object=severity,
        file=first.file,
        line=first.line,
        severity=severity,
    )


def _who(rights: dict[str, set[str]]) -> str:
    return and_list(("every role" if role.lower() == "public" else role for role in sorted(rights)), at_most=3)


RULE = Rule(
    name="rls-disabled-beside-rls",
    area="security",
    severity="medium",
    confidence="likely",
    summary="A granted table has no row security although others of its schema do",
    check=check,
    only_for=("postgres",),
)
