"""All rules, in the order in which they run, and how they are run."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.model.finding import SEVERITIES, Finding
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.review import NotRun
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload
from dbarch_widgets.rules.audit import (
    mutable_audit_table,
)
from dbarch_widgets.rules.base import CannotRun, Context, Rule
from dbarch_widgets.rules.constraints import (
    constraint_not_validated,
    nullable_unique_column,
    status_without_check,
)
from dbarch_widgets.rules.indexes import (
    boolean_index,
    duplicate_index,
    foreign_key_without_index,
    missing_index_for_query,
    redundant_index,
    unused_index,
)
from dbarch_widgets.rules.keys import (
    integer_key_runs_out,
    natural_key_not_unique,
    table_without_primary_key,
    unique_ignores_soft_delete,
)
from dbarch_widgets.rules.naming import (
    name_needs_quotes,
    reserved_word_name,
    undocumented_table,
)
from dbarch_widgets.rules.operations import (
    unlogged_table,
)
from dbarch_widgets.rules.partitioning import (
    growing_table_without_retention,
    partition_key_not_filtered,
    rows_without_partition,
)
from dbarch_widgets.rules.privacy import (
    personal_data_column,
)
from dbarch_widgets.rules.relations import (
    cascade_into_records,
    circular_required_reference,
    entity_attribute_value,
    foreign_key_to_missing_table,
    foreign_key_to_non_unique,
    foreign_key_type_mismatch,
    list_in_text_column,
    missing_foreign_key,
    polymorphic_reference,
    repeating_columns,
)
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
from dbarch_widgets.rules.tenancy import (
    foreign_key_without_tenant,
    global_unique_in_tenant_table,
    missing_tenant_key,
    nullable_tenant_key,
    tenant_table_without_rls,
)
from dbarch_widgets.rules.trading import (
    idempotency_key_not_unique,
    narrow_price,
)
from dbarch_widgets.rules.types import (
    char_n_type,
    float_money,
    json_instead_of_jsonb,
    money_type,
    time_as_text,
    timestamp_without_time_zone,
)
from dbarch_widgets.rules.workload import (
    cartesian_join,
    correlated_subquery,
    deep_offset,
    implicit_cast,
    leading_wildcard_like,
    n_plus_one_lookup,
    non_sargable_predicate,
    not_in_nullable,
    order_by_random,
    select_star,
    table_never_read,
    unbounded_result,
    unknown_name_in_query,
    write_without_where,
)
from dbarch_widgets.sql.postgres_words import in_postgres_words

RULES: tuple[Rule, ...] = (
    table_without_primary_key.RULE,
    integer_key_runs_out.RULE,
    natural_key_not_unique.RULE,
    unique_ignores_soft_delete.RULE,
    foreign_key_to_missing_table.RULE,
    foreign_key_to_non_unique.RULE,
    foreign_key_type_mismatch.RULE,
    missing_foreign_key.RULE,
    circular_required_reference.RULE,
    cascade_into_records.RULE,
    polymorphic_reference.RULE,
    entity_attribute_value.RULE,
    list_in_text_column.RULE,
    repeating_columns.RULE,
    float_money.RULE,
    timestamp_without_time_zone.RULE,
    time_as_text.RULE,
    money_type.RULE,
    char_n_type.RULE,
    json_instead_of_jsonb.RULE,
    constraint_not_validated.RULE,
    status_without_check.RULE,
    nullable_unique_column.RULE,
    reserved_word_name.RULE,
    name_needs_quotes.RULE,
    undocumented_table.RULE,
    foreign_key_without_index.RULE,
    duplicate_index.RULE,
    redundant_index.RULE,
    boolean_index.RULE,
    unused_index.RULE,
    missing_index_for_query.RULE,
    rows_without_partition.RULE,
    growing_table_without_retention.RULE,
    partition_key_not_filtered.RULE,
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
    missing_tenant_key.RULE,
    tenant_table_without_rls.RULE,
    nullable_tenant_key.RULE,
    foreign_key_without_tenant.RULE,
    global_unique_in_tenant_table.RULE,
    personal_data_column.RULE,
    mutable_audit_table.RULE,
    narrow_price.RULE,
    idempotency_key_not_unique.RULE,
    unlogged_table.RULE,
    unknown_name_in_query.RULE,
    write_without_where.RULE,
    not_in_nullable.RULE,
    cartesian_join.RULE,
    non_sargable_predicate.RULE,
    implicit_cast.RULE,
    leading_wildcard_like.RULE,
    n_plus_one_lookup.RULE,
    correlated_subquery.RULE,
    deep_offset.RULE,
    unbounded_result.RULE,
    order_by_random.RULE,
    select_star.RULE,
    table_never_read.RULE,
)

_NEEDS = {"workload": "needs a workload", "intake": "needs an intake"}


def rule_named(name: str) -> Rule:
    """The rule of that name.

    Raises:
        UnknownName: there is no such rule; the message offers the nearest names.
    """
    for rule in RULES:
        if rule.name == name:
            return rule
    raise UnknownName("rule", name, [rule.name for rule in RULES])


def run_rules(
    schema: Schema,
    workload: Workload | None = None,
    intake: Intake | None = None,
    only: Iterable[str] | None = None,
) -> tuple[tuple[Finding, ...], tuple[NotRun, ...]]:
    """What the rules find, worst first, and the rules that could not run.

    Args:
        schema: what is reviewed.
        workload: its queries; without it the rules that need one are in the second part of the answer.
        intake: the answers to the clarifying questions; the same.
        only: names of rules to run instead of all.

    Raises:
        UnknownName: `only` has a name that no rule has.
    """
    chosen = RULES if only is None else tuple(rule_named(name) for name in dict.fromkeys(only))
    context = Context(in_postgres_words(schema), workload, intake)
    findings: list[Finding] = []
    not_run: list[NotRun] = []
    for rule in chosen:
        if not rule.is_for(schema.dialect):
            not_run.append(NotRun(rule.name, f"says nothing about {schema.dialect}"))
            continue
        missing = [need for need in rule.needs if getattr(context, need) is None]
        if missing:
            not_run.append(NotRun(rule.name, " and ".join(_NEEDS[need] for need in missing)))
            continue
        found, reason = _run(rule, context)
        findings.extend(found)
        if reason is not None:
            not_run.append(NotRun(rule.name, reason))
        elif "workload" in rule.needs and context.unread:
            not_run.append(NotRun(rule.name, _unread(context)))
    if schema.dialect != "postgres" and any(finding.fix for finding in findings):
        # Another database would not take PostgreSQL's words; the advice of the rule's page holds all the same.
        findings = [replace(finding, fix=None) for finding in findings]
        not_run.append(NotRun("fixes", f"their SQL is written for PostgreSQL only, and this is {schema.dialect}"))
    findings.sort(key=lambda finding: (SEVERITIES.index(finding.severity), finding.schema or "", finding.table or ""))
    return tuple(findings), tuple(not_run)


def _run(rule: Rule, context: Context) -> tuple[list[Finding], str | None]:
    """The rule's findings, and the reason when it could not run to its end."""
    try:
        return list(rule.check(context)), None
    except CannotRun as reason:
        return [], str(reason)
    except Exception as error:
        # One broken rule must not cost the reader all the others.
        if os.environ.get("DBARCH_STRICT") == "1":
            raise
        return [], f"stopped by a fault of its own: {type(error).__name__}: {error}"


def _unread(context: Context) -> str:
    """Which queries the rules on queries did not look at."""
    names = ", ".join(f"{query.name} ({reason})" for query, reason in context.unread[:3])
    more = f" and {len(context.unread) - 3} more" if len(context.unread) > 3 else ""
    return f"did not look at {len(context.unread)} of the workload's queries: {names}{more}"
