"""Rules of the area tenancy."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.tenancy import (
    foreign_key_without_tenant,
    global_unique_in_tenant_table,
    missing_tenant_key,
    nullable_tenant_key,
    tenant_table_without_rls,
)

RULES: tuple[Rule, ...] = (
    missing_tenant_key.RULE,
    tenant_table_without_rls.RULE,
    nullable_tenant_key.RULE,
    foreign_key_without_tenant.RULE,
    global_unique_in_tenant_table.RULE,
)
