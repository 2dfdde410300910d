"""A table of settings that has one row: a column for each setting, many of them."""

from __future__ import annotations

from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.words import bag, singular, words

_SETTINGS = bag("config configuration setting option preference")
_MANY = 15


def is_settings_row(table: Table) -> bool:
    """Whether the table is called settings and has a column for each, with a default: what repeats there is fixed in a program."""
    if not set(words(singular(table.name))[-1:]) & _SETTINGS or len(table.columns) < _MANY:
        return False
    return 2 * sum(column.default is not None for column in table.columns) > len(table.columns)
