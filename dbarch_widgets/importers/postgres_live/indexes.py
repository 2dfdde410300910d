"""Definitions of indexes, as the catalog prints them → indexes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres_live import wording
from dbarch_widgets.importers.postgres_live.session import Row
from dbarch_widgets.importers.postgres_live.tables import Lost
from dbarch_widgets.model.schema import Index, IndexKey, QName

Node = Any


def indexes_of_tables(rows: Iterable[Row] | None, lost: Lost) -> dict[int, tuple[Index, ...]]:
    """The indexes by the `oid` of their table or materialized view."""
    found: dict[int, list[Index]] = {}
    for row in rows or ():
        relation = QName(row["schema"], row["relation"])
        made = index(row)
        if made is None:
            lost.add("indexes whose definition is not understood", f"{relation}.{row['name']}")
        else:
            found.setdefault(row["oid"], []).append(made)
    return {oid: tuple(each) for oid, each in found.items()}


def index(row: Row) -> Index | None:
    """One index; None when its definition is not understood."""
    statement = wording.index_statement(row["definition"])
    if statement is None:
        return None
    return Index(
        row["name"],
        tuple(_key(node.index_elem) for node in statement.index_params),
        method=statement.access_method or "btree",
        unique=statement.unique,
        nulls_distinct=not statement.nulls_not_distinct,
        include=tuple(node.index_elem.name for node in statement.index_including_params),
        where=wording.bare_node(statement.where_clause) if statement.HasField("where_clause") else None,
        valid=row["valid"],
        comment=row["comment"],
    )


def _key(element: Node) -> IndexKey:
    """The catalog prints an order, an operator class or a collation only where it is not the usual one."""
    nulls: Literal["first", "last"] | None = None
    if element.nulls_ordering == pb.SORTBY_NULLS_FIRST:
        nulls = "first"
    elif element.nulls_ordering == pb.SORTBY_NULLS_LAST:
        nulls = "last"
    return IndexKey(
        column=element.name or None,
        expression=None if element.name else wording.bare_node(element.expr),
        opclass=element.opclass[-1].string.sval if element.opclass else None,
        collation=element.collation[-1].string.sval if element.collation else None,
        order="desc" if element.ordering == pb.SORTBY_DESC else "asc",
        nulls=nulls,
    )
