"""Verbs that change a Schema: each returns a new one and rejects names that are not there."""

from __future__ import annotations

from dbarch_widgets.model.verbs.columns import add_column, drop_column, rename_column, retype_column
from dbarch_widgets.model.verbs.constraints import (
    add_check,
    add_foreign_key,
    add_index,
    add_policy,
    add_primary_key,
    add_unique,
    drop_constraint,
    drop_index,
    drop_policy,
)
from dbarch_widgets.model.verbs.shapes import merge_tables, partition_table, split_table
from dbarch_widgets.model.verbs.tables import add_table, change_table, drop_table, rename_table, replace_table

__all__ = [
    "add_check",
    "add_column",
    "add_foreign_key",
    "add_index",
    "add_policy",
    "add_primary_key",
    "add_table",
    "add_unique",
    "change_table",
    "drop_column",
    "drop_constraint",
    "drop_index",
    "drop_policy",
    "drop_table",
    "merge_tables",
    "partition_table",
    "rename_column",
    "rename_table",
    "replace_table",
    "retype_column",
    "split_table",
]
