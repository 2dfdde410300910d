"""Query without an index to serve it.

Symptom: A query of the workload compares columns of a table with given values, but no index begins with one of them; or
the only index that has them begins with a column of the range or of the order, not of the equality.

Why it matters: The database reads the whole table, or walks a whole index, for each execution. It is quick in testing
and slows down by as much as the table grows.

When it is fine: Small tables, reports that run at night, and conditions that most rows meet.

How to fix: One index with the columns in this order: those compared for equality, then the ones of ORDER BY when a LIMIT
follows, or else the one of the range. Columns that only narrow a little (a flag, IS NULL) belong into its WHERE. For what is still
open (`WHERE resolved_at IS NULL`) a partial index, which stays as small as the backlog.

Source: PostgreSQL documentation, Multicolumn Indexes; PostgreSQL documentation, Indexes and
ORDER BY; Markus Winand, SQL Performance Explained.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dbarch_widgets.model.finding import Finding, Fix, Severity
from dbarch_widgets.model.schema import IndexKey, QName, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.index_fixes import index_instead
from dbarch_widgets.rules.queries import Condition, ReadQuery
from dbarch_widgets.rules.serving import Demand, best_service, demand_of, is_usable
from dbarch_widgets.rules.undone import undone, undone_where
from dbarch_widgets.rules.words import and_list, big

_WRONG_ORDER = "walks an index that does not begin with it"
_SCAN = "reads the whole table"
_PARTIAL = ("postgres", "sqlite", "sqlserver")  # what has an index of some of the rows
_DONE = "walks over all that is done"
_SORT = "sorts what it finds, each time"


@dataclass(frozen=True)
class _Want:
    """An index that one query wants."""

    query: ReadQuery
    demand: Demand
    keys: tuple[IndexKey, ...]
    trouble: str
    existing: str | None = None
    where: str = ""


_Key = tuple[QName, str, tuple[IndexKey, ...]]
_Wants = dict[_Key, list[_Want]]


def check(context: Context) -> Iterator[Finding]:
    """One finding for each index that is wanted, at the query that wants it most."""
    wants: _Wants = {}
    for query in context.queries:
        for number in range(len(query.blocks)):
            for alias, table in query.tables_of(number):
                root = context.root(table)
                if root.kind == "foreign" or context.is_small(root):
                    continue
                want = _want(context, query, demand_of(context, query, number, alias, table))
                if want:
                    wants.setdefault((root.qname, want.where, want.keys), []).append(want)
    for found in _merged(wants):
        found.sort(key=lambda want: -(want.query.rate or 0))
        yield _finding(context, found)


def _merged(wants: _Wants) -> list[list[_Want]]:
    """An index that is the beginning of another one wanted is not wanted itself."""
    kept: _Wants = {}
    for (name, where, keys), found in sorted(wants.items(), key=lambda item: -len(item[0][2])):
        longer = next((other for other in kept if other[:2] == (name, where) and other[2][: len(keys)] == keys), None)
        kept.setdefault(longer or (name, where, keys), []).extend(found)
    return [kept[key] for key in wants if key in kept]


def _want(context: Context, query: ReadQuery, demand: Demand) -> _Want | None:
    if context.is_unique(demand.table, set(demand.equal)):
        return None
    partition = set(context.partition_columns(context.root(demand.table)))
    if partition & {*demand.equal, *demand.ranges}:
        return None  # the partition is small; within it a scan may well be what is wanted
    best = best_service(context, demand)
    partial = context.schema.dialect in ("postgres", "sqlite")
    if not demand.narrowing and partial and (fixed := undone(demand) or _used_up(query, demand)):
        return _of_what_is_open(context, query, demand, fixed)
    if not demand.narrowing and best is None and (given := _used_up(query, demand, ("parameter",))):
        return _Want(query, demand, (IndexKey(given.column.name), IndexKey(demand.ranges[0])), _SCAN)
    if not demand.narrowing:
        return _without_equality(context, query, demand, best is not None)
    keys = _keys(demand)
    if best is None:
        return _Want(query, demand, keys, _SCAN)
    if not best.narrowing:
        name = best.access.name if best.ranged or best.ordered else None
        return _Want(query, demand, keys, _WRONG_ORDER if name else _SCAN, name)
    sorts = bool(demand.order) and not best.ordered and not demand.ranges and (query.rate or 0) >= 1
    return _Want(query, demand, keys, _SORT, best.access.name) if sorts else None


def _without_equality(context: Context, query: ReadQuery, demand: Demand, served: bool) -> _Want | None:
    """Only a range, only an order with a limit, or both behind a column of few values."""
    if served or len(query.blocks[demand.block].tables) > 1:
        return None
    if demand.ranges and not demand.loose:
        return _Want(query, demand, (IndexKey(demand.ranges[0]),), _SCAN)
    if demand.order and not demand.conditions and not demand.equal:
        return _Want(query, demand, _order_keys(demand), _SCAN)
    if demand.loose and _is_cut_in_order(demand):
        # The first rows in order are found at once, however many have that value.
        listed = [name for name in demand.equal if _is_listed(context, demand, name)]
        return _Want(query, demand, (*(IndexKey(name) for name in listed), *_order_keys(demand)), _SCAN)
    return None


def _of_what_is_open(context: Context, query: ReadQuery, demand: Demand, fixed: Condition) -> _Want | None:
    """A partial index of the rows that are still to be done, where no index holds those alone."""
    block = query.blocks[demand.block]
    if block.locks == "update" and block.limit is not None:
        return None  # a queue: see queue-walks-done-rows
    if context.source.dialect not in _PARTIAL:
        return None
    name = fixed.column.name
    for access in context.accesses(context.root(demand.table)):
        if access.columns[:1] == (name,) or (access.where and is_usable(access, demand.conditions)):
            return None
    keys = tuple(key for key in _order_keys(demand) if key.column != name) or tuple(
        IndexKey(each) for each in demand.ranges[:1]
    )
    return _Want(query, demand, keys or (IndexKey(name),), _DONE, where=undone_where(fixed))


def _used_up(query: ReadQuery, demand: Demand, kinds: tuple[str, ...] = ("literal",)) -> Condition | None:
    """`SET expired = true WHERE expires_at < now() AND NOT expired`: each run takes away what it finds, so that is little.

    `kinds` are those of the value that it finds them by.
    """
    for item in demand.conditions:
        predicate = item.predicate
        fixed = predicate.operator == "is null" or (predicate.operator == "=" and predicate.value.kind in kinds)
        written = query.written is demand.table and item.column.name in query.statement.written_columns
        if written and fixed and predicate.conjunct and predicate.wrapped is None and demand.ranges:
            return item
    return None


def _is_cut_in_order(demand: Demand) -> bool:
    """Whether nothing else is asked than values, and the first so many rows by one time or number."""
    by = {name for name, _ in demand.order}
    known = {*demand.equal, *demand.ranges}
    plain = all(item.column.name in known and item.predicate.wrapped is None for item in demand.conditions)
    return len(by) == 1 and set(demand.ranges) <= by and not by & set(demand.equal) and plain and not demand.lists


def _is_listed(context: Context, demand: Demand, name: str) -> bool:
    """A column of some values, rather than a flag or a time that is empty in nearly all rows."""
    empty = any(item.column.name == name and item.predicate.operator == "is null" for item in demand.conditions)
    return not empty and context.family(demand.table.column(name).type) != "boolean"


def _keys(demand: Demand) -> tuple[IndexKey, ...]:
    """Equality first, then the order or the range; a list of values would break the order and comes last."""
    single = [name for name in demand.narrowing if name not in demand.lists]
    several = [name for name in demand.narrowing if name in demand.lists]
    keys = [IndexKey(name) for name in single]
    order = [key for key in _order_keys(demand) if key.column not in demand.equal]
    if order and not (demand.ranges and order[0].column not in demand.ranges):
        return (*keys, *(order if not several else ()), *(IndexKey(name) for name in several)) or tuple(order)
    keys += [IndexKey(name) for name in several]
    return (*keys, *(IndexKey(name) for name in demand.ranges[:1]))


def _order_keys(demand: Demand) -> tuple[IndexKey, ...]:
    turned = [descending for _, descending in demand.order]
    nulls = dict(demand.nulls)
    if len(set(turned)) == 1 and len(turned) > 1 and not nulls:
        # All in one direction: the index is read backwards, and serves both.
        return tuple(IndexKey(name) for name, _ in demand.order)
    return tuple(
        IndexKey(name, order="desc" if descending else "asc", nulls=nulls.get(name))
        for name, descending in demand.order
    )


def _finding(context: Context, wants: list[_Want]) -> Finding:
    first = wants[0]
    table = context.root(first.demand.table)
    rows = context.scale(table).rows
    searched = _searched(first)
    size = f" of {big(rows)} rows" if rows and first.trouble == _SCAN else ""
    if first.trouble == _DONE:
        searched = first.where
        why = "no index holds those rows alone"
        does = "walks over all that is done"
    elif first.trouble == _SCAN:
        why = (
            f"no index of {table.qname} begins with it"
            if " and " not in searched
            else (f"no index of {table.qname} begins with one of them")
        )
        does = f"reads the whole table{size}"
    elif first.trouble == _WRONG_ORDER:
        why = f"{first.existing} begins with another column than the one compared for equality"
        does = "walks all of that index or of the table"
    else:
        order = and_list(name for name, _ in first.demand.order)
        why = f"{first.existing} does not go on with {order}"
        does = "reads and sorts all that match to keep a few"
    ordered = not first.demand.equal and not first.demand.ranges and not first.where
    verb = "takes the first rows of" if ordered else "searches"
    names = list(dict.fromkeys(want.query.name for want in wants if want.query is not first.query))
    others = f" ({and_list(names, at_most=3)} would use it too)" if names else ""
    return RULE.finding(
        f"{first.query.name} {verb} {table.qname} by {searched}, and {why}: it {does}{first.query.often}{others}",
        table=table,
        columns=tuple(key.column for key in first.keys if key.column),
        query=first.query,
        severity=_severity(context, table, wants),
        confidence="hint" if first.trouble == _SORT else None,
        fix=_fix(context, table, first),
        because=(context.rows_path(table),),
        queries=names,
    )


def _searched(want: _Want) -> str:
    """The columns that the query compares, or sorts by where it compares none that narrows."""
    demand = want.demand
    if not demand.narrowing and len(want.keys) > 1:
        return and_list(key.column for key in want.keys if key.column)
    return and_list((*demand.narrowing, *demand.ranges) or [name for name, _ in demand.order])


def _severity(context: Context, table: Table, wants: list[_Want]) -> Severity:
    if all(want.trouble == _SORT for want in wants):
        return "low"
    rows = context.scale(table).rows
    rates = [want.query.rate for want in wants if want.query.rate is not None]
    if rows is None or not rates:
        return "medium" if not rates or sum(rates) >= 1 else "low"
    load = rows * sum(rates)
    return "high" if load >= 1e6 else "medium" if load >= 1e3 else "low"


def _fix(context: Context, table: Table, want: _Want) -> Fix:
    note = "On a live table use CREATE INDEX CONCURRENTLY, outside of a transaction. Measure before and after."
    if table.kind == "partitioned":
        note = "CONCURRENTLY is not possible on a partitioned table: build the index on each partition first."
    return Fix(index_instead(context, table, want.keys, where=want.where), note=note)


RULE = Rule(
    name="missing-index-for-query",
    area="indexes",
    severity="medium",
    confidence="likely",
    summary="No index begins with the columns by which a query of the workload searches",
    check=check,
    turns=(("scale.tables", "high when rows times executions a second reach a million, medium from a thousand"),),
    needs=("workload",),
)
