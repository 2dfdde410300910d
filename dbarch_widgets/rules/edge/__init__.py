"""Rules of the area edge: SQLite, and Cloudflare D1 with its limits and prices."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.edge import (
    autoincrement_key,
    d1_database_full,
    d1_index_writes_priced,
    d1_interactive_transaction,
    d1_jurisdiction,
    d1_large_value,
    d1_long_pattern,
    d1_long_statement,
    d1_rebuild_cascades,
    d1_replica_without_session,
    d1_scan_priced,
    d1_single_thread,
    d1_too_many_columns,
    d1_too_many_databases,
    d1_too_many_parameters,
    integer_beyond_javascript,
    sqlite_nullable_primary_key,
    sqlite_string_type,
    table_not_strict,
)

RULES: tuple[Rule, ...] = (
    d1_database_full.RULE,
    d1_single_thread.RULE,
    d1_too_many_databases.RULE,
    d1_jurisdiction.RULE,
    d1_replica_without_session.RULE,
    d1_too_many_columns.RULE,
    d1_large_value.RULE,
    integer_beyond_javascript.RULE,
    d1_rebuild_cascades.RULE,
    d1_interactive_transaction.RULE,
    d1_too_many_parameters.RULE,
    d1_long_statement.RULE,
    d1_long_pattern.RULE,
    d1_scan_priced.RULE,
    d1_index_writes_priced.RULE,
    sqlite_nullable_primary_key.RULE,
    sqlite_string_type.RULE,
    table_not_strict.RULE,
    autoincrement_key.RULE,
)
