"""Rows of STATISTICS → primary key, unique constraints and indexes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from dbarch_widgets.importers.mysql_live.columns import text
from dbarch_widgets.importers.mysql_live.session import Row
from dbarch_widgets.importers.sqlglot_ddl.mysql_expressions import canonical
from dbarch_widgets.importers.sqlglot_ddl.mysql_keys import lengths_of
from dbarch_widgets.model.schema import Index, IndexKey, PrimaryKey, Unique

PRIMARY = "PRIMARY"
# The length of a key of a spatial index is the size of a rectangle, and nobody wrote it.
_WITHOUT_LENGTH = frozenset({"SPATIAL", "RTREE", "FULLTEXT"})


class Keys(NamedTuple):
    primary: PrimaryKey | None
    unique: tuple[Unique, ...]
    indexes: tuple[Index, ...]
    # Of a primary key on the beginnings of columns, which PrimaryKey does not hold.
    lengths: str = ""


def keys_of(rows: Iterable[Row]) -> Keys:
    """The keys of one table. A unique key with more to it than columns is a unique Index."""
    primary, unique, indexes, lengths = None, [], [], ""
    for name, group in groupby(rows, key=lambda row: row["index_name"]):
        index = _index(str(name), list(group))
        columns = tuple(key.column for key in index.keys if key.column)
        if name == PRIMARY:
            primary = PrimaryKey(PRIMARY, columns)
            lengths = lengths_of(index.keys) if any(key.length for key in index.keys) else ""
        elif index.unique and is_plain(index):
            unique.append(Unique(index.name, columns))
        else:
            indexes.append(index)
    return Keys(primary, tuple(unique), tuple(indexes), lengths)


def is_plain(index: Index) -> bool:
    """Whether a Unique can hold all that there is to a unique index."""
    simple = all(key.column and key.length is None and key.order == "asc" for key in index.keys)
    return simple and index.valid and index.comment is None


def _index(name: str, rows: Sequence[Row]) -> Index:
    first = rows[0]
    hidden = first["is_visible"] == "NO" or first["ignored"] == "YES"
    return Index(
        name,
        tuple(_key(row) for row in rows),
        method=first["index_type"].lower().replace("rtree", "spatial"),
        unique=not int(first["non_unique"]),
        valid=not hidden,  # the optimiser does not use it
        comment=first["index_comment"] or None,
    )


def _key(row: Row) -> IndexKey:
    length = None if row["index_type"] in _WITHOUT_LENGTH else row["sub_part"]
    return IndexKey(
        column=row["column_name"],
        expression=canonical(text(row["expression"]).replace("\\'", "'")) if row["column_name"] is None else None,
        length=None if length is None else int(length),
        order="desc" if row["collation"] == "D" else "asc",
    )
