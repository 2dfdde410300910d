"""Rules of the area naming."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.naming import (
    inconsistent_names,
    name_needs_quotes,
    reserved_word_name,
    same_name_other_type,
    undocumented_table,
    unexplained_code,
)

RULES: tuple[Rule, ...] = (
    reserved_word_name.RULE,
    name_needs_quotes.RULE,
    undocumented_table.RULE,
    inconsistent_names.RULE,
    same_name_other_type.RULE,
    unexplained_code.RULE,
)
