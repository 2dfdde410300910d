"""A Schema as DuckDB's DDL."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.objects import Function
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.load_order import load_order
from dbarch_widgets.sql.write.base import Loss, Script
from dbarch_widgets.sql.write.duckdb.tables import at, index, table
from dbarch_widgets.sql.write.order import views_in_order
from dbarch_widgets.sql.write.own_types import Types
from dbarch_widgets.sql.write.words import counting, literal, named


def write_duckdb(schema: Schema) -> Script:
    """Types and sequences, tables after those that they point at, indexes, views, comments.

    A foreign key that closes a circle of tables has no place: DuckDB adds none to a table that is there.
    """
    script = Script()
    groups = (schema.tables, schema.views, schema.enums, schema.domains, schema.sequences)
    places = dict.fromkeys(thing.schema for group in groups for thing in group if thing.schema not in ("", "main"))
    script.add("Schemas", *(f"CREATE SCHEMA IF NOT EXISTS {named(place)}" for place in places))
    for enum in schema.enums:
        values = ", ".join(literal(value) for value in enum.values)
        script.add("Types", f"CREATE TYPE {at(QName(enum.schema, enum.name))} AS ENUM ({values})")
    for one in schema.sequences:
        script.add("Sequences", " ".join([f"CREATE SEQUENCE {at(QName(one.schema, one.name))}", *counting(one)]))
    for domain in schema.domains:
        script.add("Types", f"CREATE TYPE {at(QName(domain.schema, domain.name))} AS {domain.type}")
    types = Types(schema, at)
    order = load_order(schema)
    broken = {(table.qname, key.name) for table, key in order.broken}
    for made in order.tables:
        script.add("Tables", table(made, broken, types))
    for made, key in order.broken:
        why = "it closes a circle of tables, and DuckDB adds no foreign key to a table that is there"
        script.lose(Loss(f"{made.qname}: foreign key {key.name}", "foreign key", why))
    for made in schema.tables:
        for each in made.indexes:
            if each.method in ("btree", "art"):
                script.add("Indexes", index(made, each))
            else:
                why = "it comes with an extension, and its options are not in the model"
                script.lose(Loss(f"{made.qname}: index {each.name}", f"{each.method} index", why))
    script.add("Macros", *(_macro(function) for function in schema.functions))
    for view in views_in_order(schema.views):
        script.add("Views", f"CREATE VIEW {at(QName(view.schema, view.name))} AS\n{view.sql.strip().rstrip(';')}")
    script.add("Comments", *(f"COMMENT ON {what} IS {literal(text)}" for what, text in _comments(schema) if text))
    return script


def _macro(function: Function) -> str:
    table = " TABLE" if function.returns == "table" else ""
    return f"CREATE MACRO {at(QName(function.schema, function.name))}({function.arguments}) AS{table} {function.body}"


def _comments(schema: Schema) -> Iterator[tuple[str, str | None]]:
    for one in schema.tables:
        yield f"TABLE {at(one.qname)}", one.comment
        for column in one.columns:
            yield f"COLUMN {at(one.qname)}.{named(column.name)}", column.comment
        for each in one.indexes:
            yield f"INDEX {at(QName(one.schema, each.name))}", each.comment
    for view in schema.views:
        yield f"VIEW {at(QName(view.schema, view.name))}", view.comment
    for enum in schema.enums:
        yield f"TYPE {at(QName(enum.schema, enum.name))}", enum.comment
