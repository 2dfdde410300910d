"""Rules of the area operations."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.operations import (
    unlogged_table,
)

RULES: tuple[Rule, ...] = (unlogged_table.RULE,)
