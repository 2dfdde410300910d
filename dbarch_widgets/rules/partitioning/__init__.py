"""Rules of the area partitioning."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.partitioning import (
    growing_table_without_retention,
    last_partition_ends,
    partition_candidate,
    partition_key_not_filtered,
    partitions_of_wrong_size,
    reference_blocks_partition_drop,
    rows_without_partition,
    unique_within_partition_only,
)

RULES: tuple[Rule, ...] = (
    rows_without_partition.RULE,
    growing_table_without_retention.RULE,
    partition_key_not_filtered.RULE,
    last_partition_ends.RULE,
    partition_candidate.RULE,
    partitions_of_wrong_size.RULE,
    unique_within_partition_only.RULE,
    reference_blocks_partition_drop.RULE,
)
