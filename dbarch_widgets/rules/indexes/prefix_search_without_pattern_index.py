"""Prefix search that its index cannot serve.

Symptom: A query asks for texts that begin with something (`LIKE 'abc%'`, `LIKE :start || '%'`), and the index on the column is
a plain b-tree.

Why it matters: In every collation but C the index is sorted by the rules of a language, in which what begins with `abc` is
no single range. The planner reads the whole table, although an index on just that column is there.

When it is fine: The database or the column has the collation C (or C.UTF-8, `pg_c_utf8`); say so in the column's definition,
and the rule is silent.

How to fix: An index with text_pattern_ops (varchar_pattern_ops), beside the old one if that serves ORDER BY; or the collation
C on the column.

Source: PostgreSQL documentation, Operator Classes and Operator Families; PostgreSQL documentation, Collation Support.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import IndexKey, Table
from dbarch_widgets.rules.access import Access
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import create_index
from dbarch_widgets.rules.queries import Condition, ReadQuery
from dbarch_widgets.rules.serving import best_service, demand_of
from dbarch_widgets.rules.words import big

_PREFIX = re.compile(r"(?:%\(\w+\)s|[^%'|]+)\s*\|\| '%'\Z")
_BYTEWISE = ("c", "posix", "c.utf8", "c.utf-8", "pg_c_utf8", "ucs_basic")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column, at the query that runs most often."""
    seen: set[tuple[str, str]] = set()
    for query in sorted(context.queries, key=lambda query: -(query.rate or 0)):
        for number in range(len(query.blocks)):
            for item in query.conditions(number):
                table = context.root(item.table)
                place = (str(table.qname), item.column.name)
                if place in seen or not _asks_prefix(item) or context.is_small(table):
                    continue
                plain = _plain(context, table, item.column.name)
                if plain and item.column.collation is None and not _is_narrowed(context, query, number, item):
                    seen.add(place)
                    yield _finding(context, query, table, item, plain)


def _asks_prefix(item: Condition) -> bool:
    predicate = item.predicate
    if predicate.operator != "like" or not predicate.conjunct or predicate.wrapped is not None:
        return False
    if predicate.value.kind == "literal":
        return predicate.value.text[:1] not in ("", "%", "_") and predicate.value.text.endswith("%")
    return predicate.value.kind == "expression" and bool(_PREFIX.match(predicate.value.text))


def _plain(context: Context, table: Table, name: str) -> Access | None:
    """The b-tree that begins with the column, if none of those that do is sorted byte by byte."""
    found = [access for access in context.accesses(table) if access.columns[:1] == (name,) and access.method == "btree"]
    for access in found:
        key = access.keys[0]
        if "pattern_ops" in (key.opclass or "") or (key.collation or "").lower() in _BYTEWISE:
            return None
    if any(name in access.columns and access.method in ("gin", "gist", "spgist") for access in context.accesses(table)):
        return None
    return found[0] if found else None


def _is_narrowed(context: Context, query: ReadQuery, number: int, item: Condition) -> bool:
    best = best_service(context, demand_of(context, query, number, item.place.alias, item.table))
    return best is not None and best.narrowing


def _finding(context: Context, query: ReadQuery, table: Table, item: Condition, plain: Access) -> Finding:
    opclass = "varchar_pattern_ops" if "varying" in context.family(item.column.type) else "text_pattern_ops"
    rows = context.scale(table).rows
    size = f": it reads all {big(rows)} rows" if rows else ""
    return RULE.finding(
        f"{query.name} asks for the beginning of {table.qname}.{item.column.name}{query.aside}, which {plain.name} cannot serve "
        f"unless the collation is C{size}",
        table=table,
        columns=(item.column.name,),
        object=plain.name,
        query=query,
        fix=Fix(
            create_index(context, table, [IndexKey(item.column.name, opclass=opclass)]),
            note="Beside the old index, which serves ORDER BY and, if it is one, the unique key.",
        ),
        because=(context.rows_path(table),) if rows else (),
    )


RULE = Rule(
    name="prefix-search-without-pattern-index",
    area="indexes",
    severity="medium",
    confidence="likely",
    summary="A query asks for the beginning of a text, which a plain b-tree serves in the collation C only",
    check=check,
    needs=("workload",),
    only_for=("postgres",),
)
