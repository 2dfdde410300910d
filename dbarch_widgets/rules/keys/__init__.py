"""Rules of the area keys."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.keys import (
    case_sensitive_key,
    copied_facts,
    integer_key_runs_out,
    link_stored_twice,
    lookup_name_not_unique,
    natural_key_not_unique,
    random_uuid_key,
    table_without_primary_key,
    unique_ignores_soft_delete,
)

RULES: tuple[Rule, ...] = (
    table_without_primary_key.RULE,
    integer_key_runs_out.RULE,
    natural_key_not_unique.RULE,
    unique_ignores_soft_delete.RULE,
    random_uuid_key.RULE,
    link_stored_twice.RULE,
    copied_facts.RULE,
    lookup_name_not_unique.RULE,
    case_sensitive_key.RULE,
)
