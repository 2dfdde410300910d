"""The SQL of fixes that make an index: what the new one makes redundant goes with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dbarch_widgets.model.schema import IndexKey, QName, Table
from dbarch_widgets.rules.access import key_signature
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.ddl import create_index, dotted


def index_instead(
    context: Context, table: Table, keys: Iterable[IndexKey], *, unique: bool = False, where: str = ""
) -> str:
    """A CREATE INDEX, and a DROP INDEX for each plain index that only has the first of its keys."""
    items = list(keys)
    made = create_index(context, table, items, unique=unique, where=where)
    return made if where else "\n".join([made, *_drops(table, items)])


def key_instead(made: str, table: Table, columns: Sequence[str]) -> str:
    """The same for SQL that makes a primary key or unique constraint over those columns."""
    return "\n".join([made, *_drops(table, [IndexKey(name) for name in columns])])


def _drops(table: Table, keys: Sequence[IndexKey]) -> list[str]:
    return [f"DROP INDEX IF EXISTS {dotted(QName(table.schema, name))};" for name in made_redundant(table, keys)]


def index_for_key(context: Context, table: Table, columns: Sequence[str]) -> str:
    """The same for a foreign key of those columns; empty when the table can be searched by them already."""
    if any(access.where is None and access.leads_with(tuple(columns)) for access in context.accesses(table)):
        return ""
    return index_instead(context, table, [IndexKey(name) for name in columns])


def made_redundant(table: Table, keys: Sequence[IndexKey]) -> list[str]:
    """The names of the table's plain indexes whose keys are the first of `keys`, or all of them."""
    new = [key_signature(key) for key in keys]
    found = []
    for index in table.indexes:
        mine = [key_signature(key) for key in index.keys]
        plain = index.method == "btree" and not index.unique and index.where is None and not index.include
        if plain and mine == new[: len(mine)]:
            found.append(index.name)
    return found
