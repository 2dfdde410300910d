"""A Schema as the DDL of MySQL and MariaDB."""

from __future__ import annotations

from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.write.base import Loss, Script
from dbarch_widgets.sql.write.mysql.code import function, sequence, trigger
from dbarch_widgets.sql.write.mysql.names import at, named
from dbarch_widgets.sql.write.mysql.tables import foreign_key, table
from dbarch_widgets.sql.write.order import views_in_order


def write_mysql(schema: Schema) -> Script:
    """Tables with their keys, then the foreign keys of all of them, then views and code."""
    script = Script()
    places = dict.fromkeys(thing.schema for group in (schema.tables, schema.views) for thing in group if thing.schema)
    script.add("Databases", *(f"CREATE DATABASE IF NOT EXISTS {named(place)}" for place in places))
    script.add("Sequences", *(sequence(one) for one in schema.sequences))
    script.add("Tables", *(table(one) for one in schema.tables))
    for one in schema.tables:
        head = f"ALTER TABLE {at(one.qname)} ADD "
        script.add("Foreign keys", *(head + foreign_key(key, one.schema) for key in one.foreign_keys))
    for view in views_in_order(schema.views):
        security = "SQL SECURITY INVOKER " if view.security_invoker else ""
        name = at(QName(view.schema, view.name))
        script.add("Views", f"CREATE {security}VIEW {name} AS\n{view.sql.strip().rstrip(';')}")
    _code(schema, script)
    return script


def _code(schema: Schema, script: Script) -> None:
    why = "the model does not have its code"
    for each in schema.functions:
        if text := function(each):
            script.add("Functions and procedures", text)
        else:
            script.lose(Loss(f"{each.kind} {QName(each.schema, each.name)}", each.kind, why))
    for one in schema.tables:
        for made in one.triggers:
            if text := trigger(one, made):
                script.add("Triggers", text)
            else:
                script.lose(Loss(f"{one.qname}: trigger {made.name}", "trigger", why))
