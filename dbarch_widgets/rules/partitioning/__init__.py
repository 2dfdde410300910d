"""Rules of the area partitioning."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.partitioning import (
    growing_table_without_retention,
    partition_key_not_filtered,
    rows_without_partition,
)

RULES: tuple[Rule, ...] = (
    rows_without_partition.RULE,
    growing_table_without_retention.RULE,
    partition_key_not_filtered.RULE,
)
