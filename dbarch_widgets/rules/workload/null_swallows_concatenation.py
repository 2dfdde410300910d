"""Text that vanishes because a part of it is NULL.

Symptom: A query joins columns by `||`, and one of them may be NULL.

Why it matters: One NULL makes the whole text NULL: a person without a middle name has no name on the invoice.

When it is fine: The text is meant to be missing when a part is.

How to fix: concat() or concat_ws(), which leave NULLs out, or coalesce() around the column. NOT NULL where the column always
has a value.

Source: PostgreSQL documentation, String Functions and Operators; sqlcheck, String Concatenation.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query."""
    for query in context.queries:
        for number, block in enumerate(query.blocks):
            places = [place for ref in block.concatenated if (place := query.place(number, ref))]
            known = _present(query, number)
            open_places = [
                place for place in places if place.column.nullable and (place.alias, place.column.name) not in known
            ]
            if not open_places:
                continue
            table = open_places[0].table
            names = tuple(dict.fromkeys(place.column.name for place in open_places if place.table is table))
            yield RULE.finding(
                f"{query.name} joins {and_list(f'{table.qname}.{name}' for name in names)} to a text by ||: where it is NULL the "
                "whole text is",
                table=context.root(table),
                columns=names,
                query=query,
            )
            break


def _present(query: ReadQuery, number: int) -> set[tuple[str, str]]:
    """The columns that the conditions do not let be NULL."""
    return {
        (item.place.alias, item.column.name)
        for item in query.conditions(number)
        if item.predicate.conjunct and item.predicate.operator not in ("is null", "other")
    }


RULE = Rule(
    name="null-swallows-concatenation",
    area="queries",
    severity="low",
    confidence="likely",
    summary="A text that is put together with || is NULL when one of its columns is",
    check=check,
    needs=("workload",),
)
