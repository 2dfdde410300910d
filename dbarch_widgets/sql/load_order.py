"""The order in which tables can be made and loaded: what a foreign key points at comes first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dbarch_widgets.model.schema import ForeignKey, QName, Schema, Table


@dataclass(frozen=True)
class LoadOrder:
    """`tables` without partitions, parents first; `broken` are the foreign keys that no such order can satisfy.

    A foreign key from a table to itself is not in `broken`. A key that may be null is broken before one that may not.
    """

    tables: tuple[Table, ...]
    broken: tuple[tuple[Table, ForeignKey], ...] = ()


def load_order(schema: Schema) -> LoadOrder:
    """Base tables with parents first, otherwise in the schema's order. Linear, but for tables that form one cycle."""
    keys = {table.qname: _keys(schema, table) for table in schema.base_tables}
    tables: list[Table] = []
    broken: list[tuple[Table, ForeignKey]] = []
    for group in _groups(keys):
        if len(group) == 1:
            tables.append(schema.table(group[0]))
            continue
        optional = {id(key) for name in group for key in keys[name] if _may_be_null(schema.table(name), key)}
        for name, given_up in _untangled(group, keys, optional):
            tables.append(schema.table(name))
            broken += [(schema.table(name), key) for key in given_up]
    return LoadOrder(tuple(tables), tuple(broken))


Keys = Mapping[QName, tuple[ForeignKey, ...]]


def _keys(schema: Schema, table: Table) -> tuple[ForeignKey, ...]:
    """The table's keys to other base tables."""
    targets = ((key, schema.find(key.target)) for key in table.foreign_keys)
    return tuple(
        key for key, target in targets if target and target.partition_of is None and target.qname != table.qname
    )


def _groups(keys: Keys) -> Iterator[list[QName]]:
    """Tarjan's strongly connected components, parents first; a table in no cycle is a group of its own."""
    number: dict[QName, int] = {}
    low: dict[QName, int] = {}
    pending: dict[QName, None] = {}
    for start in keys:
        if start in number:
            continue
        number[start] = low[start] = len(number)
        pending[start] = None
        stack = [(start, iter(keys[start]))]
        while stack:
            name, rest = stack[-1]
            for key in rest:
                if key.target not in number:
                    number[key.target] = low[key.target] = len(number)
                    pending[key.target] = None
                    stack.append((key.target, iter(keys[key.target])))
                    break
                if key.target in pending:
                    low[name] = min(low[name], number[key.target])
            else:
                stack.pop()
                if stack:
                    low[stack[-1][0]] = min(low[stack[-1][0]], low[name])
                if low[name] == number[name]:
                    yield _taken_from(pending, name)


def _taken_from(pending: dict[QName, None], last: QName) -> list[QName]:
    group: list[QName] = []
    while not group or group[-1] != last:
        group.append(pending.popitem()[0])
    return group


def _untangled(group: list[QName], keys: Keys, optional: set[int]) -> Iterator[tuple[QName, list[ForeignKey]]]:
    """Tables of one cycle in an order that breaks few keys, each with the keys that it gives up."""
    left = dict.fromkeys(reversed(group))
    while left:
        waiting = {name: [key for key in keys[name] if key.target in left] for name in left}
        name = min(left, key=lambda each: (sum(id(key) not in optional for key in waiting[each]), len(waiting[each])))
        del left[name]
        yield name, waiting[name]


def _may_be_null(table: Table, key: ForeignKey) -> bool:
    return any(table.has_column(name) and table.column(name).nullable for name in key.columns)
