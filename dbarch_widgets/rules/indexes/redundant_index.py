"""Index that a longer one replaces.

Symptom: The keys of a plain b-tree index are the first keys of another b-tree index with the same condition.

Why it matters: The longer index answers every query of the shorter one. Both are written with each insert, and with each
update that touches them.

When it is fine: The shorter one is much smaller and very hot, or carries a covering INCLUDE of its own (such are not
reported). A unique index is never redundant, and neither is one whose partner has another condition.

How to fix: Drop the shorter index.

Source: PostgreSQL documentation, Multicolumn Indexes; SchemaCrawler linter RedundantIndexes; pglinter B002.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import IndexKey, Table
from dbarch_widgets.rules.access import Access, key_signature
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import drop_index
from dbarch_widgets.rules.indexes.duplicate_index import doubles
from dbarch_widgets.rules.together import one_fix, places
from dbarch_widgets.rules.words import and_list, count_of

_MANY = 10
_TURN = {"asc": "desc", "desc": "asc", "first": "last", "last": "first"}


def check(context: Context) -> Iterator[Finding]:
    """One finding for each index that is a strict prefix of another; one for all when there are very many."""
    found = list(_each(context))
    if len(found) <= _MANY:
        yield from found
        return
    tables = len({(finding.schema, finding.table) for finding in found})
    yield RULE.finding(
        f"{len(found)} indexes of {count_of(tables, 'table')} add nothing to a longer one that begins with the same keys: "
        f"{places(finding.object or '' for finding in found)}",
        file=context.only_file,
        fix=one_fix((finding.fix for finding in found), len(found)),
        members=(f"{finding.schema}.{finding.object}" for finding in found),
    )


def _each(context: Context) -> Iterator[Finding]:
    for table in context.tables:
        trees = [access for access in context.accesses(table) if access.method == "btree"]
        doubled = {other.name for _, other in doubles(context, table)}
        for short in trees:
            if short.index is None or short.unique or short.name in doubled:
                continue
            longer = [other for other in trees if _replaces(other, short)]
            if longer:
                yield _finding(table, short, min(longer, key=lambda access: len(access.keys)))


def _replaces(long: Access, short: Access) -> bool:
    if len(long.keys) <= len(short.keys) or _condition(long) != _condition(short):
        return False
    if long.index is not None and not long.index.valid:
        return False
    if not set(short.include) <= {*long.columns, *long.include}:
        return False
    mine = [key_signature(key) for key in short.keys]
    theirs = [key_signature(key) for key in long.keys[: len(short.keys)]]
    # A b-tree can be read backwards, if all of its keys turn.
    return mine in (theirs, [_turned(key) for key in long.keys[: len(short.keys)]])


def _turned(key: IndexKey) -> tuple[object, ...]:
    *rest, order, nulls = key_signature(key)
    return (*rest, _TURN[str(order)], _TURN[str(nulls)])


def _condition(access: Access) -> str:
    return " ".join((access.where or "").lower().split())


def _finding(table: Table, short: Access, long: Access) -> Finding:
    what = long.name if long.kind == "index" else f"the {long.kind} {long.name}"
    keys = and_list(key.column or key.expression or "" for key in long.keys)
    assert short.index is not None
    return RULE.finding(
        f"{short.name} on {table.qname} adds nothing to {what} ({keys}), which begins with the same keys",
        table=table,
        columns=tuple(name for name in short.columns if name),
        object=short.name,
        file=short.index.file,
        line=short.line,
        fix=Fix(drop_index(table, short.index), note="On a live table use DROP INDEX CONCURRENTLY."),
    )


RULE = Rule(
    name="redundant-index",
    area="indexes",
    severity="low",
    confidence="certain",
    summary="The keys of an index are the first keys of a longer one",
    check=check,
)
