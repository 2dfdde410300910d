"""Which column a sequence numbers."""

from __future__ import annotations

import re

from dbarch_widgets.model.objects import Sequence
from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.context import Context


def user_of(context: Context, sequence: Sequence) -> tuple[Table, str] | None:
    """The column that the sequence numbers: the one that owns it, or the one that has it as its default."""
    if sequence.owned_by:
        schema, table, column = sequence.owned_by
        found = context.schema.find(QName(schema, table))
        if found and found.has_column(column):
            return found, column
    used = re.compile(rf"nextval\(.*\b{re.escape(sequence.name)}\b", re.IGNORECASE)
    for found in context.tables:
        for each in found.columns:
            if each.default and sequence.name in each.default and used.search(each.default):
                return found, each.name
    return None


def sequences_of(context: Context, table: Table, column: str) -> list[Sequence]:
    """The sequences that number the column; that of an identity column is not among them, as it goes where the column goes."""
    if column_of(table, column).identity:
        return []
    found = ((each, user_of(context, each)) for each in context.schema.sequences)
    return [each for each, user in found if user and (user[0].qname, user[1]) == (table.qname, column)]
