"""DISTINCT that takes back what a join has doubled.

Symptom: A query gives back columns of one table only, joins another of which many rows belong to one, and removes the doubles
by DISTINCT.

Why it matters: The join first makes a row for each pair, and DISTINCT then sorts or hashes them all to keep a few. Where a
sum or a count is added later, it counts the doubles.

When it is fine: The joined rows are few, and the query is rare.

How to fix: EXISTS or IN instead of the join: it stops at the first row that matches and makes no doubles.

Source: PostgreSQL documentation, Subquery Expressions; sqlcheck, DISTINCT & JOIN Usage.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.serving import demand_of
from dbarch_widgets.rules.words import big


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query."""
    for query in context.queries:
        for number, block in enumerate(query.blocks):
            if not block.distinct or len(block.tables) < 2 or block.derived or block.grouped:
                continue
            places = [query.place(number, ref) if ref else None for ref in block.outputs]
            aliases = {place.alias for place in places if place}
            if None in places or len(aliases) != 1 or block.stars:
                continue
            many = _many(context, query, number, aliases.pop())
            if many is None:
                continue
            kept = next(place.table for place in places if place)
            rows = context.scale(many).rows
            size = f" of {big(rows)} rows" if rows else ""
            yield RULE.finding(
                f"{query.name} joins {many.qname}{size}, gives back columns of {kept.qname} only and removes the doubles by "
                f"DISTINCT{query.aside}: EXISTS makes none",
                table=context.root(kept),
                query=query,
                object=many.name,
                because=(context.rows_path(many),),
            )
            break


def _many(context: Context, query: ReadQuery, number: int, kept: str) -> Table | None:
    """A joined table of which several rows may belong to one row of the others."""
    for alias, table in query.tables_of(number):
        if alias == kept:
            continue
        equal = {
            item.column.name
            for item in query.conditions(number)
            if item.place.alias == alias and item.predicate.operator == "=" and item.predicate.conjunct
        }
        if not context.is_unique(table, equal | set(demand_of(context, query, number, alias, table).equal)):
            return context.root(table)
    return None


RULE = Rule(
    name="distinct-hides-join",
    area="queries",
    severity="low",
    confidence="likely",
    summary="DISTINCT removes the doubles that a join to many rows has made",
    check=check,
    needs=("workload",),
)
