"""SECURITY DEFINER function that everybody may call.

Symptom: A function runs with its owner's rights, nobody took EXECUTE from PUBLIC, and others than the owner reach its schema.

Why it matters: PostgreSQL gives PUBLIC the right to execute every new function. What the owner may do, every role may do by
calling it: no grant on the tables is asked for, and row security does not bind an owner. A grant to one role reads as if it
were for that role only, and changes nothing.

When it is fine: The function is a public door on purpose and checks who calls. Functions that a policy, a view, a default or a
check calls are not reported, as everybody who touches the table needs them; nor are trigger functions, which cannot be called.

How to fix: REVOKE EXECUTE from PUBLIC in the transaction that makes the function, and GRANT it to the roles that need it. For those
to come: ALTER DEFAULT PRIVILEGES … REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC, without IN SCHEMA (with it, nothing is taken away).

Source: PostgreSQL documentation, CREATE FUNCTION, Writing SECURITY DEFINER Functions Safely; PostgreSQL documentation,
Privileges; splinter lints 0028 and 0029.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.objects import Function
from dbarch_widgets.model.rights import public_may
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.rights import owner_rights, past_policies, who_reaches
from dbarch_widgets.rules.words import and_list
from dbarch_widgets.sql.write.postgres.names import at
from dbarch_widgets.sql.write.postgres.objects import argument_types

_TRIGGERS = ("trigger", "event_trigger")
_ASKS = re.compile(
    r"\bsession_user\b|\bauth\.(?:uid|jwt|role|email)\b|\bcurrent_setting\s*\(|\bhas_\w+_privilege\s*\(|\bpg_has_role\s*\(",
    re.IGNORECASE,
)
_WRITES = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE(?:\s+TABLE)?)\s+(?:ONLY\s+)?([\w.\"]+)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such function."""
    schema = context.schema
    needed = _called(schema)
    for function in schema.functions:
        if not function.security_definer or function.returns in _TRIGGERS or function.name in needed:
            continue
        if not public_may("function", function.grants, "execute"):
            continue
        if who := tuple(role for role in who_reaches(schema, function.schema) if role != function.owner):
            yield _finding(context, function, who)


def _called(schema: Schema) -> set[str]:
    """The words in policies, views, defaults and checks: the names of the functions that they call are among them."""
    texts: list[str | None] = [view.sql for view in schema.views]
    for table in schema.tables:
        texts += [text for policy in table.rls.policies for text in (policy.using, policy.check)]
        texts += [text for column in table.columns for text in (column.default, column.generated)]
        texts += [check.expression for check in table.checks]
    return {word for text in texts if text for word in _WORD.findall(text)}


def _finding(context: Context, function: Function, who: tuple[str, ...]) -> Finding:
    name = QName(function.schema, function.name)
    body = function.body or ""
    writes = _written(context, body)
    words = set(_WORD.findall(body))
    hidden = [
        table
        for table in context.tables
        if table.rls.enabled and table.name in words and past_policies(context.schema, function.owner, table) != ""
    ]
    does = [f"writes {and_list(writes, at_most=3)}"] if writes else []
    if hidden:
        does.append(f"passes by the row security of {and_list((str(each.qname) for each in hidden), at_most=3)}")
    what = f"; it {and_list(does)}" if does else ""
    named = sorted({grant.role for grant in function.grants if not grant.revoked and "execute" in grant.privileges})
    moot = f", though EXECUTE was granted to {and_list(named)} by name" if named else ""
    superuser = any(role.superuser for role in context.schema.roles if role.name == function.owner)
    asks = _ASKS.search(body) is not None
    everyone = "every role" if who == ("public",) else and_list(who, at_most=3)
    routine = f"{function.kind.upper()} {at(function.schema, function.name)}({argument_types(function.arguments)})"
    return RULE.finding(
        f"{name}() runs with {owner_rights(context.schema, function.owner)} and {everyone} may call it, as PUBLIC has EXECUTE{moot}{what}",
        schema=function.schema,
        object=function.name,
        file=function.file,
        line=function.line,
        severity="low" if asks else "high" if writes or hidden or superuser else None,
        confidence="hint" if asks else None,
        fix=Fix(f"REVOKE EXECUTE ON {routine} FROM PUBLIC;", note="Grant EXECUTE to the roles that need it first."),
    )


def _written(context: Context, body: str) -> list[str]:
    """The tables of the schema that the body writes."""
    names = {match.replace('"', "").rpartition(".")[2] for match in _WRITES.findall(body)}
    found: dict[str, Table] = {str(table.qname): table for table in context.tables if table.name in names}
    return sorted(found)


RULE = Rule(
    name="definer-function-executable-by-public",
    area="security",
    severity="medium",
    confidence="likely",
    summary="A function runs with its owner's rights, and PUBLIC may call it as it may every new function",
    check=check,
    only_for=("postgres",),
)
