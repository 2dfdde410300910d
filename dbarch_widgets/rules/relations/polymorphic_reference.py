"""Reference to one of several tables.

Symptom: A pair of columns such as `target_type` and `target_id` says in which table, and which row, another row is.

Why it matters: No foreign key can hold, so orphans come by themselves. Every reader needs a CASE or one join per kind,
the planner has no statistics for it, and what hangs on such a row (its tenant, who may see it) cannot be derived by the
database.

When it is fine: Audit trails, which must outlive what they speak of, and tables where the reference is only ever shown.

How to fix: One nullable column with a foreign key for each kind, and a check that exactly one of them is set; or one
table for each kind; or a common parent table that all kinds share.

Source: Bill Karwin, SQL Antipatterns, chapter Polymorphic Associations; PostgreSQL documentation, Foreign
Keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import words

_KINDS = ("type", "kind", "table", "class")
# Of what sort a port is, not in which table it stands.
_SORTS = frozenset(("port", "interface"))
_QUOTED = re.compile(r"'((?:[^']|'')*)'")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each pair of columns."""
    for table in context.tables:
        tied = {name for key in table.foreign_keys for name in key.columns}
        for column in table.columns:
            other = _id_beside(context, table, column, tied)
            if other is not None and other not in tied and not _is_own_key(table, other):
                yield _finding(table, column, other)


def _id_beside(context: Context, table: Table, column: Column, tied: set[str]) -> str | None:
    """The column that says which row, where `column` says of which table: `target_id` beside `target_type`.

    Django's `content_type_id`, which refers to its list of models, goes with `object_id`.
    """
    parts = words(column.name)
    if parts == ("content", "type", "id"):
        return next((name for name in table.column_names if words(name) == ("object", "id")), None)
    if (
        len(parts) < 2
        or parts[-2] in _SORTS
        or parts[-1] not in _KINDS
        or column.name in tied
        or not _is_name(context, column)
    ):
        return None
    return next((name for name in table.column_names if words(name) == (*parts[:-1], "id")), None)


def _is_name(context: Context, column: Column) -> bool:
    return context.is_text(column.type) or context.enum(column.type) is not None


def _is_own_key(table: Table, name: str) -> bool:
    """Whether the id is that of the row itself: `order_type` beside `order_id` in a table of orders."""
    if column_of(table, name).identity or "nextval(" in (column_of(table, name).default or ""):
        return True
    return table.primary_key is not None and table.primary_key.columns[0] == name


def _finding(table: Table, column: Column, other: str) -> Finding:
    kinds = _kinds(table, column)
    trail = bool({"audit", "log", "history", "event", "events", "archive"} & set(words(f"{table.schema}.{table.name}")))
    into = f" into {len(kinds)} tables ({', '.join(kinds[:5])})" if len(kinds) > 1 else " into more than one table"
    return RULE.finding(
        f"{table.qname} points{into} by {column.name} and {other}: no foreign key can hold, so orphans go unseen",
        table=table,
        columns=(column.name, other),
        line=column.line,
        severity="info" if trail else None,
    )


def _kinds(table: Table, column: Column) -> list[str]:
    """The kinds that a check constraint lists."""
    for item in table.checks:
        if column.name in item.expression and (found := _QUOTED.findall(item.expression)):
            return list(found)
    return []


RULE = Rule(
    name="polymorphic-reference",
    area="relations",
    severity="medium",
    confidence="likely",
    summary="A type and an id column together point into one of several tables",
    check=check,
)
