"""Ids of what a diagram draws, so that a click in the picture leads back to the model.

A table's group in the SVG has the id `table:schema.name`, a foreign key's `fk:schema.table.name`. Each part is
URL-quoted, a dot inside a name as `%2E`, so that an id belongs to exactly one object and is plain ASCII.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, unquote

from dbarch_widgets.model.schema import QName
from dbarch_widgets.render.crowsfoot import Relation


def quote_part(name: str) -> str:
    """One name, URL-quoted, its dots too."""
    return quote(name, safe="", errors="surrogatepass").replace(".", "%2E")


@lru_cache(maxsize=16384)
def node_name(name: QName) -> str:
    """What DOT calls the table."""
    return f"{quote_part(name.schema)}.{quote_part(name.name)}"


def table_id(name: QName) -> str:
    """The id of a table's group in the SVG."""
    return f"table:{node_name(name)}"


def relation_id(child: QName, name: str) -> str:
    """The id of a foreign key's group in the SVG; `child` is the table that holds the key."""
    return f"fk:{node_name(child)}.{quote_part(name)}"


def relation_key(relation: Relation) -> str:
    """The id of a relation's group in the SVG; that of one which nobody declared begins with `inferred:`."""
    found = relation_id(relation.holder, relation.name)
    return found if relation.inferred is None else f"inferred:{found.removeprefix('fk:')}"


def group_id(name: str) -> str:
    """The id of a group's box in an overview."""
    return f"group:{quote_part(name)}"


def table_of_id(id_: str) -> QName | None:
    """The table that an id of the SVG names, None for any other id."""
    kind, _, rest = id_.partition(":")
    schema, dot, name = rest.partition(".")
    if kind != "table" or not dot:
        return None
    return QName(unquote(schema, errors="surrogatepass"), unquote(name, errors="surrogatepass"))
