"""Sign-in name that is unique letter by letter.

Symptom: A unique key over an e-mail address or a user name compares letters exactly.

Why it matters: `Ann@example.org` and `ann@example.org` are two accounts. People type capitals where a phone puts them, do
not find their account and make a second one, or somebody registers a name that looks like another's.

When it is fine: A check or the program stores lower case only; a check that says so keeps the rule silent, and so does
citext, a collation that ignores case, or a unique index on lower(…).

How to fix: A unique index on lower(email), and lower(…) in the queries; or a nondeterministic ICU collation that ignores
case, which cannot be used with LIKE before PostgreSQL 18.

Source: PostgreSQL documentation, Indexes on Expressions; PostgreSQL documentation, Nondeterministic Collations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, IndexKey, Table
from dbarch_widgets.rules.access import Access, column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import create_index, ident
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.rules.keys.unique_ignores_soft_delete import living
from dbarch_widgets.rules.words import bag, singular, words

_NAMED = frozenset(("email", "email_address", "username", "user_name", "login", "login_name"))
_PEOPLE = bag("user customer account member subscriber login person profile employee")
_FOLDS = re.compile(r"\b(lower|upper)\s*\(", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each unique key."""
    for table in context.designed:
        if not words(singular(table.name)) or words(singular(table.name))[-1] not in _PEOPLE:
            continue
        for access in context.accesses(table):
            names = [name for name in access.columns if name and name.lower() in _NAMED]
            if access.unique and len(names) == 1 and _is_exact(context, table, column_of(table, names[0])):
                yield _finding(context, table, access, column_of(table, names[0]))


def _is_exact(context: Context, table: Table, column: Column) -> bool:
    if context.family(column.type) == "citext" or not context.is_text(column.type) or column.collation:
        return False
    if context.domain(column.type) is not None:
        return False
    if any(mentions(item.expression, column.name) and _FOLDS.search(item.expression) for item in table.checks):
        return False
    return not any(
        access.unique and any(_folds(key.expression, column.name) for key in access.keys)
        for access in context.accesses(table)
    )


def _folds(expression: str | None, name: str) -> bool:
    return bool(_FOLDS.search(expression or "")) and mentions(expression, name)


def _finding(context: Context, table: Table, access: Access, column: Column) -> Finding:
    folded = next(
        (
            query.name
            for query in context.queries_on(table)
            for number in range(len(query.blocks))
            for item in query.conditions(number)
            if item.column is column and _folds(item.predicate.wrapped, column.name)
        ),
        None,
    )
    uses = f", while {folded} compares without regard to case" if folded else ""
    keys = [
        IndexKey(expression=f"lower({ident(column.name)})") if name == column.name else IndexKey(name)
        for name in access.columns
        if name
    ]
    fix = None
    if table.kind == "table" and access.where is None:
        sql = create_index(context, table, keys, unique=True, where=living(context, table))
        fix = Fix(sql, note="Fails while two rows differ in case only. Queries must compare lower(…) as well.")
    return RULE.finding(
        f"{access.name} keeps {table.qname}.{column.name} unique letter by letter{uses}: the same name in capitals is a second "
        "account",
        table=table,
        columns=(column.name,),
        line=access.line,
        severity="medium" if folded else None,
        confidence="likely" if folded else None,
        fix=fix,
    )


RULE = Rule(
    name="case-sensitive-key",
    area="keys",
    severity="low",
    confidence="hint",
    summary="A unique key over a sign-in name or e-mail address tells capitals from small letters",
    check=check,
    only_for=("postgres",),
)
