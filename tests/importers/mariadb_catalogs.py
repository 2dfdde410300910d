"""Holds what was read of a text against the catalog of a MariaDB that has run the same text."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from dbarch_widgets.model.schema import Schema, Table

# Where the statement stood is known to the text only; a view's query is rewritten by the server, rights are its own.
_ONLY_ONE_SIDE = frozenset({"line", "file", "grants", "sql"})
_COMMENT = re.compile(r"('(?:[^'\\]|\\.|'')*')|--(?=\s)[^\n]*|#[^\n]*|/\*.*?\*/", re.DOTALL)
_ORDERED = frozenset({"columns", "keys", "ref_columns"})
# What the test server takes where a text says nothing: these are no part of what a text says.
SERVER = {"engine": "InnoDB", "charset": "utf8mb4", "collation": "utf8mb4_general_ci"}
KINDS = ("tables", "views", "sequences", "functions")


def plain(thing: Any, field: str = "") -> Any:
    """A model object as dictionaries and lists, ready to compare."""
    if dataclasses.is_dataclass(thing):
        names = [f.name for f in dataclasses.fields(thing) if f.name not in _ONLY_ONE_SIDE]
        return {name: plain(getattr(thing, name), name) for name in names}
    if isinstance(thing, Mapping):
        return dict(thing)
    if isinstance(thing, tuple) and not hasattr(thing, "_fields"):
        items = [plain(item, field) for item in thing]
        return items if field in _ORDERED else sorted(items, key=str)
    if field == "body" and thing:
        return " ".join(_COMMENT.sub(lambda hit: hit[1] or " ", thing).split())  # the client sends no comments
    return thing


def completed(table: Table) -> Table:
    """The table with the server's defaults where the text left them to the server."""
    options = SERVER | dict(table.options)
    columns = tuple(
        dataclasses.replace(column, collation=None if column.collation == options["collation"] else column.collation)
        for column in table.columns
    )
    return dataclasses.replace(table, options=options, columns=columns)


def differences(text: Schema, catalog: Schema) -> list[str]:
    """What the two do not agree on, one line each."""
    found = []
    for kind in KINDS:
        ours = {f"{item.schema}.{item.name}": item for item in getattr(text, kind)}
        theirs = {f"{item.schema}.{item.name}": item for item in getattr(catalog, kind)}
        found += [f"{kind}: {name} is only in the catalog" for name in sorted(theirs.keys() - ours.keys())]
        found += [f"{kind}: {name} is only in the text" for name in sorted(ours.keys() - theirs.keys())]
        for name in sorted(ours.keys() & theirs.keys()):
            mine = plain(completed(ours[name]) if kind == "tables" else ours[name])
            real = plain(theirs[name])
            for part in mine:
                if mine[part] != real[part]:
                    found += _apart(f"{kind}: {name}.{part}", mine[part], real[part])
    return found


def _apart(place: str, mine: Any, real: Any) -> list[str]:
    if isinstance(mine, list) and isinstance(real, list):
        only_mine = [item for item in mine if item not in real]
        only_real = [item for item in real if item not in mine]
        if only_mine or only_real:
            return [f"{place}: text {only_mine}, catalog {only_real}"]
    return [f"{place}: text {mine!r}, catalog {real!r}"]
