"""The three reference designs: every planted fault that a rule covers is found, and the sound parts stay silent."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from dbarch_widgets.intake.load import load_intake
from dbarch_widgets.measure.workload_file import read_workload
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules.registry import run_rules

DATA = Path(__file__).parents[2] / "data"

# The number of the fault in the design's README, the rule, and what the finding must name.
PLANTED: dict[str, list[tuple[int, str, dict[str, object]]]] = {
    "trading_platform": [
        (1, "float-money", {"table": "settlement_instruction", "columns": ("net_amount",)}),
        (2, "timestamp-without-time-zone", {"table": "breach", "columns": ("detected_at",)}),
        (3, "foreign-key-without-index", {"table": "allocation", "object": "allocation_execution_fkey"}),
        (3, "missing-index-for-query", {"table": "allocation", "query": "allocations_of_execution"}),
        (4, "mutable-audit-table", {"table": "execution"}),
        (4, "record-rewritten-by-query", {"table": "execution", "query": "correct_execution"}),
        (5, "policy-always-true", {"table": "account", "object": "ledger_account_all"}),
        (6, "table-without-primary-key", {"table": "depth_snapshot"}),
        (7, "security-definer-view", {"schema": "trade", "object": "firm_blotter"}),
        (8, "narrow-price", {"table": "transaction_report", "columns": ("price",)}),
        (9, "security-definer-function-without-search-path", {"object": "first_broken_seq"}),
        (10, "growing-table-without-retention", {"table": "depth_snapshot"}),
    ],
    "saas_projects": [
        (1, "missing-tenant-key", {}),
        (2, "global-unique-in-tenant-table", {"table": "users", "columns": ("email",)}),
        (2, "global-unique-in-tenant-table", {"table": "teams", "columns": ("slug",)}),
        (2, "global-unique-in-tenant-table", {"table": "projects", "columns": ("slug",)}),
        (2, "global-unique-in-tenant-table", {"table": "projects", "columns": ("key_prefix",)}),
        (2, "global-unique-in-tenant-table", {"table": "labels", "columns": ("name",)}),
        (2, "global-unique-in-tenant-table", {"table": "custom_fields", "columns": ("name",)}),
        (2, "global-unique-in-tenant-table", {"table": "issues", "columns": ("issue_key",)}),
        (2, "global-unique-in-tenant-table", {"table": "invoices", "columns": ("invoice_number",)}),
        (3, "plaintext-secret-column", {"table": "api_tokens", "columns": ("token",)}),
        (3, "plaintext-secret-column", {"table": "webhooks", "columns": ("secret",)}),
        (3, "plaintext-secret-column", {"table": "sign_in_sessions", "columns": ("token",)}),
        (3, "plaintext-secret-column", {"table": "settings", "columns": ("value",)}),
        (4, "entity-attribute-value", {"table": "custom_field_values"}),
        (5, "polymorphic-reference", {"table": "attachments", "columns": ("target_type", "target_id")}),
        (5, "polymorphic-reference", {"table": "audit_log"}),
        (6, "list-in-text-column", {"table": "issues", "columns": ("watcher_ids",)}),
        (6, "list-in-text-column", {"table": "webhooks", "columns": ("events",)}),
        (6, "list-in-text-column", {"table": "custom_fields", "columns": ("choices",)}),
        (7, "foreign-key-without-index", {"table": "issues", "columns": ("reporter_id",)}),
        (7, "foreign-key-without-index", {"table": "comments", "columns": ("author_id",)}),
        (8, "cascade-into-records", {"table": "time_entries", "columns": ("user_id",)}),
        (9, "float-money", {"table": "projects", "columns": ("hourly_rate",)}),
        (10, "timestamp-without-time-zone", {"table": "time_entries", "columns": ("started_at",)}),
        (11, "table-without-primary-key", {"table": "issue_labels"}),
        (12, "status-without-check", {"table": "issues", "columns": ("status",)}),
        (13, "integer-key-runs-out", {"table": "webhook_deliveries"}),
        (13, "integer-key-runs-out", {"table": "audit_log"}),
        (14, "growing-table-without-retention", {"table": "notifications"}),
        (14, "growing-table-without-retention", {"table": "webhook_deliveries"}),
        (14, "growing-table-without-retention", {"table": "audit_log"}),
        (14, "growing-table-without-retention", {"table": "sign_in_sessions"}),
        (15, "unique-ignores-soft-delete", {"table": "users", "columns": ("email",)}),
        (16, "broad-grant", {"object": "tracker_app"}),
    ],
    "slow_webshop": [
        (1, "foreign-key-without-index", {"table": "order_items", "columns": ("order_id",)}),
        (1, "missing-index-for-query", {"query": "items_of_order"}),
        (2, "missing-index-for-query", {"query": "orders_of_customer", "columns": ("customer_id", "created_at")}),
        (2, "foreign-key-without-index", {"table": "orders", "columns": ("customer_id",)}),
        (3, "missing-index-for-query", {"query": "lowest_price_30_days", "columns": ("product_id", "valid_from")}),
        (3, "foreign-key-without-index", {"table": "price_history", "columns": ("product_id",)}),
        (4, "duplicate-index", {"table": "payments", "object": "payments_order_id_idx"}),
        (5, "duplicate-index", {"table": "products", "object": "products_sku_idx"}),
        (6, "redundant-index", {"table": "products", "object": "products_category_idx"}),
        (6, "redundant-index", {"table": "page_views", "object": "page_views_session_idx"}),
        (7, "unused-index", {"object": "customers_last_seen_idx"}),
        (7, "unused-index", {"object": "page_views_path_idx"}),
        (7, "unused-index", {"object": "orders_status_idx"}),
        (7, "unused-index", {"object": "stock_updated_idx"}),
        (8, "non-sargable-predicate", {"query": "customer_by_email", "columns": ("email",)}),
        (8, "non-sargable-predicate", {"query": "orders_of_day", "columns": ("created_at",)}),
        (9, "implicit-cast", {"query": "payment_state", "columns": ("order_id",)}),
        (9, "non-sargable-predicate", {"query": "shipments_of_order"}),
        (10, "missing-foreign-key", {"table": "shipments", "columns": ("order_ref",)}),
        (11, "missing-index-for-query", {"query": "order_by_number"}),
        (11, "natural-key-not-unique", {"table": "orders", "columns": ("order_number",)}),
        (12, "not-in-nullable", {"query": "mailable_customers", "table": "blocked_customers"}),
        (13, "deep-offset", {"query": "category_page"}),
        (13, "deep-offset", {"query": "reviews_of_product"}),
        (14, "n-plus-one-lookup", {"query": "product_by_id"}),
        (14, "n-plus-one-lookup", {"query": "first_image_of_product"}),
        (15, "leading-wildcard-like", {"query": "search_products"}),
        (16, "correlated-subquery", {"query": "customers_with_order_count"}),
        (17, "select-star", {"query": "items_of_order"}),
        (17, "select-star", {"query": "session_by_id"}),
        (18, "growing-table-without-retention", {"table": "web_sessions"}),
        (18, "growing-table-without-retention", {"table": "page_views"}),
        (18, "growing-table-without-retention", {"table": "event_log"}),
        (19, "missing-index-for-query", {"query": "viewed_together", "columns": ("product_id",)}),
        (20, "natural-key-not-unique", {"table": "customers", "columns": ("email",)}),
    ],
}

# What the rules find beyond the planted faults, each read and held to be right.
BEYOND: dict[str, list[tuple[str, dict[str, object]]]] = {
    "trading_platform": [
        ("half-filled-reference", {"table": "client", "columns": ("person_region", "person_id")}),
        ("enum-that-changes", {"object": "region_code"}),
        ("reference-blocks-partition-drop", {"table": "orders", "columns": ("trade_date",)}),
        ("too-many-indexes", {"table": "orders"}),
        ("partitions-of-wrong-size", {"table": "tick"}),
        ("invariant-not-enforced", {"query": "use_limit", "columns": ("used",)}),
        ("recovery-goal-unmet", {"object": "rpo"}),
        ("recovery-goal-unmet", {"object": "rto"}),
        ("hot-row", {"query": "move_balance"}),
        ("hot-row", {"query": "use_limit"}),
        ("update-of-indexed-column", {"query": "apply_fill_to_order"}),
    ],
    "saas_projects": [
        ("case-sensitive-key", {"table": "users", "columns": ("email",)}),
        ("row-its-own-parent", {"table": "issues", "columns": ("parent_id",)}),
        ("ip-address-as-text", {"table": "sign_in_sessions", "columns": ("ip_address",)}),
        ("serial-column", {"table": "audit_log"}),
        ("d1-database-full", {"table": "audit_log"}),
        ("d1-single-thread", {}),
        ("d1-jurisdiction", {}),
        ("d1-scan-priced", {"query": "reported_by_me", "columns": ("reporter_id",)}),
        ("d1-rebuild-cascades", {"object": "parents"}),
        ("autovacuum-at-defaults", {"table": "notifications"}),
        ("update-of-indexed-column", {"query": "move_issue"}),
    ],
    "slow_webshop": [
        ("negative-quantity", {"table": "stock", "columns": ("on_hand", "reserved")}),
        ("row-its-own-parent", {"table": "categories", "columns": ("parent_id",)}),
        ("invariant-not-enforced", {"query": "reserve_stock", "columns": ("reserved",)}),
        ("recovery-goal-unmet", {"object": "rto"}),
        ("autovacuum-at-defaults", {"table": "orders"}),
        ("update-of-indexed-column", {"query": "set_order_status"}),
    ],
}

# What the designs do right, and a rule must not complain about.
SOUND: dict[str, list[tuple[str, dict[str, object]]]] = {
    "trading_platform": [
        ("wide-table", {}),
        ("negative-quantity", {"table": "tick"}),
        ("partition-candidate", {}),
        ("overlapping-validity", {"table": "fee_schedule"}),
        ("end-before-start", {"table": "trading_session"}),
        ("row-its-own-parent", {"table": "venue"}),
        ("redundant-index", {}),
        ("duplicate-index", {}),
        ("char-n-type", {}),
        ("polymorphic-reference", {}),
        ("missing-foreign-key", {"table": "tick"}),
        ("mutable-audit-table", {"table": "event"}),
        ("audit-trail-without-anchor", {}),
        ("audit-trail-without-author", {}),
        ("residency-without-region", {}),
        ("personal-data-open-to-reports", {}),
        ("erasure-blocked", {}),
        ("policy-column-without-index", {}),
        ("policy-for-role-without-grant", {}),
        ("several-permissive-policies", {}),
        ("tenant-column-differs", {}),
        ("policy-always-true", {"table": "orders"}),
        ("n-plus-one-lookup", {}),
        ("unknown-name-in-query", {}),
        ("cartesian-join", {}),
        ("unbounded-result", {}),
        ("order-updated-in-place", {}),
        ("stream-without-sequence", {}),
        ("event-version-not-unique", {}),
        ("order-record-incomplete", {}),
        ("transaction-report-incomplete", {}),
        ("outbox-without-key", {}),
        ("ledger-not-balanced", {}),
        ("position-without-source", {}),
        ("money-without-currency", {}),
        ("hot-table-without-fillfactor", {}),
        ("missing-extension", {}),
        ("queue-without-skip-locked", {}),
        ("d1-single-thread", {}),
        ("integer-beyond-javascript", {}),
    ],
    "saas_projects": [
        ("redundant-index", {}),
        ("duplicate-index", {}),
        ("n-plus-one-lookup", {}),
        ("unknown-name-in-query", {}),
        ("plaintext-secret-column", {"table": "users"}),
    ],
    "slow_webshop": [
        ("random-uuid-key", {"table": "web_sessions"}),
        ("copied-facts", {}),
        ("timestamp-without-time-zone", {}),
        ("float-money", {}),
        ("table-without-primary-key", {}),
        ("missing-tenant-key", {}),
        ("order-updated-in-place", {}),
        ("d1-single-thread", {}),
        ("unknown-name-in-query", {}),
        ("global-unique-in-tenant-table", {}),
        ("special-category-column", {}),
        ("payment-card-data", {}),
        ("residency-without-region", {}),
    ],
}


@cache
def findings_of(design: str) -> tuple[Finding, ...]:
    folder = DATA / design
    schema = read_schema(folder / "schema.sql")
    workload = read_workload(folder / "workload.sql", schema)
    findings, not_run = run_rules(schema, workload, load_intake(folder / "intake.yaml"))
    assert not_run == ()
    return findings


def named(design: str, rule: str, what: dict[str, object]) -> list[Finding]:
    return [
        finding
        for finding in findings_of(design)
        if finding.rule == rule and all(getattr(finding, key) == value for key, value in what.items())
    ]


@pytest.fixture(autouse=True)
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBARCH_STRICT", "1")


@pytest.mark.parametrize(
    ("design", "number", "rule", "what"),
    [(design, *fault) for design, faults in PLANTED.items() for fault in faults],
)
def test_planted_fault_is_found(design: str, number: int, rule: str, what: dict[str, object]) -> None:
    assert named(design, rule, what), f"fault {number} of {design}"


@pytest.mark.parametrize(
    ("design", "rule", "what"), [(design, *part) for design, parts in BEYOND.items() for part in parts]
)
def test_what_is_right_beyond_the_planted_faults_is_found(design: str, rule: str, what: dict[str, object]) -> None:
    assert named(design, rule, what)


@pytest.mark.parametrize(
    ("design", "rule", "what"), [(design, *part) for design, parts in SOUND.items() for part in parts]
)
def test_what_is_sound_is_left_alone(design: str, rule: str, what: dict[str, object]) -> None:
    assert [finding.message for finding in named(design, rule, what)] == []


@pytest.mark.parametrize("design", PLANTED)
def test_nothing_is_said_of_partitions(design: str) -> None:
    """The parent speaks for them."""
    schema = read_schema(DATA / design / "schema.sql")
    partitions = {(table.schema, table.name) for table in schema.tables if table.partition_of}
    assert [finding for finding in findings_of(design) if (finding.schema, finding.table) in partitions] == []


@pytest.mark.parametrize(("design", "most"), [("trading_platform", 3), ("saas_projects", 0), ("slow_webshop", 0)])
def test_open_tables_are_told_in_few_lines(design: str, most: int) -> None:
    """At most one line for each schema, and none for a table that tenant-table-without-rls names."""
    lines = named(design, "rls-disabled-beside-rls", {})
    assert len(lines) <= most
    others = {(finding.schema, finding.table) for finding in named(design, "tenant-table-without-rls", {})}
    assert not others & {(finding.schema, finding.table) for finding in lines}
