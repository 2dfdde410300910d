"""Foreign key without an index.

Symptom: No index of the table begins with the columns of a foreign key.

Why it matters: Deleting a row of the other table, or changing its key, has to look for rows that refer to it, and reads
this whole table for each one. With ON DELETE CASCADE or SET NULL the same scan finds the rows to change. Joins along the
reference and the query "all of this parent" scan as well.

When it is fine: Nothing is ever deleted from the other table and nobody asks for the rows of one parent; a table that
stays small. Each index costs a write, so an append-only table under load may do without on purpose. References to short lists
(stated to be small, or keyed by a short code, with few columns) are said as a hint without a fix; so is a column that an
UPDATE sets many times a second, since an index on it would take such updates out of their page, and one into
which the workload inserts a thousand rows a second is low while it deletes nothing from the other table.

How to fix: CREATE INDEX on the columns, in the order that other queries need. An index whose first columns are those of
the key in any order will do, and so will a partial one WHERE the column IS NOT NULL.

Source: PostgreSQL documentation, Foreign Keys; splinter lint 0001; SchemaCrawler linter
ForeignKeyWithNoIndexes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from dbarch_widgets.model.finding import SEVERITIES, Finding, Fix, Severity
from dbarch_widgets.model.schema import ForeignKey, IndexKey, Table
from dbarch_widgets.rules.access import Access, unique_keys
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.index_fixes import index_instead
from dbarch_widgets.rules.lists import is_list, nobody_deletes
from dbarch_widgets.rules.together import one_fix, places
from dbarch_widgets.rules.updates import set_often
from dbarch_widgets.rules.warehouse import is_fact
from dbarch_widgets.rules.words import and_list, big, rate_text

_METHODS = ("btree", "hash", "gist", "spgist")
_LARGE = 1_000_000
_HOT = 1_000.0  # inserts a second
_MANY = 15


def check(context: Context) -> Iterator[Finding]:
    """One finding for each foreign key; one for all of a severity where they are many, one for those that refer to lists.

    Partitions are spoken for by their parent.
    """
    every = list(_each(context))
    found = [finding for finding, to_list in every if not to_list]
    keys = sum(len(table.foreign_keys) for table in context.tables)
    for severity in SEVERITIES:
        same = [finding for finding in found if finding.severity == severity]
        if severity == "high" or len(same) <= _MANY:
            yield from same
        else:
            yield _together(context, same, keys, severity)
    lists = [finding for finding, to_list in every if to_list]
    if len(lists) > 1:
        yield _lists(context, lists)
    else:
        yield from lists


def _together(context: Context, found: list[Finding], keys: int, severity: Severity) -> Finding:
    return RULE.finding(
        f"{len(found)} of the {keys} foreign keys have no index that begins with them, so that a DELETE reads all of the tables that "
        f"refer to its row: {places(finding.place for finding in found)}",
        object=None if severity == RULE.severity else severity,
        file=context.only_file,
        severity=severity,
        fix=one_fix((finding.fix for finding in found), len(found)),
        members=(finding.place for finding in found),
    )


def _lists(context: Context, found: list[Finding]) -> Finding:
    return RULE.finding(
        f"{len(found)} references to short lists have no index; each is worth one only where rows of the list are deleted or all "
        f"rows of one value are asked for: {places(finding.place for finding in found)}",
        object="lists",
        file=context.only_file,
        severity="info",
        confidence="hint",
        members=(finding.place for finding in found),
        because=tuple(dict.fromkeys(because.path for finding in found for because in finding.because)),
    )


def _each(context: Context) -> Iterator[tuple[Finding, bool]]:
    """Each key without an index, with whether it refers to a short list."""
    for table in context.tables:
        for key in table.foreign_keys:
            cover, access = _cover(context, table, key)
            if cover == "whole":
                continue
            target = context.schema.find(key.target)
            kept = target is not None and nobody_deletes(context, key)
            if target is not None and kept and is_list(context, target):
                yield _to_list(context, table, target, key), True
            elif kept and (often := set_often(context, table, key.columns)):
                yield _changing(context, table, key, often), False
            else:
                yield _finding(context, table, key, access if cover == "part" else None), False


def _to_list(context: Context, table: Table, target: Table, key: ForeignKey) -> Finding:
    said = (
        f"{table.qname} refers to the short list {target.qname} by {and_list(key.columns)} without an index, which is worth one only "
        "where rows of the list are deleted or all rows of one value are asked for"
    )
    return _hint(said, context, table, key, of=target)


def _changing(context: Context, table: Table, key: ForeignKey, rate: float) -> Finding:
    said = (
        f"{table.qname} refers to {key.target} by {and_list(key.columns)} and {_why_none(context, table, key)}; as it is set "
        f"{rate_text(rate)}, an index would make each of these updates write every index of the table"
    )
    return _hint(said, context, table, key, of=table)


def _hint(said: str, context: Context, table: Table, key: ForeignKey, of: Table) -> Finding:
    """Without a fix: an index would cost more than it gives, by the stated rows `of` a table."""
    return RULE.finding(
        said,
        table=table,
        columns=key.columns,
        object=key.name,
        line=key.line,
        severity="info",
        confidence="hint",
        because=(context.rows_path(of),),
    )


def _cover(context: Context, table: Table, key: ForeignKey) -> tuple[Literal["whole", "part", "none"], Access | None]:
    part = None
    for access in context.accesses(table):
        valid = access.index is None or access.index.valid
        if access.method not in _METHODS or not valid or not access.holds_all_of(key.columns):
            continue
        if access.leads_with(key.columns):
            return "whole", access
        leading = _leading(access, key)
        if leading and _finds_one(context, key, leading):
            return "whole", access
        if leading and part is None:
            part = access
    return ("part", part) if part else ("none", None)


def _leading(access: Access, key: ForeignKey) -> tuple[str, ...]:
    found = []
    for name in access.columns:
        if name not in key.columns:
            break
        found.append(name)
    return tuple(name for name in found if name)


def _finds_one(context: Context, key: ForeignKey, leading: tuple[str, ...]) -> bool:
    """Whether those columns alone name one row of the other table (an id beside its tenant)."""
    parent = context.schema.find(key.target)
    pairs = dict(zip(key.columns, key.ref_columns, strict=False))
    named = {pairs[name] for name in leading if name in pairs}
    return parent is not None and any(set(columns) <= named for columns in unique_keys(parent))


def _finding(context: Context, table: Table, key: ForeignKey, part: Access | None) -> Finding:
    columns = and_list(key.columns)
    does = {"cascade": "and its cascade read", "set null": "and its SET NULL read"}.get(key.on_delete, "reads")
    rows = context.scale(table).rows
    size = f" ({big(rows)} rows)" if rows else ""
    if part is not None:
        how = f"only {part.name} helps a little, by its first column"
    else:
        how = _why_none(context, table, key)
    paid = _hot_inserts(context, table, key)
    price = f"; the workload has none, and would write the index {big(round(paid))} times a second" if paid else ""
    return RULE.finding(
        f"{table.qname} refers to {key.target} by {columns} and {how}: "
        f"each DELETE in {key.target} {does} all of {table.qname}{size}{price}",
        table=table,
        columns=key.columns,
        object=key.name,
        line=key.line,
        severity="low" if paid else _severity(context, table, part),
        fix=_fix(context, table, key),
        because=(context.rows_path(table),),
    )


def _why_none(context: Context, table: Table, key: ForeignKey) -> str:
    """That no index begins with the key, or that the one that does cannot look up its values."""
    it = "it" if len(key.columns) == 1 else "them"
    for access in context.accesses(table):
        if not access.leads_with(key.columns):
            continue
        if access.index is not None and not access.index.valid:
            return f"only {access.name} begins with {it}, which is not valid"
        if access.method not in _METHODS:
            return f"only the {access.method.upper()} index {access.name} begins with {it}, which cannot look up single values"
        return f"only the partial index {access.name} begins with {it}, which does not have every row"
    return f"no index begins with {it}"


def _hot_inserts(context: Context, table: Table, key: ForeignKey) -> float:
    """Inserts a second, where they are many and the workload deletes nothing of the other table; else 0."""
    parent = context.schema.find(key.target)
    if parent is None or context.retention_days(parent) is not None or not nobody_deletes(context, key):
        return 0.0
    rate = sum(
        query.rate or 0.0
        for query in context.queries_on(table)
        if query.statement.verb == "insert" and query.written and context.root(query.written) is table
    )
    return rate if rate >= _HOT else 0.0


def _severity(context: Context, table: Table, part: Access | None) -> Severity:
    if context.is_small(table) or part is not None or is_fact(table):
        return "low"  # of a dimension that facts refer to nothing is deleted
    return "high" if (context.scale(table).rows or 0) >= _LARGE else "medium"


def _fix(context: Context, table: Table, key: ForeignKey) -> Fix:
    keys = [IndexKey(name) for name in key.columns]
    note = "On a live table use CREATE INDEX CONCURRENTLY, outside of a transaction."
    if table.kind == "partitioned":
        note = "CONCURRENTLY is not possible on a partitioned table: build the index on each partition first."
    return Fix(index_instead(context, table, keys), note=note)


RULE = Rule(
    name="foreign-key-without-index",
    area="indexes",
    severity="medium",
    confidence="certain",
    summary="No index begins with a foreign key's columns, so that deletes in the other table scan this one",
    check=check,
    turns=(
        (
            "scale.tables",
            f"high from {_LARGE:,} rows, low for a table that stays below 1,000, a hint for one that refers to such a table",
        ),
    ),
)
