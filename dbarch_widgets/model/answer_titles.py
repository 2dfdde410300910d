"""The question of an answer in a few words, by the path that the answer has in `intake.yaml`.

The words stand beside the fields of the Intake (`model/intake.py`) and nowhere else.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from dbarch_widgets.model.intake import Intake

_REGION = re.compile(r"\[(?P<name>.*)\](?:\.(?P<rest>\w+))?", re.DOTALL)


def question_words(path: str) -> str:
    """`Tenants: how many?` for `tenancy.tenants`; a path that no answer can have gives the path itself.

    Names of tables, regions and the like stand in the words: `trade.orders: how many rows?` for
    `scale.tables.trade.orders.rows`.
    """
    return _words(Intake, path) or path


def _words(owner: type, path: str) -> str:
    """The words at a path below `owner`; empty when nothing is asked there."""
    for field in dataclasses.fields(owner):
        rest = path.removeprefix(field.name)
        if rest == path or (rest and rest[0] not in ".["):
            continue
        title, each = field.metadata.get("title", ""), field.metadata.get("each", "")
        below = _below(owner, field.name)
        if not rest:
            return str(title)
        if each:
            return _entry(below, rest, str(each))
        return _words(below, rest[1:]) if below else ""
    return ""


def _entry(below: type | None, rest: str, each: str) -> str:
    """The words about one entry: `rest` is `.orders`, `.trade.orders.rows` or `[eu-west].people`."""
    if match := _REGION.fullmatch(rest):
        name, last = match["name"], match["rest"] or ""
    else:
        name, last = rest[1:], ""
        head, dot, tail = name.rpartition(".")
        if below and dot and tail in {field.name for field in dataclasses.fields(below)}:
            name, last = head, tail
    words = _words(below, last) if below and last else each
    return words.replace("{name}", name)


@cache
def _below(owner: type, name: str) -> type | None:
    """The dataclass of a field, or of its entries; None where the answer itself stands there."""
    return _dataclass_in(get_type_hints(owner)[name])


def _dataclass_in(hint: Any) -> type | None:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return hint
    if get_origin(hint) in (tuple, Mapping, UnionType):
        return next((found for part in get_args(hint) if (found := _dataclass_in(part))), None)
    return None
