"""Update that has to write every index.

Symptom: An UPDATE that runs often sets a column that an index has: as a key, in INCLUDE, or in its WHERE.

Why it matters: PostgreSQL can then not keep the new row version within its page (HOT): it writes a new entry into every index of the
table, not only into that one, and vacuum has to clean them all. A column that changes all the time, such as the time of the last
visit, costs most.

When it is fine: The index is needed for just this column, such as the state of a queue; then keep the other indexes few.

How to fix: Take the column out of INCLUDE or out of the key where a query can do without; index only the rows that matter (WHERE
state = 'open'); a BRIN index does not count. Or move what changes all the time into a narrow table of its own.

Source: PostgreSQL documentation, Heap-Only Tuples (HOT).
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.updates import OFTEN, updates_of
from dbarch_widgets.rules.words import and_list

_VERY_OFTEN = 500.0


def check(context: Context) -> Iterator[Finding]:
    """One finding for each UPDATE that runs often."""
    for table in context.tables:
        all_indexes = [access for access in context.accesses(table) if access.method != "brin"]
        if len(all_indexes) < 2:
            continue
        for update in updates_of(context, table):
            if update.rate < OFTEN or not update.touched:
                continue
            held = and_list(f"{access.name} has {name}" for access, name in update.touched[:3])
            yield RULE.finding(
                f"{update.query.name} updates {table.qname}{update.query.often}, and {held}: each time a new entry goes into "
                f"each of the table's {len(all_indexes)} indexes that has the row",
                table=table,
                columns=tuple(dict.fromkeys(name for _, name in update.touched if table.has_column(name))),
                query=update.query,
                severity="medium" if update.rate * len(all_indexes) >= _VERY_OFTEN else None,
            )


RULE = Rule(
    name="update-of-indexed-column",
    area="operations",
    severity="low",
    confidence="likely",
    summary="An UPDATE that runs often changes an indexed column, so that every index gets a new entry",
    check=check,
    needs=("workload",),
    only_for=("postgres",),
)
