"""Reports that see who it was.

Symptom: A role for reports or analysis may read all columns of a table with names, addresses or numbers of persons.

Why it matters: A report counts and sums; it seldom needs to know who. What such a role may read goes into spreadsheets,
notebooks and other people's databases, where no time limit and no erasure reaches it.

When it is fine: The report is about single persons, and its readers are those who work with them.

How to fix: Grant SELECT on the other columns only, or on a view without them; a pseudonym where rows have to be told apart.

Source: GDPR Articles 5(1)(c), 25 and 32; PostgreSQL documentation, GRANT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident, idents
from dbarch_widgets.rules.rights import rights_by_role
from dbarch_widgets.rules.words import and_list

_REPORTS = re.compile(
    r"report|analy|\bbi\b|_bi\b|\bbi_|dashboard|metabase|superset|tableau|looker|grafana|insight|data_?scien|stat(s|istics)",
    re.IGNORECASE,
)
# Their reports to an authority name persons: what reports there is not for counting.
_NAMING = frozenset(("mifid2", "emir", "cat", "cftc"))
_TO_AUTHORITIES = re.compile(r"report", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table and role."""
    naming = bool((context.regimes or frozenset()) & _NAMING)
    for table in context.tables:
        found = [
            each
            for each in context.classification.of(table.qname)
            if (each.direct or each.data_class in ("special", "criminal")) and each.confidence != "hint"
        ]
        for role, rights in rights_by_role(table, whole=True).items() if found else ():
            if "select" in rights and _REPORTS.search(role) and not (naming and _TO_AUTHORITIES.search(role)):
                yield _finding(table, role, tuple(each.column for each in found))


def _finding(table: Table, role: str, names: tuple[str, ...]) -> Finding:
    rest = [name for name in table.column_names if name not in names]
    fenced = ", and row security chooses rows, not columns" if table.rls.enabled else ""
    sql = f"REVOKE SELECT ON {dotted(table.qname)} FROM {ident(role)};"
    if rest:
        sql += f"\nGRANT SELECT ({idents(rest)}) ON {dotted(table.qname)} TO {ident(role)};"
    return RULE.finding(
        f"{role} may read {and_list(names)} of {table.qname}, which a report seldom needs{fenced}",
        table=table,
        columns=names,
        object=role,
        line=column_of(table, names[0]).line,
        fix=Fix(sql, note="Reports that name the columns fail, which shows who needs them."),
    )


RULE = Rule(
    name="personal-data-open-to-reports",
    area="privacy",
    severity="low",
    confidence="likely",
    summary="A role for reports may read names, addresses or numbers of persons",
    check=check,
    only_for=("postgres",),
)
