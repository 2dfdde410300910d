"""A Schema as SQLite's DDL."""

from __future__ import annotations

from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.write.base import Loss, Script
from dbarch_widgets.sql.write.order import views_in_order
from dbarch_widgets.sql.write.sqlite.tables import at, index, table, trigger

# The title and the statement of the pragma that SQLite forgets with each connection.
FOREIGN_KEYS = ("Foreign keys are checked only where this is set", "PRAGMA foreign_keys = ON")


def write_sqlite(schema: Schema) -> Script:
    """Tables with their foreign keys in any order: SQLite looks for the other table only when rows come."""
    script = Script()
    if any(one.foreign_keys for one in schema.tables):
        script.add(*FOREIGN_KEYS)
    script.add("Tables", *(table(one) for one in schema.tables))
    for one in schema.tables:
        script.add("Indexes", *(index(one, each) for each in one.indexes))
    for view in views_in_order(schema.views):
        script.add("Views", f"CREATE VIEW {at(QName(view.schema, view.name))} AS\n{view.sql.strip().rstrip(';')}")
    for one in schema.tables:
        _triggers(one, script)
        if conflict := one.options.get("on_conflict"):
            script.lose(Loss(str(one.qname), "ON CONFLICT", "it is kept as a remark only", definition=conflict))
    return script


def _triggers(one: Table, script: Script) -> None:
    for each in one.triggers:
        if text := trigger(one, each):
            script.add("Triggers", text)
        else:
            why = "the model does not have its code"
            script.lose(Loss(f"{one.qname}: trigger {each.name}", "trigger", why))
