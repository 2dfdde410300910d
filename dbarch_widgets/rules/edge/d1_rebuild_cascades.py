"""Parent whose rebuild deletes its children.

Symptom: A table in D1 has children with ON DELETE CASCADE or SET NULL.

Why it matters: SQLite changes a type, a NOT NULL or a CHECK by making the table anew: copy, drop, rename. That is safe with
foreign keys off, but D1 always has them on and ignores the PRAGMA that turns them off. The DROP TABLE then deletes the rows
of every child that cascades, or empties their references, and no error is given.

When it is fine: No migration ever rebuilds the table: columns are only added.

How to fix: In the migration, copy the children aside first and put them back after, in the same batch; take a Time Travel
bookmark before. Or leave ON DELETE out and delete the children in the program.

Source: Cloudflare D1 documentation, Define foreign keys; SQLite documentation, Making Other Kinds Of Table Schema Changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.d1 import engine_path, is_d1
from dbarch_widgets.rules.words import and_list, big

_MANY = 3


@dataclass(frozen=True)
class _Parent:
    """A table with the names of the children that would lose rows or references, and how many rows."""

    table: Table
    lost: tuple[str, ...]
    emptied: tuple[str, ...]
    rows: int


def check(context: Context) -> Iterator[Finding]:
    """One finding for each parent; a single one when there are many."""
    if not is_d1(context):
        return
    parents = [parent for table in context.tables if (parent := _parent(context, table))]
    if len(parents) <= _MANY:
        for parent in parents:
            yield _finding(context, parent)
        return
    parents.sort(key=lambda parent: (-parent.rows, -len(parent.lost)))
    yield RULE.finding(
        f"A migration that rebuilds one of {len(parents)} parents in D1 deletes rows of its children or empties their "
        f"references, as foreign keys cannot be turned off there: {parents[0].table.qname} {_what(parents[0])}; the same goes "
        f"for {and_list((str(parent.table.qname) for parent in parents[1:]), at_most=4)}",
        object="parents",
        file=context.only_file,
        because=engine_path(context),
    )


def _parent(context: Context, table: Table) -> _Parent | None:
    children = context.schema.referencing(table.qname)
    lost = {child.qname: child for child, key in children if key.on_delete == "cascade"}
    emptied = {child.qname: child for child, key in children if key.on_delete in ("set null", "set default")}
    if not lost and not emptied:
        return None
    rows = sum(context.scale(child).rows or 0 for child in lost.values())
    return _Parent(table, tuple(map(str, lost)), tuple(map(str, emptied)), rows)


def _finding(context: Context, parent: _Parent) -> Finding:
    return RULE.finding(
        f"A migration that rebuilds {parent.table.qname} in D1 {_what(parent)}, as foreign keys cannot be turned off there",
        table=parent.table,
        severity=None if parent.lost else "low",
        because=engine_path(context),
    )


def _what(parent: _Parent) -> str:
    own = str(parent.table.qname)
    others = [name for name in parent.lost if name != own]
    size = f" ({big(parent.rows)} rows)" if parent.rows else ""
    what = [f"deletes all rows of {and_list(others)}{size}"] if others else []
    # The new table's rows still refer to the old one when that is dropped.
    what += ["deletes the copied rows that have a parent"] if own in parent.lost else []
    what += [f"empties the references of {and_list(parent.emptied)}"] if parent.emptied else []
    return and_list(what)


RULE = Rule(
    name="d1-rebuild-cascades",
    area="edge",
    severity="medium",
    confidence="likely",
    summary="A migration that rebuilds the table in Cloudflare D1 deletes the rows of its children",
    check=check,
)
