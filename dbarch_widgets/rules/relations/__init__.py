"""Rules of the area relations."""

from __future__ import annotations

from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.relations import (
    cascade_into_records,
    circular_required_reference,
    duplicate_foreign_key,
    entity_attribute_value,
    foreign_key_to_missing_table,
    foreign_key_to_non_unique,
    foreign_key_type_mismatch,
    list_in_text_column,
    missing_foreign_key,
    polymorphic_reference,
    reference_in_json,
    repeating_columns,
    row_its_own_parent,
    set_null_on_required,
    table_in_several_parts,
    table_without_relations,
    wide_table,
)

RULES: tuple[Rule, ...] = (
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
    set_null_on_required.RULE,
    duplicate_foreign_key.RULE,
    row_its_own_parent.RULE,
    table_in_several_parts.RULE,
    wide_table.RULE,
    reference_in_json.RULE,
    table_without_relations.RULE,
)
