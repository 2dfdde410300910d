"""Rules of the area privacy."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.privacy import (
    personal_data_column,
)

RULES: tuple[Rule, ...] = (personal_data_column.RULE,)
