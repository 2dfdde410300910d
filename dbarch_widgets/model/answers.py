"""The answers of an Intake as people read them, each by the path that it has in `intake.yaml`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from dbarch_widgets.model.intake import Intake, Region, TableScale


def answer_at(intake: Intake | None, path: str) -> str | None:
    """The answer at a path such as `tenancy.tenants` or `scale.tables.trade.orders.rows`; None when it is open.

    A path to a section (`regions`, `scale.tables`) gives all that was answered below it, in one line.
    """
    if intake is not None and path == "regions" and intake.regions:
        return "; ".join(map(_region, intake.regions))
    if intake is not None and path == "scale.tables" and intake.scale.tables:
        return "; ".join(f"{name}: {said}" for name, table in intake.scale.tables.items() if (said := _table(table)))
    table = intake.scale.tables.get(path.removeprefix("scale.tables.")) if intake is not None else None
    if table is not None and path.startswith("scale.tables."):
        return _table(table) or None
    found = list(_below(intake, path)) if intake is not None else []
    if not found:
        return None
    if len(found) == 1 and not found[0][0]:
        return found[0][1]
    return "; ".join(f"{rest.lstrip('.')}: {answer}" if rest else answer for rest, answer in found)


def answers_of(intake: Intake) -> Iterator[tuple[str, str]]:
    """Each answer with its path; open questions give nothing, an empty list gives `none`."""
    return _walk(intake, "")


def _below(intake: Intake, path: str) -> Iterator[tuple[str, str]]:
    for key, answer in answers_of(intake):
        rest = key.removeprefix(path)
        if key == path or (rest != key and rest[0] in ".["):
            yield rest, answer


def _walk(value: object, path: str) -> Iterator[tuple[str, str]]:
    if value is None or value == {}:
        return
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _walk(getattr(value, field.name), f"{path}.{field.name}" if path else field.name)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _walk(each, f"{path}.{key}" if path else str(key))
    elif isinstance(value, tuple) and any(dataclasses.is_dataclass(each) for each in value):
        for each in value:
            yield from _walk(each, f"{path}[{getattr(each, 'name', '')}]")
    elif isinstance(value, tuple):
        yield path, ", ".join(map(str, value)) or "none"
    else:
        yield path, _said(value)


def _region(region: Region) -> str:
    """`eu-central (1,400,000 people, data must stay)`."""
    parts = [f"{_said(region.people)} people" if isinstance(region.people, int) else region.people or ""]
    parts += {True: ["data must stay"], False: ["data may leave"], None: []}[region.data_must_stay]
    said = ", ".join(part for part in parts if part)
    return f"{region.name} ({said})" if said else region.name


def _table(table: TableScale) -> str:
    """`5,200,000 rows, 180,000 more a month`."""
    parts = [f"{table.rows:,} rows"] if table.rows is not None else []
    parts += [f"{table.growth_per_month:,} more a month"] if table.growth_per_month is not None else []
    return ", ".join(parts)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if value == int(value) else f"{value:,g}"
    return str(value)
