"""DROP COLUMN: what names the column goes with it."""

from __future__ import annotations

import re
from typing import Any

from dbarch_widgets.importers.postgres.draft import Draft, with_changes
from dbarch_widgets.model.objects import Policy
from dbarch_widgets.model.schema import Index, Table


def drop_column(draft: Draft, table: Table, name: str) -> Table:
    """The table without the column; keys of other tables that point at it are dropped too, as with CASCADE."""
    for other in draft.referring(table.qname):
        if other.qname != table.qname:
            gone = [key for key in other.foreign_keys if key.target == table.qname and name in key.ref_columns]
            draft.change(other, foreign_keys=tuple(key for key in other.foreign_keys if key not in gone))
    draft.drop_sequences(table, name)
    primary = table.primary_key
    kept = with_changes(
        table,
        columns=tuple(column for column in table.columns if column.name != name),
        primary_key=None if primary and name in (*primary.columns, *primary.include) else primary,
        unique=tuple(key for key in table.unique if name not in (*key.columns, *key.include)),
        foreign_keys=tuple(key for key in table.foreign_keys if name not in key.columns),
        indexes=tuple(index for index in table.indexes if not _index_names(index, name)),
        checks=tuple(check for check in table.checks if not mentions(check.expression, name)),
        exclusions=tuple(each for each in table.exclusions if not mentions(each.definition, name)),
        rls=draft.rls(table, policies=tuple(p for p in table.rls.policies if not _policy_names(p, name))),
        triggers=tuple(each for each in table.triggers if name not in each.columns and not mentions(each.when, name)),
    )
    _free_names(draft, table, kept)
    for column in [column for column in kept.columns if mentions(column.generated, name)]:
        kept = drop_column(draft, kept, column.name)
    return kept


def _index_names(index: Index, name: str) -> bool:
    if name in index.columns or name in index.include or mentions(index.where, name):
        return True
    return any(mentions(key.expression, name) for key in index.keys)


def _policy_names(policy: Policy, name: str) -> bool:
    return mentions(policy.using, name) or mentions(policy.check, name)


def _free_names(draft: Draft, before: Table, after: Table) -> None:
    """The names of dropped constraints and indexes may be given again."""
    gone = _names(before) - _names(after)
    for name in gone:
        found = type(before.qname)(before.schema, name)
        draft.relations.pop(found, None)
        draft.constraints.discard(found)


def _names(table: Table) -> set[str]:
    keys = [table.primary_key] if table.primary_key else []
    items: tuple[Any, ...] = (
        *keys,
        *table.unique,
        *table.foreign_keys,
        *table.checks,
        *table.exclusions,
        *table.indexes,
    )
    return {item.name for item in items}


def mentions(expression: str | None, column: str) -> bool:
    """Whether a canonical expression names the column."""
    if expression is None or column not in expression:
        return False
    return re.search(rf'(?<![\w"\'])(?:{re.escape(column)}(?![\w"\'(])|"{re.escape(column)}")', expression) is not None
