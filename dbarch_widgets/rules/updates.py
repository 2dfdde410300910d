"""How often rows of a table are updated, and whether PostgreSQL can keep such an update within the page (HOT)."""

from __future__ import annotations

from dataclasses import dataclass

from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import Access
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.rules.queries import ReadQuery

OFTEN = 10.0  # updates a second from which it matters whether they stay in their page


@dataclass(frozen=True)
class Update:
    """One UPDATE of the workload with the indexes whose entries it changes."""

    query: ReadQuery
    touched: tuple[tuple[Access, str], ...]

    @property
    def rate(self) -> float:
        return self.query.rate or 0.0


def updates_of(context: Context, table: Table) -> list[Update]:
    """The updates of the table, those by INSERT … ON CONFLICT DO UPDATE left out."""
    found = []
    for query in context.queries_on(table):
        if query.statement.verb == "update" and query.written and context.root(query.written) is table:
            columns = query.statement.written_columns
            found.append(Update(query, tuple(_touched(context, table, columns))))
    return found


def set_often(context: Context, table: Table, columns: tuple[str, ...]) -> float | None:
    """How often a second the columns are set by updates that stay in their page so far; None when that is seldom."""
    rate = sum(
        update.rate
        for update in updates_of(context, table)
        if not update.touched and set(columns) & set(update.query.statement.written_columns)
    )
    return rate if rate >= OFTEN else None


def _touched(context: Context, table: Table, columns: tuple[str, ...]) -> list[tuple[Access, str]]:
    """The indexes that have one of the columns. BRIN does not count: it does not point at single rows."""
    found = []
    for access in context.accesses(table):
        texts = [key.expression or "" for key in access.keys] + [access.where or ""]
        for name in columns:
            held = name in access.columns or name in access.include
            if access.method != "brin" and (held or any(text and mentions(text, name) for text in texts)):
                found.append((access, name))
                break
    return found


def has_option(context: Context, table: Table, *names: str) -> bool:
    """Whether the table, or one of its partitions, sets one of the storage parameters."""
    options = {*table.options}
    for partition in context.schema.partitions(table.qname):
        options |= {*partition.options}
    return bool(options & set(names))
