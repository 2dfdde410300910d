"""Rules of the area constraints."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.constraints import (
    all_columns_nullable,
    constraint_not_validated,
    default_but_nullable,
    default_null_text,
    end_before_start,
    half_filled_reference,
    negative_quantity,
    now_as_business_date,
    nullable_boolean,
    nullable_unique_column,
    overlapping_validity,
    status_without_check,
)

RULES: tuple[Rule, ...] = (
    constraint_not_validated.RULE,
    status_without_check.RULE,
    nullable_unique_column.RULE,
    default_but_nullable.RULE,
    nullable_boolean.RULE,
    end_before_start.RULE,
    negative_quantity.RULE,
    overlapping_validity.RULE,
    now_as_business_date.RULE,
    half_filled_reference.RULE,
    default_null_text.RULE,
    all_columns_nullable.RULE,
)
