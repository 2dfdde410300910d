"""Rules of the area audit."""

from __future__ import annotations

from dbarch_widgets.rules.audit import (
    mutable_audit_table,
)
from dbarch_widgets.rules.base import Rule

RULES: tuple[Rule, ...] = (mutable_audit_table.RULE,)
