"""A schema with one piece taken away, for each piece that says something of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from typing import Any

from dbarch_widgets.model.objects import Function, Sequence, Trigger
from dbarch_widgets.model.schema import Column, ForeignKey, Schema, Table, Unique

# Where a thing was read, what is no part of the structure, and what other fields say already.
_NO_PIECE = frozenset({"line", "file", "report", "ignores", "dialect", "external_role"})


def pieces(thing: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(where it was, the thing without it): each object in it, and each property that is not the usual."""
    for field in fields(thing):
        value, usual = getattr(thing, field.name), _usual(field)
        where = f"{path}.{field.name}"
        if field.name in _NO_PIECE or _said_elsewhere(thing, field.name):
            continue
        if isinstance(value, tuple) and value and is_dataclass(value[0]):
            for at, each in enumerate(value):
                here = f"{where}[{getattr(each, 'name', None) or getattr(each, 'role', at)}]"
                if not _goes_with_another(thing, each):
                    yield here, replace(thing, **{field.name: value[:at] + value[at + 1 :]})
                for place, less in pieces(each, here):
                    yield place, replace(thing, **{field.name: (*value[:at], less, *value[at + 1 :])})
        elif is_dataclass(value) and not isinstance(value, type):
            if usual not in (MISSING, value):
                yield where, replace(thing, **{field.name: usual})
            for place, less in pieces(value, where):
                yield place, replace(thing, **{field.name: less})
        elif usual is not MISSING and value != usual:
            yield where, replace(thing, **{field.name: usual})


def _usual(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _said_elsewhere(thing: Any, name: str) -> bool:
    """What follows from something else, and the code of a function, which stays in the source."""
    match thing:
        case Function():
            return name == "body"
        case Table():
            parts = ("columns", "primary_key", "unique", "checks")
            if name == "partition_bound" and thing.partition_bound == "DEFAULT":  # what a partition without a bound is
                return True
            return name == "kind" or (thing.partition_of is not None and name in parts)
        case Column():
            return name == "generated_kind" or (name == "nullable" and thing.identity is not None)
        case Sequence():
            number = getattr(thing, name)
            return thing.owned_by is not None or (name in ("start", "increment") and number == 1) or name == "type"
        case Trigger() if name == "events":  # there is one at least
            return True
        case Trigger() | Unique() | ForeignKey():
            return name == "deferrable" and thing.initially_deferred
    return False


def _goes_with_another(thing: Any, each: Any) -> bool:
    """A sequence that a column counts with is said by the column."""
    if not (isinstance(thing, Schema) and isinstance(each, Sequence)):
        return False
    defaults = (column.default or "" for table in thing.tables for column in table.columns)
    return each.owned_by is not None or any("nextval(" in text and each.name in text for text in defaults)


def in_primary_key(schema: Schema) -> frozenset[str]:
    """The places of `NOT NULL` that a primary key says too."""
    return frozenset(
        f".tables[{table.name}].columns[{name}].nullable"
        for table in schema.tables
        if table.primary_key
        for name in table.primary_key.columns
    )
