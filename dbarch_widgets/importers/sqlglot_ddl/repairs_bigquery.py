"""BigQuery's own clauses: OPTIONS (…) and clustering."""

from __future__ import annotations

from collections.abc import Mapping

from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor
from dbarch_widgets.importers.sqlglot_ddl.dialect import Repair
from dbarch_widgets.importers.sqlglot_ddl.repairs import clause, custom


def options(inner: Cursor) -> Mapping[str, str]:
    """The options between the parentheses; `description` becomes `comment`."""
    found = {}
    for part in inner.parts():
        name = part.name().text.lower()
        part.take("=")
        value = "".join(token.text for token in part.rest())
        found["comment" if name == "description" else name] = value
    return found


def description(inner: Cursor) -> str | None:
    """The description among the options."""
    return options(inner).get("comment") or None


def _options(cursor: Cursor) -> Mapping[str, str] | None:
    return options(cursor.group()) if cursor.take("OPTIONS") else None


def _cluster(cursor: Cursor) -> Mapping[str, str] | None:
    if not cursor.take("CLUSTER", "BY"):
        return None
    names: list[str] = []
    while not names or cursor.take(","):
        names.append(".".join(token.text for token in cursor.dotted()))
    return {"cluster by": ", ".join(names)}


def _connection(cursor: Cursor) -> Mapping[str, str] | None:
    if cursor.take("WITH", "CONNECTION"):
        return {"connection": ".".join(token.text for token in cursor.dotted())}
    return None


def _hive_partitions(cursor: Cursor) -> Mapping[str, str] | None:
    if not cursor.take("WITH", "PARTITION", "COLUMNS"):
        return None
    if cursor.sees("("):
        cursor.group()
    return {}


REPAIRS: tuple[Repair, ...] = (
    custom("", "table", _options),
    custom("", "table", _cluster),
    custom("", "table", _connection),
    custom("WITH PARTITION COLUMNS of an external table is not kept", "table", _hive_partitions, loses=True),
    custom(
        "OPTIONS (…) of an index are not kept", "index", lambda cursor: {} if _options(cursor) is not None else None
    ),
    clause("", "NOT ENFORCED", places="column"),
    clause("", "DEFAULT COLLATE", places="table", then="name", keep="collation"),
)
