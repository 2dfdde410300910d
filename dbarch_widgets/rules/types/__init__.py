"""Rules of the area types."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.types import (
    boolean_as_code,
    char_n_type,
    column_too_short,
    enum_that_changes,
    float_money,
    ip_address_as_text,
    json_instead_of_jsonb,
    money_type,
    serial_column,
    time_as_text,
    time_with_time_zone,
    timestamp_rounded_to_seconds,
    timestamp_without_time_zone,
    uuid_as_text,
)

RULES: tuple[Rule, ...] = (
    float_money.RULE,
    timestamp_without_time_zone.RULE,
    time_as_text.RULE,
    money_type.RULE,
    char_n_type.RULE,
    json_instead_of_jsonb.RULE,
    uuid_as_text.RULE,
    ip_address_as_text.RULE,
    boolean_as_code.RULE,
    column_too_short.RULE,
    timestamp_rounded_to_seconds.RULE,
    time_with_time_zone.RULE,
    enum_that_changes.RULE,
    serial_column.RULE,
)
