"""Facts of another table kept once more.

Symptom: A table refers to another and also keeps columns of it: `customer_id` beside `customer_name` and `customer_city`.

Why it matters: The name depends on the customer, not on the row (a transitive dependency, against third normal form). When
the customer moves, every copy has to be found and changed; what is forgotten says something else from then on, and nobody
knows which of the two is right.

When it is fine: A record of how it was at that time, as the address on an invoice or the price of an order line; names that
say so (`billed_…`, `…_at_order`, `snapshot`) and amounts of money keep the rule silent. So do caches that a trigger keeps.

How to fix: Join, and drop the copy; or say in the column's comment that it is the state at the time of writing.
`dependencies(...)` shows whether the copies in the data still agree.

Source: E. F. Codd, Further Normalization of the Data Base Relational Model; C. J. Date, Database Design and Relational
Theory, chapter 4.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import ForeignKey, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list, bag, is_money, singular, snake, words

_THEN = bag("snapshot original billed billing shipping ordered historic frozen then was old previous invoiced cached")
_RECORDS = bag("invoice receipt audit log history archive snapshot event statement journal report record")
_TECHNICAL = bag("id uuid type kind status state created updated at on key version code deleted")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each reference with copies beside it."""
    for table in context.designed:
        if set(words(singular(table.name))) & _RECORDS or table.triggers:
            continue
        for key in table.foreign_keys:
            copies = _copies(context, table, key)
            if copies:
                yield _finding(context, table, key, copies)


def _copies(context: Context, table: Table, key: ForeignKey) -> tuple[tuple[str, str], ...]:
    """Columns of the table with those of the other that they repeat."""
    parent = context.schema.find(key.target)
    if parent is None or parent.qname == table.qname or len(key.columns) != 1:
        return ()
    if context.is_unique(table, set(key.columns)):
        return ()  # one row for each: a part of the other table, not a copy
    stems = {snake(singular(parent.name)), singular(snake(parent.name).split("_")[-1])}
    for tail in ("_id", "_uuid", "_code", "_ref"):
        if snake(key.columns[0]).endswith(tail):
            stems.add(snake(key.columns[0]).removesuffix(tail))
    tied = {name for other in table.foreign_keys for name in other.columns}
    own = table.primary_key.columns if table.primary_key else ()
    found = []
    for column in table.columns:
        named = snake(column.name)
        stem = next((stem for stem in stems if named.startswith(f"{stem}_")), None)
        tail = named[len(stem) + 1 :] if stem else ""
        rest = next((name for name in parent.column_names if tail and snake(name) == tail), "")
        if not rest or column.name in own or tail.endswith("id"):
            continue
        if column.name in tied or column.generated:
            continue
        if set(words(rest)) & _TECHNICAL or set(words(column.name)) & _THEN or is_money(rest) or column.comment:
            continue
        if context.family(column.type) == context.family(column_of(parent, rest).type):
            found.append((column.name, rest))
    return tuple(found)


def _finding(context: Context, table: Table, key: ForeignKey, copies: tuple[tuple[str, str], ...]) -> Finding:
    mine = tuple(name for name, _ in copies)
    theirs = and_list(name for _, name in copies)
    rows = context.scale(table).rows
    size = f" {rows:,}" if rows and rows > 1000 else ""
    return RULE.finding(
        f"{table.qname} refers to {key.target} by {key.columns[0]} and keeps its {theirs} once more ({and_list(mine)}): when "
        f"{key.target} changes, its{size} copies here say something else",
        table=table,
        columns=mine,
        object=key.name,
        line=column_of(table, mine[0]).line,
        severity="medium" if len(copies) > 1 else None,
        confidence="likely" if len(copies) > 1 else None,
    )


RULE = Rule(
    name="copied-facts",
    area="keys",
    severity="low",
    confidence="hint",
    summary="A table repeats columns of the table that it refers to",
    check=check,
)
