"""The condition by which a query asks for what is still to be done: the small part of an old table."""

from __future__ import annotations

import re

from dbarch_widgets.rules.ddl import ident
from dbarch_widgets.rules.queries import Condition
from dbarch_widgets.rules.serving import Demand

# A time that is still empty says that something has not been done yet; that is the small part, once a table is old.
_UNDONE = re.compile(
    r"(read|seen|done|processed|published|sent|delivered|acknowledged|finished|completed|closed|resolved|handled|"
    r"exported|paid|confirmed|consumed|dispatched|notified)(_at|_on)?\Z"
)
_OPEN = re.compile(
    r"(open|pending|new|queued|waiting|unpaid|unread|failed|due|todo|draft|active_jobs)\Z", re.IGNORECASE
)


def undone(demand: Demand) -> Condition | None:
    """A condition with a fixed value that few rows of an old table meet."""
    for item in demand.conditions:
        predicate, name = item.predicate, item.column.name.lower()
        if not predicate.conjunct or predicate.wrapped is not None:
            continue
        if predicate.operator == "is null" and _UNDONE.search(name):
            return item
        if predicate.operator == "=" and predicate.value.kind == "literal":
            if predicate.value.type == "text" and _OPEN.match(predicate.value.text):
                return item
            if predicate.value.type == "boolean" and predicate.value.text == "false" and _UNDONE.search(name):
                return item
    return None


def undone_where(item: Condition) -> str:
    """The condition in SQL, for the WHERE of an index."""
    name, predicate = ident(item.column.name), item.predicate
    if predicate.operator == "is null":
        return f"{name} IS NULL"
    if predicate.value.type == "boolean":
        return name if predicate.value.text == "true" else f"NOT {name}"
    quoted = predicate.value.text.replace("'", "''")
    return f"{name} = '{quoted}'"
