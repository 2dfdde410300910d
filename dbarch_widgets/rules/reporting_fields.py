"""The fields of the technical standards on order records (RTS 24) and transaction reports (RTS 22), by what columns are called.

All of them stand in reporting_fields.yaml beside this file. ESMA revises both lists after the MiFIR review: they are data, so that
they can follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.context import Context

Standard = Literal["rts24", "rts22"]
FILE = "reporting_fields.yaml"


@dataclass(frozen=True)
class Field:
    """One field: its number in the standard, its name for people, and how columns for it are called.

    `every`: every record has it; others are needed where they apply.
    """

    number: int
    name: str
    columns: tuple[str, ...]
    every: bool = False

    def is_in(self, names: Iterable[str]) -> bool:
        return any(is_named(name, self.columns) for name in names)

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


def is_named(name: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns is in the name, between underscores."""
    return any(re.search(rf"(?:\A|_)(?:{pattern})(?:_|\Z)", name.lower()) for pattern in patterns)


@cache
def fields_of(standard: Standard) -> tuple[Field, ...]:
    """All fields of the standard, by number."""
    import yaml

    text = files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    return tuple(
        Field(each["number"], each["name"], tuple(each["columns"]), each.get("every", False))
        for each in yaml.safe_load(text)[standard]["fields"]
    )


def of_every(standard: Standard) -> tuple[Field, ...]:
    """The fields that every record or report has."""
    return tuple(field for field in fields_of(standard) if field.every)


def missing(context: Context, table: Table, fields: Iterable[Field]) -> list[Field]:
    """The fields for which neither the table nor one that it refers to has a column."""
    names = set(table.column_names)
    for key in table.foreign_keys:
        other = context.schema.find(key.target)
        names |= set(other.column_names) if other else set()
    return [field for field in fields if not field.is_in(names)]
