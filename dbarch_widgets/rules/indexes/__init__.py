"""Rules of the area indexes."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.indexes import (
    boolean_index,
    duplicate_index,
    foreign_key_without_index,
    missing_index_for_query,
    redundant_index,
    unused_index,
)

RULES: tuple[Rule, ...] = (
    foreign_key_without_index.RULE,
    duplicate_index.RULE,
    redundant_index.RULE,
    boolean_index.RULE,
    unused_index.RULE,
    missing_index_for_query.RULE,
)
