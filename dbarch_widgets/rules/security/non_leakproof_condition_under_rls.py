"""Index that row security keeps from being used.

Symptom: A query on a table with row security compares a NUMERIC, an enum or an array, or uses LIKE, lower() or JSON
containment, and an index was made for that.

Why it matters: Under a policy PostgreSQL evaluates only leak-proof operators before the policy's own condition, so that no
error message or function can tell of hidden rows. Comparisons of numeric, enum, array and jsonb, LIKE and lower() are not
leak-proof: they become a filter after the fence, and the index is only written to.

When it is fine: The fence itself leaves few rows to filter, or the query runs as a role that no policy binds.

How to fix: Let the index begin with the fence's column, so that only one tenant's rows are filtered; keep money as BIGINT of
the smallest unit and states as text with a CHECK, whose comparisons are leak-proof; keep lower(email) as a column of its
own.

Source: PostgreSQL documentation, Rules and Privileges; PostgreSQL documentation, Row Security Policies; measured on
PostgreSQL 18, pg_proc.proleakproof.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import Access
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.policies import fenced_columns
from dbarch_widgets.rules.queries import Condition, ReadQuery
from dbarch_widgets.sql.statement import EQUALITY, RANGE

_FUNCTION = re.compile(r"\b(lower|upper|date_trunc|trim|btrim|substring|left|abs|round|coalesce)\s*\(", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query and index."""
    unbound = {role.name for role in context.schema.roles if role.superuser or role.bypass_rls}
    for query in context.queries:
        if query.query.role in unbound:
            continue
        for number in range(len(query.blocks)):
            for condition in query.conditions(number):
                table = condition.table
                if not table.rls.enabled or not table.rls.policies or not condition.predicate.conjunct:
                    continue
                what = _leaks(context, condition)
                index = _lost(context, table, condition) if what else None
                if what and index:
                    yield _finding(query, condition, index, what)


def _leaks(context: Context, condition: Condition) -> str | None:
    """What is not leak-proof in a comparison, or None."""
    predicate, column = condition.predicate, condition.column
    if not predicate.value.constant:
        return None
    if predicate.operator in ("like", "ilike", "regexp"):
        return predicate.operator.upper()
    if predicate.wrapped and (match := _FUNCTION.search(predicate.wrapped)):
        return f"{match[1].lower()}()"
    if predicate.operator not in EQUALITY | RANGE or predicate.operator == "is null":
        return None
    if column.type.endswith("[]"):
        return "a comparison of arrays"
    if context.enum(context.base_type(column.type)) is not None:
        return f"a comparison of the enum {column.type}"
    family = context.family(column.type)
    return f"a comparison of {family}" if family in ("numeric", "jsonb") else None


def _lost(context: Context, table: Table, condition: Condition) -> Access | None:
    """The index whose first key is what is compared, and which has nothing else to be searched by."""
    fence = {name for policy in table.rls.policies for name in fenced_columns(policy)}
    for access in context.accesses(table):
        if access.columns[:1] and access.columns[0] in fence:
            continue
        head = access.keys[0]
        plain = head.column == condition.column.name and condition.predicate.wrapped is None
        expressed = head.expression is not None and _same(head.expression, condition.predicate.wrapped)
        if plain or expressed:
            return access
    return None


def _same(expression: str, wrapped: str | None) -> bool:
    bare = [re.sub(r"::\w+|[\s()\"]", "", text or "").lower() for text in (expression, wrapped)]
    return bare[0] == bare[1]


def _finding(query: ReadQuery, condition: Condition, index: Access, what: str) -> Finding:
    table = condition.table
    return RULE.finding(
        f"{query.name}{query.aside} cannot use {index.name} for {condition.column.name}: {what} is not leak-proof, and the row "
        f"security of {table.qname} has to be passed first",
        table=table,
        columns=(condition.column.name,),
        object=index.name,
        query=query,
    )


RULE = Rule(
    name="non-leakproof-condition-under-rls",
    area="security",
    severity="medium",
    confidence="likely",
    summary="A query's condition is not leak-proof, so that under row security the index made for it cannot be used",
    check=check,
    needs=("workload",),
    only_for=("postgres",),
)
