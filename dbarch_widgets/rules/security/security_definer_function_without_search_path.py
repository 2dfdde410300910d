"""SECURITY DEFINER function without a search path.

Symptom: A function runs with its owner's rights and does not set `search_path`.

Why it matters: The caller chooses the path on which unqualified names in the function are searched. A table, function or
operator that the caller makes in a schema of their own, or among temporary objects, is used in place of the real one, with
the owner's rights. Who may call it is what `definer-function-executable-by-public` asks.

When it is fine: Every name in the body is qualified, operators included; hardly ever true for long. A body in the SQL
standard form (BEGIN ATOMIC or RETURN) is bound when the function is made and is not reported.

How to fix: SET search_path to the schemas that it needs, with pg_temp last.

Source: PostgreSQL documentation, CREATE FUNCTION, Writing SECURITY DEFINER Functions Safely; splinter lint 0011.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.objects import Function
from dbarch_widgets.model.schema import QName
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.rights import owner_rights
from dbarch_widgets.sql.write.postgres.objects import argument_types

_STANDARD = re.compile(r"\s*(BEGIN\s+ATOMIC|RETURN)\b", re.IGNORECASE)
_TRIGGERS = ("trigger", "event_trigger")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such function."""
    for function in context.schema.functions:
        if not function.security_definer or function.search_path is not None:
            continue
        if function.language == "sql" and (function.body is None or _STANDARD.match(function.body)):
            continue
        name = QName(function.schema, function.name)
        yield RULE.finding(
            f"{name}() runs with {owner_rights(context.schema, function.owner)} on the caller's search_path: whoever may call it can put "
            "objects of their own in place of those that it names",
            schema=function.schema,
            object=function.name,
            file=function.file,
            line=function.line,
            # A trigger function cannot be called directly, only through its table.
            severity="medium" if function.returns in _TRIGGERS else None,
            fix=_fix(function, name),
        )


def _fix(function: Function, name: QName) -> Fix:
    kind = function.kind.upper()
    what = f"{kind} {dotted(name)}({argument_types(function.arguments)})"
    path = "pg_catalog" if function.schema == "pg_catalog" else f"pg_catalog, {ident(function.schema)}, pg_temp"
    return Fix(f"ALTER {what} SET search_path = {path};", note="Add the schemas that the body names.")


RULE = Rule(
    name="security-definer-function-without-search-path",
    area="security",
    severity="high",
    confidence="certain",
    summary="A function runs with its owner's rights on a search path that the caller chooses",
    check=check,
    only_for=("postgres",),
)
