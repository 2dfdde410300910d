"""The SQL that gives a column another type, where nothing that hangs on the column stands in the way."""

from __future__ import annotations

from dbarch_widgets.model.finding import Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.dependents import blocks_type_change, mentions


def retyped(
    context: Context, table: Table, column: Column, type: str, using: str, note: str, default: str | None = None
) -> Fix | None:
    """ALTER COLUMN … TYPE, with the default taken off before and `default` set after; None when it would be refused.

    Shape: `using` is an expression over the column, quoted already. A column that takes part in a foreign key, a check,
    a condition or an expression of an index has no fix: those have to change with it, and how is for people to say.
    """
    name = column.name
    if column.type.endswith("]") or column.generated or column.identity or blocks_type_change(context, table, name):
        return None
    if is_tied(context, table, name) or any(mentions(item.expression, name) for item in table.checks):
        return None
    for index in table.indexes:
        if mentions(index.where, name) or any(mentions(key.expression, name) for key in index.keys):
            return None
        if any(key.column == name and (key.opclass or key.collation) for key in index.keys):
            return None
    if column.default is not None and default is None:
        return None
    alter = f"ALTER TABLE {dotted(table.qname)} ALTER COLUMN {ident(name)}"
    lines = [f"{alter} TYPE {type} USING {using};"]
    if column.default is not None:
        lines = [f"{alter} DROP DEFAULT;", *lines, f"{alter} SET DEFAULT {default};"]
    return Fix("\n".join(lines), note=note)


def is_tied(context: Context, table: Table, name: str) -> bool:
    """Whether a foreign key begins or ends at the column."""
    if any(name in key.columns for key in table.foreign_keys):
        return True
    return any(name in key.ref_columns for _, key in context.schema.referencing(table.qname))
