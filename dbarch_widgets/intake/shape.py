"""The shape of an intake file, checked by pydantic: unknown keys are refused, every answer may be missing."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _empty_if_none(value: object) -> object:
    """A section that is there but empty (`scale:` with nothing below) is a section without answers."""
    return {} if value is None else value


def _as_text(value: object) -> object:
    """Short answers may be numbers, yes and no; they are kept as the text that they stand for."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | float) else value


def _people(value: object) -> object:
    """A number, or words such as "most of Europe"."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("must be a number of people or a text")
    return value


People = Annotated[Any, BeforeValidator(_people)]
Count = Annotated[int, Field(ge=0)]
Amount = Annotated[float, Field(ge=0)]
Text = Annotated[str, BeforeValidator(_as_text)]
Words = Annotated[dict[str, Text], BeforeValidator(_empty_if_none)]


class SystemShape(_Strict):
    name: Text | None = None
    purpose: Text | None = None
    stage: Text | None = None


class TableShape(_Strict):
    rows: Count | None = None
    growth_per_month: Count | None = None


class ScaleShape(_Strict):
    tables: Annotated[
        dict[str, Annotated[TableShape, BeforeValidator(_empty_if_none)]], BeforeValidator(_empty_if_none)
    ] = {}
    reads_per_second: Amount | None = None
    writes_per_second: Amount | None = None
    peak_factor: Amount | None = None


class LatencyShape(_Strict):
    p99_read_ms: Amount | None = None
    p99_write_ms: Amount | None = None


class RegionShape(_Strict):
    name: Text
    people: People | None = None
    data_must_stay: bool | None = None


class TenancyShape(_Strict):
    tenants: Count | None = None
    skew: Text | None = None
    model: Text | None = None


class RecoveryShape(_Strict):
    rpo_seconds: Amount | None = None
    rto_seconds: Amount | None = None


class TeamShape(_Strict):
    size: Count | None = None
    budget: Text | None = None


class IntakeShape(_Strict):
    """The whole file."""

    system: Annotated[SystemShape, BeforeValidator(_empty_if_none)] = SystemShape()
    scale: Annotated[ScaleShape, BeforeValidator(_empty_if_none)] = ScaleShape()
    latency: Annotated[LatencyShape, BeforeValidator(_empty_if_none)] = LatencyShape()
    regions: list[RegionShape] | None = None
    tenancy: Annotated[TenancyShape, BeforeValidator(_empty_if_none)] = TenancyShape()
    consistency: Words = {}
    recovery: Annotated[RecoveryShape, BeforeValidator(_empty_if_none)] = RecoveryShape()
    data_classes: list[Text] | None = None
    regimes: list[Text] | None = None
    engines: Words = {}
    team: Annotated[TeamShape, BeforeValidator(_empty_if_none)] = TeamShape()
