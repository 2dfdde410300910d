"""Tables with a row for each thing that happened, known by their shape."""

from __future__ import annotations

from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.words import bag, words

_INSTANTS = frozenset(("timestamp with time zone", "timestamp without time zone"))
# A row that has one of these lives on after it was written.
_CHANGES = bag("status state updated modified changed deleted valid effective expires expiry due")


def is_happening(context: Context, table: Table) -> bool:
    """Whether each row says that something happened: when, to which row of another table, and nothing that changes later.

    A required time, a required reference, no state, no time that is filled in afterwards, and no table that refers to it.
    """
    if context.schema.referencing(table.qname) or any(set(words(name)) & _CHANGES for name in table.column_names):
        return False
    times = [column for column in table.columns if context.family(column.type) in _INSTANTS]
    return bool(times) and not any(column.nullable for column in times) and _refers(table)


def _refers(table: Table) -> bool:
    columns: dict[str, Column] = {column.name: column for column in table.columns}
    return any(
        key.target != table.qname and all(name in columns and not columns[name].nullable for name in key.columns)
        for key in table.foreign_keys
    )
