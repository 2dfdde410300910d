"""Rules of the area naming."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.naming import (
    name_needs_quotes,
    reserved_word_name,
    undocumented_table,
)

RULES: tuple[Rule, ...] = (
    reserved_word_name.RULE,
    name_needs_quotes.RULE,
    undocumented_table.RULE,
)
