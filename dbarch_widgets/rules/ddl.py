"""Writes the SQL of a fix for people to read: names are quoted only where PostgreSQL needs it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from dbarch_widgets.model.schema import Index, IndexKey, QName, Table

if TYPE_CHECKING:
    from dbarch_widgets.rules.context import Context

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*\Z")
_LONGEST = 63


@lru_cache(maxsize=65536)
def is_keyword(name: str) -> bool:
    """Whether PostgreSQL takes the bare name for a keyword that `quote_ident` would quote."""
    import postgast

    if not _PLAIN.match(name):
        return False
    tokens = list(postgast.scan(name).tokens)
    # 0 is no keyword, 1 an unreserved one; both are fine as a name.
    return len(tokens) != 1 or int(tokens[0].keyword_kind) > 1


@lru_cache(maxsize=65536)
def ident(name: str) -> str:
    """The name as PostgreSQL's `quote_ident` writes it: quoted only if it has to be."""
    if _PLAIN.match(name) and not is_keyword(name):
        return name
    return '"' + name.replace('"', '""') + '"'


def dotted(name: QName) -> str:
    """`schema.name`, or only the name in `public`."""
    if name.schema in ("public", ""):
        return ident(name.name)
    return f"{ident(name.schema)}.{ident(name.name)}"


def idents(names: Iterable[str]) -> str:
    """Names between commas."""
    return ", ".join(ident(name) for name in names)


def key_text(key: IndexKey) -> str:
    """One key of an index as CREATE INDEX has it."""
    text = ident(key.column) if key.column is not None else f"({key.expression})"
    if key.collation:
        text += f" COLLATE {ident(key.collation)}"
    if key.opclass:
        text += f" {key.opclass}"
    if key.order == "desc":
        text += " DESC"
    if key.nulls:
        text += f" NULLS {key.nulls.upper()}"
    return text


def free_name(context: Context, table: Table, columns: Iterable[str], suffix: str = "idx") -> str:
    """A name for a new index or constraint that nothing in the table's schema has yet."""
    taken = context.names_in(table.schema)
    stem = "_".join([table.name, *columns])
    number = 0
    while True:
        tail = f"_{suffix}{number or ''}"
        name = stem[: _LONGEST - len(tail)] + tail
        if name not in taken:
            return name
        number += 1


def create_index(
    context: Context, table: Table, keys: Iterable[IndexKey], *, unique: bool = False, where: str = ""
) -> str:
    """A CREATE INDEX on the table, under a free name."""
    items = list(keys)
    parts = [re.sub(r"\W+", "_", key.column or key.expression or "").strip("_") for key in items]
    name = free_name(context, table, parts, "key" if unique else "idx")
    what = "CREATE UNIQUE INDEX" if unique else "CREATE INDEX"
    tail = f" WHERE {where}" if where else ""
    return f"{what} {ident(name)} ON {dotted(table.qname)} ({', '.join(map(key_text, items))}){tail};"


def drop_index(table: Table, index: Index) -> str:
    """A DROP INDEX."""
    return f"DROP INDEX {dotted(QName(table.schema, index.name))};"


@lru_cache(maxsize=65536)
def is_reserved(name: str) -> bool:
    """Whether the bare name cannot stand for a table or a column at all."""
    import postgast

    if not _PLAIN.match(name):
        return False
    tokens = list(postgast.scan(name).tokens)
    # 4 is RESERVED_KEYWORD; 3 (type or function name) cannot be a table or column either.
    return len(tokens) == 1 and int(tokens[0].keyword_kind) in (3, 4)
