"""The tables that a promise of the intake speaks of: `ledger: serializable`, `stock: never sold twice`."""

from __future__ import annotations

from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.words import singular, words


def tables_of(context: Context, key: str) -> list[Table]:
    """The table of that name, or the tables of a schema of that name, or those named with the word."""
    name = key.strip().lower().replace(" ", "_")
    exact = [table for table in context.tables if name in (table.name, f"{table.schema}.{table.name}")]
    if exact:
        return exact
    inside = [table for table in context.tables if table.schema == name]
    if inside:
        return inside
    wanted = set(words(singular(name)))
    return [table for table in context.tables if wanted <= set(words(singular(table.name)))]
