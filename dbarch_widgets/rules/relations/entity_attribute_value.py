"""Entity, attribute, value.

Symptom: A table has one row per entity and attribute, with the value in a text column.

Why it matters: The database knows neither the type nor the range of a value, nor which attributes are required. Each
filter by one more attribute is one more self-join, the planner has no statistics per attribute, and a number sorts as
text.

When it is fine: Settings that are only read by name, and attributes that are only shown and never searched.

How to fix: Columns for what is known; one jsonb column with a GIN index, and checks on it, for what customers define
themselves.

Source: Bill Karwin, SQL Antipatterns, chapter Entity-Attribute-Value; PostgreSQL documentation, JSON Types;
sqlcheck, Entity-Attribute-Value Pattern.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import bag, words

_ATTRIBUTE = bag("attribute attr field property prop param parameter option meta key characteristic feature")
# Of these nobody speaks in a table of settings, so that an id beside them needs no foreign key to be the entity.
_SURELY = bag("attribute attr characteristic")
_VALUE = bag("value val attribute_value field_value value_text string_value text_value meta_value")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such table."""
    for table in context.tables:
        if found := _parts(context, table):
            entity, attribute, value = found
            joins = _self_joins(context, table)
            used = f"; query {joins[0]} already joins it with itself" if joins else ""
            yield RULE.finding(
                f"{table.qname} keeps the {value} of each {attribute} per {entity} as text: "
                f"the database can neither type nor check it{used}",
                table=table,
                columns=(entity, attribute, value),
                line=column_of(table, value).line,
            )


def _parts(context: Context, table: Table) -> tuple[str, str, str] | None:
    """Its entity, attribute and value columns. Of settings (no entity beside the name) nothing is said."""
    values = [
        name
        for name in table.column_names
        if "_".join(words(name)) in _VALUE and context.is_text(column_of(table, name).type)
    ]
    if len(values) != 1 or len(table.columns) > 8:
        return None
    referring = {key.columns[0]: key for key in table.foreign_keys if len(key.columns) == 1}
    attributes = [
        name
        for name in table.column_names
        if name != values[0]
        and set(words(name)) & _ATTRIBUTE
        and (name in referring or context.is_text(column_of(table, name).type))
    ]
    entities = [name for name in referring if name not in attributes]
    if not entities and any(set(words(name)) & _SURELY for name in attributes):
        own = table.primary_key.columns if table.primary_key and len(table.primary_key.columns) == 1 else ()
        entities = [
            name for name in table.column_names if words(name)[-1:] == ("id",) and name not in (*own, *attributes)
        ]
    if not attributes or not entities:
        return None
    return entities[0], attributes[0], values[0]


def _self_joins(context: Context, table: Table) -> list[str]:
    return [
        query.name
        for query in context.queries_on(table)
        if any(sum(other is table for _, other in query.tables_of(number)) > 1 for number in range(len(query.blocks)))
    ]


RULE = Rule(
    name="entity-attribute-value",
    area="relations",
    severity="medium",
    confidence="likely",
    summary="A table keeps values of every kind as text, one row per entity and attribute",
    check=check,
)
