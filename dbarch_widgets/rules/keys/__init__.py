"""Rules of the area keys."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.keys import (
    integer_key_runs_out,
    natural_key_not_unique,
    table_without_primary_key,
    unique_ignores_soft_delete,
)

RULES: tuple[Rule, ...] = (
    table_without_primary_key.RULE,
    integer_key_runs_out.RULE,
    natural_key_not_unique.RULE,
    unique_ignores_soft_delete.RULE,
)
