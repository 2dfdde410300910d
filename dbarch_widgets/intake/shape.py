"""The shape of an intake file, checked by pydantic: unknown keys are refused, every answer may be missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from dbarch_widgets.intake.durations import days
from dbarch_widgets.intake.regimes import REGIMES, regime_key

STAGES = ("planned", "running", "migrating")
MODELS = ("shared_table", "schema_per_tenant", "database_per_tenant", "none")
REPLICAS = ("none", "async", "sync")
DATA_CLASSES = ("personal", "special", "financial", "payment_card", "credentials", "trading_secret", "none")

_SAME_CLASS = {"pii": "personal", "person": "personal", "health": "special", "card": "payment_card"}
_SAME_STAGE = {
    "live": "running",
    "production": "running",
    "plan": "planned",
    "new": "planned",
    "migration": "migrating",
}
_SAME_MODEL = {
    "shared": "shared_table", "shared_tables": "shared_table", "pool": "shared_table", "schema": "schema_per_tenant",
    "schemas": "schema_per_tenant", "database": "database_per_tenant", "databases": "database_per_tenant",
    "silo": "database_per_tenant",
}  # fmt: skip
_SAME_REPLICA = {
    "no": "none", "asynchronous": "async", "synchronous": "sync", "streaming": "async",
}  # fmt: skip


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


def _one_of(known: Sequence[str], same: Mapping[str, str]) -> Callable[[str], str]:
    """A word of `known`, however it is spelled."""

    def word(value: str) -> str:
        key = value.strip().lower().replace("-", "_").replace(" ", "_")
        key = same.get(key, key)
        if key not in known:
            raise ValueError(f"must be {', '.join(known[:-1])} or {known[-1]}")
        return key

    return word


def _regime(value: str) -> str:
    """The key of a regime. A slip of the pen is refused; a law that dbarch does not know is kept as it is."""
    key = regime_key(value)
    close = get_close_matches(key, REGIMES, n=1, cutoff=0.7)
    if key not in (*REGIMES, "none") and close:
        raise ValueError(f"is not known (did you mean {close[0]}?)")
    return key


def _duration(value: str) -> str:
    if days(value) is None:
        raise ValueError("must be a time such as 5 years, 18 months, 90 days or for ever")
    return value.strip()


def _data_class(value: str) -> str:
    key = value.strip().lower().replace("-", "_").replace(" ", "_")
    return _SAME_CLASS.get(key, key)


People = Annotated[Any, BeforeValidator(_people)]
Count = Annotated[int, Field(ge=0)]
Amount = Annotated[float, Field(ge=0)]
Text = Annotated[str, BeforeValidator(_as_text)]
Words = Annotated[dict[str, Text], BeforeValidator(_empty_if_none)]
Duration = Annotated[str, BeforeValidator(_as_text), AfterValidator(_duration)]
Durations = Annotated[dict[str, Duration], BeforeValidator(_empty_if_none)]
Stage = Annotated[str, BeforeValidator(_as_text), AfterValidator(_one_of(STAGES, _SAME_STAGE))]
Model = Annotated[str, BeforeValidator(_as_text), AfterValidator(_one_of(MODELS, _SAME_MODEL))]
Replica = Annotated[str, BeforeValidator(_as_text), AfterValidator(_one_of(REPLICAS, _SAME_REPLICA))]
Regime = Annotated[str, BeforeValidator(_as_text), AfterValidator(_regime)]
DataClass = Annotated[str, BeforeValidator(_as_text), AfterValidator(_data_class)]


class SystemShape(_Strict):
    name: Text | None = None
    purpose: Text | None = None
    stage: Stage | None = None


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
    model: Model | None = None
    shared: list[Text] | None = None


class RecoveryShape(_Strict):
    rpo_seconds: Amount | None = None
    rto_seconds: Amount | None = None
    replica: Replica | None = None


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
    data_classes: list[DataClass] | None = None
    data_subjects: list[Text] | None = None
    retention: Durations = {}
    regimes: list[Regime] | None = None
    engines: Words = {}
    team: Annotated[TeamShape, BeforeValidator(_empty_if_none)] = TeamShape()
