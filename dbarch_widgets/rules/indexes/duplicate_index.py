"""The same index twice.

Symptom: Two indexes of a table have the same method, keys, operator classes, included columns and condition, or an index
repeats the one behind a primary key or unique constraint.

Why it matters: Every insert, and every update that touches it, writes both; both take memory, disk and time in a restore.
Nothing is gained by the second.

When it is fine: For the minutes in which one replaces the other, as in a rebuild.

How to fix: Drop one: the plain one of a plain and a unique one, and never the one behind a constraint.

Source: PostgreSQL documentation, Examining Index Usage; splinter lint 0009; Azimutt rule index-duplicated.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import Access, key_signature
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, drop_index, ident

_RANK = {"primary key": 0, "unique constraint": 1, "exclusion constraint": 2, "index": 3}


def check(context: Context) -> Iterator[Finding]:
    """One finding for each index too many."""
    for table in context.tables:
        for kept, other in doubles(context, table):
            yield _finding(table, kept, other)


def doubles(context: Context, table: Table) -> Iterator[tuple[Access, Access]]:
    """Pairs of an access that stays and one that repeats it."""
    groups: dict[object, list[Access]] = {}
    for access in context.accesses(table):
        groups.setdefault(signature(access), []).append(access)
    for group in groups.values():
        # Stable: of two plain ones the first stays.
        ordered = sorted(group, key=lambda access: (_RANK[access.kind], not access.unique))
        for other in ordered[1:]:
            if not _binds_more(other, ordered[0]):
                yield ordered[0], other


def signature(access: Access) -> object:
    """What makes two indexes the same to a reader of the table."""
    where = " ".join((access.where or "").lower().split())
    return access.method, tuple(map(key_signature, access.keys)), frozenset(access.include), where


def _binds_more(other: Access, kept: Access) -> bool:
    """Whether the other one forbids something that the kept one allows."""
    if other.kind == "exclusion constraint":
        return True
    return other.unique and (not kept.unique or (kept.nulls_distinct and not other.nulls_distinct))


def _finding(table: Table, kept: Access, other: Access) -> Finding:
    what = kept.name if kept.kind == "index" else f"the {kept.kind} {kept.name}"
    columns = tuple(name for name in other.columns if name)
    if other.index is not None:
        sql = drop_index(table, other.index)
    else:
        sql = f"ALTER TABLE {dotted(table.qname)} DROP CONSTRAINT {ident(other.name)};"
    return RULE.finding(
        f"{other.name} on {table.qname} is the same index as {what}: every write pays for both",
        table=table,
        columns=columns,
        object=other.name,
        file=other.index.file if other.index else None,
        line=other.line,
        fix=Fix(sql, note="On a live table use DROP INDEX CONCURRENTLY." if other.index else None),
    )


RULE = Rule(
    name="duplicate-index",
    area="indexes",
    severity="medium",
    confidence="certain",
    summary="Two indexes of a table are the same, and every write pays for both",
    check=check,
)
