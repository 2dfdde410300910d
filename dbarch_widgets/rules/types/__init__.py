"""Rules of the area types."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.types import (
    char_n_type,
    float_money,
    json_instead_of_jsonb,
    money_type,
    time_as_text,
    timestamp_without_time_zone,
)

RULES: tuple[Rule, ...] = (
    float_money.RULE,
    timestamp_without_time_zone.RULE,
    time_as_text.RULE,
    money_type.RULE,
    char_n_type.RULE,
    json_instead_of_jsonb.RULE,
)
