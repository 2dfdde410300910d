"""Short lists that others refer to by a code: countries, services, states. Nobody deletes from them."""

from __future__ import annotations

from dbarch_widgets.model.schema import ForeignKey, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.words import bag, length_of, singular, words

_COLUMNS, _CODE, _PAIR = 6, 20, 2
_KINDS = bag("type kind state status mode level source scope reason method class category severity")
_CODES = bag("code iso iso2 iso3 symbol currency country kind type")


def is_list(context: Context, table: Table) -> bool:
    """Whether the table is a short list: its size is stated so, or unstated and its shape says so.

    By shape: at most six columns, keyed by a short code, no time at which a row came, and no reference of its own; or a
    number that somebody wrote and its name, where the number is small or called a type, a kind, a state.
    """
    if context.scale(table).rows is not None:
        return context.is_small(table)
    key = table.primary_key.columns if table.primary_key else ()
    if len(key) != 1 or len(table.columns) > _COLUMNS or table.foreign_keys:
        return False
    if any(context.family(column.type).startswith("timestamp") for column in table.columns):
        return False
    column = column_of(table, key[0])
    if column.identity or column.default:
        return False
    family = context.family(column.type)
    if family in ("smallint", "integer", "bigint"):
        kind = set(words(column.name)[-1:]) | set(words(singular(table.name))[-1:])
        return len(table.columns) == _PAIR and (family == "smallint" or bool(kind & _KINDS))
    length = length_of(context.base_type(column.type))
    coded = bool(set(words(column.name)[-1:]) & _CODES)
    return context.is_text(column.type) and (length <= _CODE if length is not None else coded)


def nobody_deletes(context: Context, key: ForeignKey) -> bool:
    """Whether neither the reference nor the workload speaks of deleting rows of its target."""
    target = context.schema.find(key.target)
    deleted = target is not None and any(
        query.statement.verb == "delete" and query.written is target for query in context.queries_on(target)
    )
    return not deleted and key.on_delete in ("no action", "restrict")
