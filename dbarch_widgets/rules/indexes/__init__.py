"""Rules of the area indexes."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.indexes import (
    boolean_index,
    brin_candidate,
    covering_index_candidate,
    duplicate_index,
    foreign_key_without_index,
    hash_index,
    index_key_too_long,
    index_on_few_values,
    missing_index_for_query,
    partial_index_candidate,
    prefix_search_without_pattern_index,
    redundant_index,
    search_inside_values,
    too_many_indexes,
    unused_index,
)

RULES: tuple[Rule, ...] = (
    foreign_key_without_index.RULE,
    duplicate_index.RULE,
    redundant_index.RULE,
    boolean_index.RULE,
    unused_index.RULE,
    missing_index_for_query.RULE,
    too_many_indexes.RULE,
    partial_index_candidate.RULE,
    covering_index_candidate.RULE,
    search_inside_values.RULE,
    brin_candidate.RULE,
    index_on_few_values.RULE,
    hash_index.RULE,
    index_key_too_long.RULE,
    prefix_search_without_pattern_index.RULE,
)
