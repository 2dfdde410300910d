"""Policy that calls a function with the row.

Symptom: A policy hands a column of the row to a function in PL/pgSQL or with SECURITY DEFINER that reads a table.

Why it matters: Such a function is never made part of the query. It is called for each row that the rest of the condition
lets through, and runs a query of its own each time; no index of the table can stand in for it, whether it is wrapped in
SELECT or not. Published for a million rows and a thousand teams: beyond two minutes, where a list that is made once took 2
to 3 ms.

When it is fine: The table is small, or every query compares a selective indexed column beside the policy.

How to fix: Let a function without arguments return the keys that the caller may see, and compare the column with `= ANY
(ARRAY(SELECT my_keys()))`; index the column.

Source: GaryAustin1, RLS-Performance; PostgreSQL documentation, Row Security Policies; PostgreSQL documentation, Function
Volatility Categories.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.objects import Function, Policy
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list, big

_READS = re.compile(r"\b(?:FROM|JOIN)\s+([\w.\"]+)", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each policy."""
    readers = [(function, read) for function in context.schema.functions if (read := _read(context, function))]
    for table in context.schema.tables:
        if not table.rls.enabled or context.is_small(table):
            continue
        for policy in table.rls.policies:
            for function, read in readers:
                if columns := _handed(policy, function, table):
                    yield _finding(context, table, policy, function, columns, read)
                    break


def _read(context: Context, function: Function) -> tuple[str, ...]:
    """The tables that each call reads; none of a plain SQL function, which can become part of the query."""
    if function.language == "sql" and not function.security_definer:
        return ()
    named = {name.replace('"', "").split(".")[-1] for name in _READS.findall(function.body or "")}
    return tuple(table.name for table in context.tables if table.name in named)


def _handed(policy: Policy, function: Function, table: Table) -> tuple[str, ...]:
    """The columns of the row that USING gives to the function; WITH CHECK is tried on written rows only."""
    found: dict[str, None] = {}
    for arguments in re.findall(rf"\b{re.escape(function.name)}\s*\(([^()]*)\)", policy.using or ""):
        found |= {name: None for name in re.findall(r"\w+", arguments) if table.has_column(name)}
    return tuple(found)


def _finding(
    context: Context, table: Table, policy: Policy, function: Function, columns: tuple[str, ...], read: tuple[str, ...]
) -> Finding:
    rows = context.scale(table).rows
    size = f", of which there are {big(rows)}" if rows else ""
    return RULE.finding(
        f"{policy.name} calls {function.name}({', '.join(columns)}) for each row of {table.qname}{size}, and each call reads "
        f"{and_list(read, at_most=3)}",
        table=table,
        columns=columns,
        object=policy.name,
        file=policy.file,
        line=policy.line,
        because=(context.rows_path(table),),
    )


RULE = Rule(
    name="policy-function-per-row",
    area="security",
    severity="medium",
    confidence="likely",
    summary="A policy calls a function that reads a table once for each row",
    check=check,
    only_for=("postgres",),
)
