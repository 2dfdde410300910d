"""Which tables a view reads."""

from __future__ import annotations

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.objects import View
from dbarch_widgets.model.schema import QName, Schema, Table


def tables_of(schema: Schema, view: View) -> tuple[Table, ...]:
    """The tables beneath a view, through other views too; a view that cannot be read has none."""
    found: dict[QName, Table] = {}
    views = {QName(item.schema, item.name): item for item in schema.views}
    todo, seen = [view], {QName(view.schema, view.name)}
    while todo:
        for name in _names(todo.pop(), schema):
            if isinstance(name, Table):
                found[name.qname] = name
            elif name in views and name not in seen:
                seen.add(name)
                todo.append(views[name])
    return tuple(found.values())


def read_as(schema: Schema, view: View) -> tuple[tuple[Table, str | None], ...]:
    """The tables that a view reads with the rights of an owner, its own or that of a view beneath it, each with that owner.

    A view with `security_invoker` beneath it reads as who asks, whoever owns the one above (PostgreSQL's documentation of
    CREATE VIEW), and a materialized one reads nothing when it is asked.
    """
    found: dict[tuple[QName, str | None], Table] = {}
    views = {QName(item.schema, item.name): item for item in schema.views}
    todo, seen = [view], {QName(view.schema, view.name)}
    while todo:
        reading = todo.pop()
        for name in _names(reading, schema):
            if isinstance(name, Table):
                found[(name.qname, reading.owner)] = name
            elif name in views and name not in seen:
                seen.add(name)
                if not (views[name].security_invoker or views[name].materialized):
                    todo.append(views[name])
    return tuple((table, owner) for (_, owner), table in found.items())


def _names(view: View, schema: Schema) -> list[Table | QName]:
    from dbarch_widgets.sql.analyse import analyse

    try:
        statement = analyse(view.sql)
    except InputError:
        return []
    names: list[Table | QName] = []
    for ref in statement.tables:
        table = schema.find(QName(ref.schema, ref.name) if ref.schema else ref.name)
        if table is not None:
            names.append(table)
        else:
            same = [item for item in schema.views if item.name == ref.name and ref.schema in (None, item.schema)]
            names.extend(QName(item.schema, item.name) for item in same[:1])
    return names
