"""The order in which tables can be made and loaded: what a foreign key points at comes first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dbarch_widgets.model.schema import ForeignKey, QName, Schema, Table


@dataclass(frozen=True)
class LoadOrder:
    """`tables` without partitions, parents first; `broken` are the foreign keys that close a cycle of tables.

    A foreign key from a table to itself is not in `broken`.
    """

    tables: tuple[Table, ...]
    broken: tuple[tuple[Table, ForeignKey], ...] = ()


def load_order(schema: Schema) -> LoadOrder:
    """Base tables with parents first, otherwise in the schema's order; in linear time.

    A key that may be null is given up rather than one that may not, where a cycle leaves the choice at its closing edge.
    """
    done: list[Table] = []
    broken: list[tuple[Table, ForeignKey]] = []
    state: dict[QName, str] = {}
    for start in schema.base_tables:
        if start.qname in state:
            continue
        state[start.qname] = "open"
        stack: list[tuple[Table, Iterator[ForeignKey]]] = [(start, _parents(start))]
        while stack:
            table, keys = stack[-1]
            key = next(keys, None)
            if key is None:
                stack.pop()
                state[table.qname] = "done"
                done.append(table)
                continue
            parent = schema.find(key.target)
            if parent is None or parent.partition_of is not None or parent.qname == table.qname:
                continue
            if state.get(parent.qname) == "open":
                broken.append((table, key))
            elif parent.qname not in state:
                state[parent.qname] = "open"
                stack.append((parent, _parents(parent)))
    return LoadOrder(tuple(done), tuple(broken))


def _parents(table: Table) -> Iterator[ForeignKey]:
    """Keys that may not be null first: following them first leaves the nullable ones to close cycles."""
    return iter(sorted(table.foreign_keys, key=lambda key: _nullable(table, key)))


def _nullable(table: Table, key: ForeignKey) -> bool:
    return any(table.has_column(name) and table.column(name).nullable for name in key.columns)
