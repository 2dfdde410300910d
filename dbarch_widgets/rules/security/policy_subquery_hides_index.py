"""Policy with a list from a sub-query.

Symptom: A policy compares a column with `IN (SELECT …)`.

Why it matters: In a policy such a sub-query becomes a filter that is tried on every row: an index on the column cannot be
used. In a measurement over a million rows IN took 534 ms with the index, `= ANY (ARRAY(SELECT …))` 12 ms: the list is then
made once, before the table is read.

When it is fine: The table is small, or the list is so long that most rows are in it anyway.

How to fix: `column = ANY (ARRAY(SELECT …))`, and an index that begins with the column.

Source: GaryAustin1, RLS-Performance; PostgreSQL documentation, Row Security Policies; PostgreSQL documentation, Array
Constructors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.objects import Policy
from dbarch_widgets.model.schema import IndexKey, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import create_index, dotted, ident
from dbarch_widgets.rules.policies import is_balanced, or_parts
from dbarch_widgets.rules.words import big

_LIST = re.compile(r"(?<![\w.\")])(?P<column>\w+)\s+IN\s+\((?=\s*SELECT\b)", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each policy."""
    for table in context.schema.tables:
        if not table.rls.enabled or context.is_small(table) or table.partition_of:
            continue
        for policy in table.rls.policies:
            match = _LIST.search(policy.using or "") if len(or_parts(policy.using or "")) == 1 else None
            if match and table.has_column(match["column"]):
                yield _finding(context, table, policy, match)


def _finding(context: Context, table: Table, policy: Policy, match: re.Match[str]) -> Finding:
    name = match["column"]
    indexed = next((access.name for access in context.accesses(table) if access.columns[:1] == (name,)), None)
    lost = f"the index {indexed} cannot be used" if indexed else "an index on it could not be used"
    rows = context.scale(table).rows
    size = f" of {big(rows)} rows" if rows else ""
    return RULE.finding(
        f"{policy.name} tries its sub-query on each row of {table.qname}{size}: {lost} for {name} IN (SELECT …)",
        table=table,
        columns=(name,),
        object=policy.name,
        file=policy.file,
        line=policy.line,
        severity="medium" if indexed else None,
        fix=_fix(context, table, policy, match, is_indexed=indexed is not None),
        because=(context.rows_path(table),),
    )


def _fix(context: Context, table: Table, policy: Policy, match: re.Match[str], *, is_indexed: bool) -> Fix | None:
    text, start = policy.using or "", match.end()
    end = next((n for n in range(start, len(text) + 1) if text[n : n + 1] == ")" and is_balanced(text[start:n])), None)
    # A sub-query that names columns of the row itself cannot be run beforehand.
    outer = end is not None and re.search(rf"\b{re.escape(table.name)}\.", text[start:end])
    if end is None or outer:
        return None
    mended = f"{text[: match.start()]}{match['column']} = ANY (ARRAY({text[start:end].strip()})){text[end + 1 :]}"
    sql = f"ALTER POLICY {ident(policy.name)} ON {dotted(table.qname)} USING ({mended});"
    if not is_indexed:
        sql += f"\n{create_index(context, table, (IndexKey(match['column']),))}"
    return Fix(sql, note="The same rows pass.")


RULE = Rule(
    name="policy-subquery-hides-index",
    area="security",
    severity="low",
    confidence="likely",
    summary="A policy compares a column with IN (SELECT …), for which no index can be used",
    check=check,
    only_for=("postgres",),
)
