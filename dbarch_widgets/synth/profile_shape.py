"""The shape of a profile file, checked by pydantic: unknown keys of files and tables are refused."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from dbarch_widgets.intake.checked_yaml import Keys

Count = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]


def _nothing(value: object) -> object:
    return {} if value is None else value


def _lines(value: object) -> object:
    """Notes: one text or a list of them."""
    return [] if value is None else [value] if isinstance(value, str) else value


class ColumnShape(BaseModel):
    """What is not a field is a setting of the generator."""

    model_config = ConfigDict(extra="allow")

    generator: str = ""
    nulls: Share = 0.0
    distinct: Annotated[float, Field(ge=0)] | None = None
    frequencies: list[Share] = []


class TableShape(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rows: Count
    bytes: Count | None = None
    notes: Annotated[list[str], BeforeValidator(_lines)] = []
    columns: Annotated[dict[str, Annotated[ColumnShape, BeforeValidator(_nothing)]], BeforeValidator(_nothing)] = {}


class FileShape(BaseModel):
    model_config = ConfigDict(extra="forbid")

    notes: Annotated[list[str], BeforeValidator(_lines)] = []
    tables: Annotated[dict[str, TableShape], BeforeValidator(_nothing)]


def known_below(path: Keys) -> list[str]:
    """The keys that may stand below a path."""
    shape: type[BaseModel] = (FileShape, FileShape, TableShape)[min(len(path), 2)]
    return list(shape.model_fields)
