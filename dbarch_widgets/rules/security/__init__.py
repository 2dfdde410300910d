"""Rules of the area security."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.security import (
    broad_grant,
    granted_to_public,
    materialized_view_over_rls,
    only_restrictive_policies,
    partition_without_rls,
    plaintext_secret_column,
    policy_always_true,
    policy_casts_column,
    policy_reads_own_table,
    policy_setting_read_per_row,
    policy_without_rls,
    rls_disabled_beside_rls,
    rls_enabled_without_policy,
    rls_not_forced,
    role_bypasses_rls,
    security_definer_function_without_search_path,
    security_definer_view,
    tenant_setting_without_nullif,
)

RULES: tuple[Rule, ...] = (
    policy_without_rls.RULE,
    rls_disabled_beside_rls.RULE,
    rls_enabled_without_policy.RULE,
    policy_always_true.RULE,
    only_restrictive_policies.RULE,
    policy_reads_own_table.RULE,
    rls_not_forced.RULE,
    partition_without_rls.RULE,
    security_definer_view.RULE,
    materialized_view_over_rls.RULE,
    security_definer_function_without_search_path.RULE,
    role_bypasses_rls.RULE,
    broad_grant.RULE,
    granted_to_public.RULE,
    plaintext_secret_column.RULE,
    policy_casts_column.RULE,
    policy_setting_read_per_row.RULE,
    tenant_setting_without_nullif.RULE,
)
