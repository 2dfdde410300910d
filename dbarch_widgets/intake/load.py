"""Reads an intake file. Whatever is wrong with it is said in one line: the file, the line, the key, what is known instead."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from dbarch_widgets.errors import InputError
from dbarch_widgets.files import read_text
from dbarch_widgets.intake.checked_yaml import bad_yaml, checked, compose, wrong
from dbarch_widgets.intake.contradictions import contradictions
from dbarch_widgets.model.intake import (
    Intake,
    LatencyGoals,
    Recovery,
    Region,
    Scale,
    SystemFacts,
    TableScale,
    Team,
    Tenancy,
)

if TYPE_CHECKING:
    from dbarch_widgets.intake.shape import IntakeShape


def load_intake(source: str | Path) -> Intake:
    """The answers in an intake file, given by its path or as the YAML text itself.

    A `str` is taken for text when it has a line break or a colon followed by a blank, else for a path.

    Raises:
        SourceError: the file cannot be read.
        InputError: it is not YAML, a key is not known, an answer has the wrong kind of value, or two of them cannot
            both be true (`contradictions` has those that are only odd).
    """
    is_text = isinstance(source, str) and ("\n" in source or ": " in source or source.endswith(":"))
    if is_text:
        return _parse(str(source), "the intake")
    return _parse(read_text(Path(source)), str(source))


def _parse(text: str, name: str) -> Intake:
    import yaml

    from dbarch_widgets.intake.shape import IntakeShape

    node = compose(text, name)
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise bad_yaml(error, name) from error
    if data is None:
        return Intake()
    if not isinstance(data, dict):
        raise InputError("an intake is a mapping of sections, such as `scale:` or `tenancy:`", where=name)
    intake = _intake(checked(IntakeShape, data, node, name, _known_keys))
    for each in contradictions(intake):
        if each.kind == "error":
            raise wrong(each.path.split("."), each.text, node, name, each.to_do)
    return intake


def _known_keys(path: Iterable[str | int]) -> list[str]:
    """The keys of the shape that a path leads to; names of tables and list places are passed over."""
    from dbarch_widgets.intake import shape

    steps = {
        "system": shape.SystemShape,
        "scale": shape.ScaleShape,
        "tables": shape.TableShape,
        "latency": shape.LatencyShape,
        "regions": shape.RegionShape,
        "tenancy": shape.TenancyShape,
        "recovery": shape.RecoveryShape,
        "team": shape.TeamShape,
    }
    found: type = shape.IntakeShape
    for part in path:
        if isinstance(part, str) and found in (shape.IntakeShape, shape.ScaleShape):
            found = steps.get(part, found)
    return list(found.model_fields)  # type: ignore[attr-defined]


def _tenancy(shape: IntakeShape) -> Tenancy:
    said = shape.tenancy
    return Tenancy(said.tenants, said.skew, said.model, None if said.shared is None else tuple(said.shared))


def _intake(shape: IntakeShape) -> Intake:
    tables = {name: TableScale(table.rows, table.growth_per_month) for name, table in shape.scale.tables.items()}
    scale = shape.scale
    regions = shape.regions
    return Intake(
        system=SystemFacts(**shape.system.model_dump()),
        scale=Scale(MappingProxyType(tables), scale.reads_per_second, scale.writes_per_second, scale.peak_factor),
        latency=LatencyGoals(**shape.latency.model_dump()),
        regions=None if regions is None else tuple(Region(**region.model_dump()) for region in regions),
        tenancy=_tenancy(shape),
        consistency=MappingProxyType(dict(shape.consistency)),
        recovery=Recovery(**shape.recovery.model_dump()),
        data_classes=None if shape.data_classes is None else tuple(shape.data_classes),
        data_subjects=None if shape.data_subjects is None else tuple(shape.data_subjects),
        retention=MappingProxyType(dict(shape.retention)),
        regimes=None if shape.regimes is None else tuple(shape.regimes),
        engines=MappingProxyType(dict(shape.engines)),
        team=Team(**shape.team.model_dump()),
    )
