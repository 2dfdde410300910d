"""Link that can be stored twice.

Symptom: A table that only ties two others together has a key of its own and no unique key over the two references.

Why it matters: The same pair goes in twice, by a double click or a retried request. Lists show it twice, sums count it
twice, and removing the link once leaves the other.

When it is fine: The same two may meet more than once and each time is a fact of its own, as with visits or orders; such a
table has a time or an amount that belongs to the key.

How to fix: Remove the copies, then make the pair the primary key or a unique key. Its index serves the first reference too.

Source: PostgreSQL documentation, Unique Constraints; Bill Karwin, SQL Antipatterns, chapter ID Required.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, free_name, ident, idents
from dbarch_widgets.rules.index_fixes import key_instead
from dbarch_widgets.rules.words import and_list, bag, words

_BOOKS = bag("created updated modified added granted assigned linked by at on")
_DIRECTED = (("from", "to"), ("follower", "followed"), ("follower", "followee"), ("blocker", "blocked"))
_TIMES = ("timestamp", "date")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table of links."""
    for table in context.tables:
        pair = _pair(context, table)
        if pair is None or _is_unique(context, table, pair):
            continue
        first, second = (next(key for key in table.foreign_keys if key.columns == (name,)) for name in pair)
        yield RULE.finding(
            f"{table.qname} ties {first.target} to {second.target}, and nothing keeps the same {and_list(pair)} from being "
            "stored twice",
            table=table,
            columns=pair,
            fix=_fix(context, table, pair),
        )


def _pair(context: Context, table: Table) -> tuple[str, str] | None:
    """The two references of a table that has nothing else to say but when and by whom the link was made."""
    if table.primary_key is None or table.kind != "table":
        return None  # table-without-primary-key speaks of those
    singles = tuple(dict.fromkeys(key.columns[0] for key in table.foreign_keys if len(key.columns) == 1))
    targets = {key.target for key in table.foreign_keys}
    if (
        len(singles) != 2
        or not (len(targets) == 2 or _is_directed(singles))
        or any(column_of(table, name).nullable for name in singles)
    ):
        return None
    own = set(table.primary_key.columns)
    if len(own) != 1 or own & set(singles):
        return None
    rest = [column for column in table.columns if column.name not in own | set(singles)]
    return (singles[0], singles[1]) if all(_is_bookkeeping(context, column) for column in rest) else None


def _is_directed(names: tuple[str, ...]) -> bool:
    """Whether somebody likes, follows or blocks another, which is so or is not."""
    first, second = (set(words(name)) for name in names)
    return any((one in first and other in second) or (one in second and other in first) for one, other in _DIRECTED)


def _is_bookkeeping(context: Context, column: Column) -> bool:
    """Whether the column says when or by whom the link was made, or in which place it is shown."""
    parts = words(column.name)
    if set(parts) <= _BOOKS:
        return not context.family(column.type).startswith(_TIMES) or column.default is not None
    return parts in (("position",), ("sort", "order"), ("is", "primary"), ("is", "default"))


def _is_unique(context: Context, table: Table, pair: tuple[str, str]) -> bool:
    if context.is_unique(table, set(pair)):
        return True
    conditional = any(index.unique and set(index.columns) <= set(pair) for index in table.indexes)
    return conditional or any(all(name in item.definition for name in pair) for item in table.exclusions)


def _fix(context: Context, table: Table, pair: tuple[str, str]) -> Fix:
    name = free_name(context, table, pair, "key")
    sql = f"ALTER TABLE {dotted(table.qname)} ADD CONSTRAINT {ident(name)} UNIQUE ({idents(pair)});"
    sql = key_instead(sql, table, pair)
    return Fix(sql, note="Fails while a pair is there twice; remove the copies first.")


RULE = Rule(
    name="link-stored-twice",
    area="keys",
    severity="medium",
    confidence="likely",
    summary="A table of links has no unique key over the two things that it ties together",
    check=check,
)
