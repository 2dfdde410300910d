"""Updated table whose pages are full.

Symptom: Rows of a table are updated many times a second, in columns that no index has, and the table's fillfactor is the usual
100.

Why it matters: An update that changes no index can stay within its page (HOT) and leaves the indexes alone, but only where the page
has room. A page that was filled to the brim has none: the new version goes elsewhere, and every index gets an entry.

When it is fine: The rows are few, or the updates come long after the row was written, when vacuum has made room.

How to fix: ALTER TABLE … SET (fillfactor = 80), down to 50 for counters. It holds for new pages; VACUUM FULL or pg_repack brings it
to those that are there. Watch n_tup_hot_upd against n_tup_upd.

Source: PostgreSQL documentation, Heap-Only Tuples (HOT); PostgreSQL documentation, CREATE TABLE, fillfactor.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted
from dbarch_widgets.rules.updates import OFTEN, has_option, updates_of
from dbarch_widgets.rules.words import count_of, rate_text

_VERY_OFTEN = 100.0


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    for table in context.tables:
        if has_option(context, table, "fillfactor"):
            continue
        inside = [update for update in updates_of(context, table) if not update.touched]
        rate = sum(update.rate for update in inside)
        if rate < OFTEN or table.kind == "foreign":
            continue
        number = len(context.accesses(table))
        fix = None
        if table.kind == "table":
            sql = f"ALTER TABLE {dotted(table.qname)} SET (fillfactor = {70 if rate >= _VERY_OFTEN else 85});"
            fix = Fix(sql, note="Holds for new pages; VACUUM FULL or pg_repack brings it to the others.")
        yield RULE.finding(
            f"{table.qname} is updated {rate_text(rate)} ({inside[0].query.name}) in columns that no index has, but full pages leave "
            f"no room for it: each update that has to move writes {count_of(number, 'index entry')}",
            table=table,
            severity="medium" if rate >= _VERY_OFTEN else None,
            fix=fix,
        )


RULE = Rule(
    name="hot-table-without-fillfactor",
    area="operations",
    severity="low",
    confidence="likely",
    summary="A table that is updated often has no room in its pages, so that updates write every index",
    check=check,
    needs=("workload",),
    only_for=("postgres",),
)
