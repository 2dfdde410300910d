"""Rules of the area privacy."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.privacy import (
    erasure_blocked,
    payment_card_data,
    personal_data_as_key,
    personal_data_column,
    personal_data_in_text,
    personal_data_open_to_reports,
    personal_data_without_time_limit,
    residency_without_region,
    special_category_column,
)

RULES: tuple[Rule, ...] = (
    personal_data_column.RULE,
    special_category_column.RULE,
    payment_card_data.RULE,
    personal_data_in_text.RULE,
    erasure_blocked.RULE,
    personal_data_without_time_limit.RULE,
    residency_without_region.RULE,
    personal_data_as_key.RULE,
    personal_data_open_to_reports.RULE,
)
