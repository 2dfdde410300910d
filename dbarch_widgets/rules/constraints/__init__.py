"""Rules of the area constraints."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.constraints import (
    constraint_not_validated,
    nullable_unique_column,
    status_without_check,
)

RULES: tuple[Rule, ...] = (
    constraint_not_validated.RULE,
    status_without_check.RULE,
    nullable_unique_column.RULE,
)
