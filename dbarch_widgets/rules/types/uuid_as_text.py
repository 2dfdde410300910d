"""UUID kept as text.

Symptom: A column that holds UUIDs is text or `character varying`.

Why it matters: A UUID takes 16 bytes, its text 37 to 40, in the table and again in each index. Upper and lower case, with
and without hyphens, are several keys for one id, and any other text is taken too.

When it is fine: The ids come from another system that does not keep to the format.

How to fix: The type uuid. Columns that refer to it change with it, in one transaction.

Source: PostgreSQL documentation, UUID Type; RFC 9562.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import ident
from dbarch_widgets.rules.retype import is_tied, retyped
from dbarch_widgets.rules.words import and_list, count_of, words

_MANY = 5
_MAKES = re.compile(r"\b(gen_random_uuid|uuid_generate_v\d\w*|uuidv[47])\(", re.IGNORECASE)
_LENGTH = re.compile(r"\((\d+)\)")
_NOTE = "Fails on the first value that is no UUID. Rewrites the table and its indexes under an exclusive lock."


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column that is not itself a reference to another; one for all when there are many."""
    found = list(_columns(context))
    if len(found) <= _MANY:
        for table, column in found:
            yield _finding(context, table, column)
        return
    names = and_list((f"{table.qname}.{column.name}" for table, column in found), at_most=3)
    yield RULE.finding(
        f"{count_of(len(found), 'column')} hold UUIDs as text ({names}): more than twice the bytes in each row and index, and "
        "the same id in upper case is another one",
        file=context.only_file,
    )


def _columns(context: Context) -> Iterator[tuple[Table, Column]]:
    for table in context.designed:
        referring = {name for key in table.foreign_keys for name in key.columns}
        for column in table.columns:
            if not context.is_text(column.type) or column.type.endswith("]") or column.name in referring:
                continue
            if _MAKES.search(column.default or "") or _is_named(context, column):
                yield table, column


def _is_named(context: Context, column: Column) -> bool:
    """By its name, and a length that is a UUID's; the guid of a news feed is any text, and has none."""
    last = words(column.name)[-1:]
    match = _LENGTH.search(context.base_type(column.type))
    if match is None:
        return last == ("uuid",)
    return last in (("uuid",), ("guid",)) and 32 <= int(match[1]) <= 40


def _finding(context: Context, table: Table, column: Column) -> Finding:
    indexes = [access.name for access in context.accesses(table) if column.name in access.columns]
    also = f" and in {and_list(indexes, at_most=3)}" if indexes else ""
    match = _LENGTH.search(context.base_type(column.type))
    exact = match is not None or column.default is not None
    size = 33 if match and int(match[1]) == 32 else 37
    return RULE.finding(
        f"{table.qname}.{column.name} holds UUIDs as {column.type}: {size} bytes for 16 in each row{also}, and the same id in "
        "upper case is another one",
        table=table,
        columns=(column.name,),
        line=column.line,
        confidence="likely" if exact else "hint",
        fix=_fix(context, table, column),
    )


def _fix(context: Context, table: Table, column: Column) -> Fix | None:
    if is_tied(context, table, column.name):
        return None
    default = column.default
    if default is not None:
        match = _MAKES.search(default)
        if match is None:
            return None
        default = f"{match[1]}()"
    return retyped(context, table, column, "uuid", f"{ident(column.name)}::uuid", _NOTE, default)


RULE = Rule(
    name="uuid-as-text",
    area="types",
    severity="low",
    confidence="likely",
    summary="A column holds UUIDs as text, at more than twice their size",
    check=check,
    only_for=("postgres",),
)
