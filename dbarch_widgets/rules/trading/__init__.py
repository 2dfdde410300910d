"""Rules of the area trading."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.trading import (
    clock_too_coarse,
    event_version_not_unique,
    idempotency_key_not_unique,
    invariant_not_enforced,
    isolation_too_weak,
    ledger_not_balanced,
    money_without_currency,
    narrow_price,
    order_record_incomplete,
    order_updated_in_place,
    outbox_without_key,
    position_without_source,
    retention_shorter_than_law,
    stream_without_sequence,
    transaction_report_incomplete,
)

RULES: tuple[Rule, ...] = (
    narrow_price.RULE,
    idempotency_key_not_unique.RULE,
    order_updated_in_place.RULE,
    stream_without_sequence.RULE,
    event_version_not_unique.RULE,
    clock_too_coarse.RULE,
    order_record_incomplete.RULE,
    transaction_report_incomplete.RULE,
    retention_shorter_than_law.RULE,
    isolation_too_weak.RULE,
    invariant_not_enforced.RULE,
    outbox_without_key.RULE,
    money_without_currency.RULE,
    ledger_not_balanced.RULE,
    position_without_source.RULE,
)
