"""Rules of the area trading."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.trading import (
    idempotency_key_not_unique,
    narrow_price,
)

RULES: tuple[Rule, ...] = (
    narrow_price.RULE,
    idempotency_key_not_unique.RULE,
)
