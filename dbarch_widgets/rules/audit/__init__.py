"""Rules of the area audit."""

from __future__ import annotations

from dbarch_widgets.rules.audit import (
    audit_trail_can_be_truncated,
    audit_trail_without_anchor,
    audit_trail_without_author,
    audit_trigger_missing,
    derived_table_without_lineage,
    history_without_order,
    missing_who_and_when,
    mutable_audit_table,
    record_rewritten_by_query,
    soft_delete_without_author,
    updated_at_never_set,
)
from dbarch_widgets.rules.base import Rule

RULES: tuple[Rule, ...] = (
    mutable_audit_table.RULE,
    audit_trail_without_author.RULE,
    missing_who_and_when.RULE,
    updated_at_never_set.RULE,
    audit_trail_can_be_truncated.RULE,
    audit_trail_without_anchor.RULE,
    record_rewritten_by_query.RULE,
    soft_delete_without_author.RULE,
    history_without_order.RULE,
    derived_table_without_lineage.RULE,
    audit_trigger_missing.RULE,
)
