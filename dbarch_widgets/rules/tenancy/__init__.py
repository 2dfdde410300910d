"""Rules of the area tenancy."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.tenancy import (
    counted_ids_across_tenants,
    foreign_key_without_tenant,
    global_unique_in_tenant_table,
    missing_tenant_key,
    mixed_tenancy_patterns,
    nullable_tenant_key,
    query_without_tenant,
    table_without_path_to_tenant,
    tenant_column_differs,
    tenant_column_late_in_index,
    tenant_table_without_rls,
)

RULES: tuple[Rule, ...] = (
    missing_tenant_key.RULE,
    tenant_table_without_rls.RULE,
    nullable_tenant_key.RULE,
    foreign_key_without_tenant.RULE,
    global_unique_in_tenant_table.RULE,
    tenant_column_differs.RULE,
    tenant_column_late_in_index.RULE,
    query_without_tenant.RULE,
    mixed_tenancy_patterns.RULE,
    table_without_path_to_tenant.RULE,
    counted_ids_across_tenants.RULE,
)
