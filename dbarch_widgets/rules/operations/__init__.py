"""Rules of the area operations."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.operations import (
    autovacuum_at_defaults,
    feature_newer_than_server,
    file_without_size_limit,
    hot_row,
    hot_table_without_fillfactor,
    large_object_column,
    missing_extension,
    recovery_goal_unmet,
    sequence_cycles,
    sequence_smaller_than_column,
    table_without_transactions,
    trigger_heavy_table,
    unlogged_table,
    update_of_indexed_column,
)

RULES: tuple[Rule, ...] = (
    unlogged_table.RULE,
    recovery_goal_unmet.RULE,
    hot_row.RULE,
    hot_table_without_fillfactor.RULE,
    update_of_indexed_column.RULE,
    autovacuum_at_defaults.RULE,
    table_without_transactions.RULE,
    trigger_heavy_table.RULE,
    feature_newer_than_server.RULE,
    missing_extension.RULE,
    sequence_cycles.RULE,
    sequence_smaller_than_column.RULE,
    large_object_column.RULE,
    file_without_size_limit.RULE,
)
