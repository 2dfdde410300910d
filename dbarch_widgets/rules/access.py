"""All that PostgreSQL can search a table by: indexes, and those behind keys and exclusion constraints, in one shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from dbarch_widgets.model.schema import Column, Exclusion, Index, IndexKey, Table

AccessKind = Literal["primary key", "unique constraint", "exclusion constraint", "index"]

_EXCLUSION = re.compile(r"\s*(?:USING\s+(?P<method>\w+)\s*)?\((?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_ELEMENT = re.compile(
    r'\s*(?:"(?P<quoted>(?:[^"]|"")+)"|(?P<plain>[A-Za-z_]\w*))(?=\s+(?:\w+\s+)*WITH\b)', re.IGNORECASE
)
_NOT_NULL = re.compile(r'\(*\s*"?(\w+)"?\s+IS\s+NOT\s+NULL\s*\)*', re.IGNORECASE)


@dataclass(frozen=True)
class Access:
    """One thing to search by. `index` is set for a plain index, None for one that backs a constraint."""

    name: str
    kind: AccessKind
    method: str
    keys: tuple[IndexKey, ...]
    unique: bool = False
    nulls_distinct: bool = True
    include: tuple[str, ...] = ()
    where: str | None = None
    line: int | None = None
    index: Index | None = None

    @cached_property
    def columns(self) -> tuple[str | None, ...]:
        """The key columns in order; None where the key is an expression."""
        return tuple(key.column for key in self.keys)

    def leads_with(self, columns: tuple[str, ...]) -> bool:
        """Whether the first keys are these columns, in any order."""
        return set(self.columns[: len(columns)]) == set(columns)

    def holds_all_of(self, columns: tuple[str, ...]) -> bool:
        """Whether every row with a value in each of `columns` is in it: no condition, or only IS NOT NULL on them."""
        if self.where is None:
            return True
        parts = re.split(r"\s+AND\s+", self.where, flags=re.IGNORECASE)
        found = [_NOT_NULL.fullmatch(part) for part in parts]
        return all(match is not None and match[1] in columns for match in found)


def accesses(table: Table) -> tuple[Access, ...]:
    """Everything the table itself declares, constraints first."""
    return tuple(_accesses(table))


def column_of(table: Table, name: str) -> Column:
    """The column of that name; one of no known type where a source names a column that it does not define."""
    return table.column(name) if table.has_column(name) else Column(name, "")


def unique_keys(table: Table) -> tuple[tuple[str, ...], ...]:
    """The column lists of which each row has its own values."""
    return table.keys()


def key_signature(key: IndexKey) -> tuple[object, ...]:
    """One key, with the default order of nulls written out."""
    nulls = key.nulls or ("last" if key.order == "asc" else "first")
    text = key.column or " ".join((key.expression or "").split())
    return key.column is None, text, key.opclass, key.collation, key.order, nulls


def _accesses(table: Table) -> Iterator[Access]:
    if key := table.primary_key:
        keys = tuple(IndexKey(name) for name in key.columns)
        yield Access(key.name, "primary key", "btree", keys, True, include=key.include, line=key.line)
    for unique in table.unique:
        keys = tuple(IndexKey(name) for name in unique.columns)
        yield Access(
            unique.name,
            "unique constraint",
            "btree",
            keys,
            True,
            unique.nulls_distinct,
            unique.include,
            line=unique.line,
        )
    for exclusion in table.exclusions:
        if found := _exclusion(exclusion):
            yield found
    for index in table.indexes:
        yield Access(
            index.name,
            "index",
            index.method,
            index.keys,
            index.unique,
            index.nulls_distinct,
            index.include,
            index.where,
            index.line,
            index,
        )


def _exclusion(exclusion: Exclusion) -> Access | None:
    match = _EXCLUSION.match(exclusion.definition)
    if match is None:
        return None
    inner, after = _balanced(match["rest"])
    keys = []
    for part in _split(inner):
        element = _ELEMENT.match(part)
        quoted = element["quoted"].replace('""', '"') if element and element["quoted"] else None
        plain = element["plain"].lower() if element and element["plain"] else None
        keys.append(IndexKey(column=quoted or plain, expression=None if quoted or plain else part.strip()))
    where = re.search(r"\bWHERE\b\s*(.*)", after, re.IGNORECASE | re.DOTALL)
    return Access(
        exclusion.name,
        "exclusion constraint",
        (match["method"] or "btree").lower(),
        tuple(keys),
        where=where[1].strip() if where else None,
        line=exclusion.line,
    )


def _balanced(text: str) -> tuple[str, str]:
    """Splits at the parenthesis that closes one opened before `text`."""
    depth = 1
    for place, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return text[:place], text[place + 1 :]
    return text, ""


def _split(text: str) -> list[str]:
    """Splits at the commas that stand in no parenthesis."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]
