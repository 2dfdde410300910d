"""Whether an index can serve what one block of a query asks of one table.

The model is PostgreSQL's b-tree, simplified: equality on leading keys, then one range, then the order of the rest. What a
b-tree cannot serve (other operators, expressions on the column, one side of an OR) is left out of the demand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import Column, IndexKey, Table
from dbarch_widgets.rules.access import Access
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.rules.queries import Condition, ReadQuery
from dbarch_widgets.sql.statement import EQUALITY, RANGE, Predicate

_LISTED = re.compile(r"\bIN \(|= ANY", re.IGNORECASE)


@dataclass(frozen=True)
class Demand:
    """What a block asks of one table: columns compared for equality, in a range, and the order that is cut by LIMIT.

    `loose` are the equality columns that seldom narrow anything (booleans, enums, IS NULL). `nulls` says where those of a
    column of the order come, where the query wants them elsewhere than PostgreSQL puts them: only an index that says so too
    gives that order, also of a column without any.
    """

    table: Table
    alias: str
    block: int
    equal: tuple[str, ...]
    loose: tuple[str, ...]
    ranges: tuple[str, ...]
    lists: tuple[str, ...]
    order: tuple[tuple[str, bool], ...]
    conditions: tuple[Condition, ...]
    nulls: tuple[tuple[str, Literal["first", "last"]], ...] = ()

    @property
    def narrowing(self) -> tuple[str, ...]:
        """The equality columns that do narrow."""
        return tuple(name for name in self.equal if name not in self.loose)


@dataclass(frozen=True)
class Service:
    """What one access offers: how many of its leading keys are compared for equality, and whether a narrowing one is."""

    access: Access
    equal: int = 0
    narrowing: bool = False
    ranged: bool = False
    ordered: bool = False


def demand_of(context: Context, query: ReadQuery, block: int, alias: str, table: Table) -> Demand:
    """What the block asks of the table under that alias."""
    own = [item for item in query.conditions(block) if item.place.alias == alias]
    equal: dict[str, None] = {}
    ranges: dict[str, None] = {}
    lists: dict[str, None] = {}
    loose: dict[str, bool] = {}
    for item in own:
        predicate, name = item.predicate, item.column.name
        if not predicate.conjunct or predicate.wrapped is not None:
            continue
        if predicate.operator in EQUALITY and _is_given(query, item):
            equal.setdefault(name)
            loose[name] = loose.get(name, True) and _is_loose(context, table, item.column, predicate)
            if predicate.operator == "in":
                lists.setdefault(name)
        elif (predicate.operator in RANGE or _is_prefix(predicate)) and predicate.value.constant:
            ranges.setdefault(name)
    return Demand(
        table,
        alias,
        block,
        tuple(equal),
        tuple(name for name, is_loose in loose.items() if is_loose),
        tuple(name for name in ranges if name not in equal),
        tuple(lists),
        _order(query, block, alias),
        tuple(own),
        _nulls(context, query, block),
    )


def _is_given(query: ReadQuery, item: Condition) -> bool:
    """Whether the other side is known before the table is read: a constant, an outer block, or a narrowed table."""
    value = item.predicate.value
    if value.constant or value.kind == "subquery":
        return True
    other = query.other(item)
    if other is None:
        return False
    if other.block != item.place.block:
        return True
    if other.alias == item.place.alias:
        return False
    return any(
        condition.place.alias == other.alias
        and condition.predicate.conjunct
        and condition.predicate.operator in ("=", "in")
        and condition.predicate.wrapped is None
        and condition.predicate.value.constant
        and condition.predicate.value.type not in ("boolean", "null")
        for condition in query.conditions(item.place.block)
    )


def _is_prefix(predicate: Predicate) -> bool:
    return predicate.operator == "like" and predicate.value.kind == "literal" and predicate.value.text[:1] not in "%_"


def _is_loose(context: Context, table: Table, column: Column, predicate: Predicate) -> bool:
    if predicate.operator == "is null" or context.family(column.type) == "boolean":
        return True
    if context.enum(context.base_type(column.type)) is not None:
        return True
    # A check that lists the values says that there are few.
    return any(mentions(item.expression, column.name) and _LISTED.search(item.expression) for item in table.checks)


def _order(query: ReadQuery, block: int, alias: str) -> tuple[tuple[str, bool], ...]:
    shape = query.blocks[block]
    if shape.limit is None or shape.grouped or shape.distinct:
        return ()
    order = []
    for key in shape.order_by:
        place = query.place(block, key.column) if key.column else None
        if place is None or place.alias != alias or place.block != block:
            break
        order.append((place.column.name, key.descending))
    return tuple(order)


def _nulls(context: Context, query: ReadQuery, block: int) -> tuple[tuple[str, Literal["first", "last"]], ...]:
    if context.schema.dialect != "postgres":
        return ()
    keys = (key for key in query.blocks[block].order_by if key.column and key.nulls_first != key.descending)
    return tuple((key.column.name, "first" if key.nulls_first else "last") for key in keys if key.column)


def best_service(context: Context, demand: Demand) -> Service | None:
    """The access that serves the demand best, or None when there is none."""
    offers = [
        offer
        for access in context.accesses(demand.table)
        if is_usable(access, demand.conditions) and (offer := service(access, demand))
    ]
    return max(offers, key=lambda o: (o.narrowing, o.ordered, o.equal, o.ranged), default=None)


def service(access: Access, demand: Demand) -> Service | None:
    """What one access offers to a demand; None when it offers nothing."""
    columns = access.columns
    count = 0
    while count < len(columns) and columns[count] in demand.equal:
        count += 1
    if access.method not in ("btree", "hash", "gist", "spgist", "brin"):
        return None
    following = columns[count] if count < len(columns) else None
    ranged = following is not None and following in demand.ranges
    ordered = access.method == "btree" and _gives_order(access, count, demand)
    if access.method == "brin":
        ranged = ranged or any(name in demand.ranges or name in demand.equal for name in columns)
    if not count and not ranged and not ordered:
        return None
    narrowing = any(name in demand.narrowing for name in columns[:count])
    return Service(access, count, narrowing, ranged, ordered)


def _gives_order(access: Access, count: int, demand: Demand) -> bool:
    """Whether rows come out in the order of the first sort key, forwards or backwards.

    The first key is enough: what is left is sorted within equal values of it, which stops at the limit.
    """
    wanted = [item for item in demand.order if item[0] not in demand.equal]
    if not wanted:
        return bool(demand.order)
    if set(access.columns[:count]) & set(demand.lists):
        return False
    if count >= len(access.keys) or access.keys[count].column != wanted[0][0]:
        return False
    key, (name, descending) = access.keys[count], wanted[0]
    odd = dict(demand.nulls).get(name)
    if odd is None and key.nulls is None:
        return True
    first = descending if odd is None else odd == "first"
    turned = key.order == "desc"
    return (first, descending) == (_nulls_first(key), turned) or (first, descending) == (
        not _nulls_first(key),
        not turned,
    )


def _nulls_first(key: IndexKey) -> bool:
    return key.nulls == "first" if key.nulls else key.order == "desc"


def is_usable(access: Access, conditions: tuple[Condition, ...]) -> bool:
    """Whether the query's conditions imply the index's own, as far as can be seen."""
    if access.index is not None and not access.index.valid:
        return False
    if access.where is None:
        return True
    wanted = _where(access.where)
    return wanted is not None and all(_is_implied(item, conditions) for item in wanted)


@lru_cache(maxsize=4096)
def _where(where: str) -> tuple[Predicate, ...] | None:
    from dbarch_widgets.sql.analyse import analyse

    try:
        statement = analyse(f"SELECT 1 FROM t WHERE {where}")
    except InputError:
        return None
    return statement.blocks[0].predicates


def _is_implied(wanted: Predicate, conditions: tuple[Condition, ...]) -> bool:
    for item in conditions:
        given = item.predicate
        if not given.conjunct or item.column.name != wanted.column.name or given.wrapped != wanted.wrapped:
            continue
        if wanted.operator == "is not null" and given.operator not in ("is null", "other"):
            return True
        if given.operator == wanted.operator and given.value.text == wanted.value.text:
            return True
        allowed = set(wanted.value.items)
        if wanted.operator == "in" and allowed and given.value.constant:
            values = set(given.value.items) or {given.value.text}
            if given.operator in ("=", "in") and values <= allowed:
                return True
    return False
