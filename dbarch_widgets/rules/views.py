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
