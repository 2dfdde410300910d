"""The sets of columns that must be unique together, from every kind of constraint that says so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from dbarch_widgets.model.schema import Index, Table

_EXCLUDED = re.compile(r'(?P<name>"[^"]+"|\w+)(?:\s+[\w.]+)?\s+WITH\s+(?P<operator>[^\s,)]+)')


@dataclass(frozen=True)
class UniqueSet:
    """`where` is the condition of a partial index; `ranges` are columns that must not overlap (an exclusion)."""

    name: str
    columns: tuple[str, ...]
    where: str | None = None
    ranges: tuple[str, ...] = ()


def unique_sets(table: Table) -> tuple[UniqueSet, ...]:
    """The primary key first, then what is smallest: a small unique set settles the larger ones that hold it."""
    found = [UniqueSet(unique.name, unique.columns) for unique in table.unique]
    found += [
        UniqueSet(index.name, columns, where=index.where)
        for index in table.indexes
        if index.unique and (columns := _columns_of(table, index))
    ]
    for exclusion in table.exclusions:
        parts = [(match["name"].strip('"'), match["operator"]) for match in _EXCLUDED.finditer(exclusion.definition)]
        parts = [(name, operator) for name, operator in parts if table.has_column(name)]
        if parts:
            ranges = tuple(name for name, operator in parts if operator != "=")
            found.append(UniqueSet(exclusion.name, tuple(name for name, _ in parts), ranges=ranges))
    found.sort(key=lambda each: (each.where is not None, len(each.columns)))
    if table.primary_key:
        found.insert(0, UniqueSet(table.primary_key.name, table.primary_key.columns))
    return tuple(each for each in found if all(map(table.has_column, each.columns)))


def _columns_of(table: Table, index: Index) -> tuple[str, ...]:
    """The columns of the keys; of `lower(email)` the column inside. Values are kept unique without regard to case."""
    names: list[str] = []
    for key in index.keys:
        names += [key.column] if key.column else columns_in(table, key.expression or "")
    return tuple(dict.fromkeys(names))


def columns_in(table: Table, expression: str) -> list[str]:
    """The table's columns that an expression names; none when it does not parse."""
    try:
        tree = parse_one(expression, dialect="postgres")
    except SqlglotError:
        return []
    names = [column.name for column in tree.find_all(exp.Column)]
    return [name for name in dict.fromkeys(names) if table.has_column(name)]
