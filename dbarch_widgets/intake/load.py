"""Reads an intake file. Whatever is wrong with it is said in one line: the file, the line, the key, what is known instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dbarch_widgets.errors import InputError, SourceError
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
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from dbarch_widgets.intake.shape import IntakeShape

Path_ = Sequence[str | int]

_MUST = {
    "int": "must be a whole number",
    "float": "must be a number",
    "bool": "must be true or false",
    "string": "must be a text",
    "list": "must be a list, such as [a, b]",
    "model": "must be a mapping of keys to values",
    "dict": "must be a mapping of keys to values",
    "greater_than_equal": "must not be negative",
    "missing": "is missing",
}


def load_intake(source: str | Path) -> Intake:
    """The answers in an intake file, given by its path or as the YAML text itself.

    A `str` is taken for text when it has a line break or a colon followed by a blank, else for a path.

    Raises:
        SourceError: the file cannot be read.
        InputError: it is not YAML, a key is not known, or an answer has the wrong kind of value.
    """
    is_text = isinstance(source, str) and ("\n" in source or ": " in source or source.endswith(":"))
    if is_text:
        return _parse(str(source), "the intake")
    return _parse(_read(Path(source)), str(source))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SourceError("is not a text file in UTF-8", where=str(path)) from error
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", where=str(path)) from error


def _parse(text: str, name: str) -> Intake:
    import yaml
    from pydantic import ValidationError

    from dbarch_widgets.intake.shape import IntakeShape

    try:
        data = yaml.safe_load(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _bad_yaml(error, name) from error
    if data is None:
        return Intake()
    if not isinstance(data, dict):
        raise InputError("an intake is a mapping of sections, such as `scale:` or `tenancy:`", where=name)
    try:
        return _intake(IntakeShape.model_validate(data))
    except ValidationError as error:
        raise _bad_answer(error, node, name) from error


def _bad_yaml(error: Exception, name: str) -> InputError:
    mark = getattr(error, "problem_mark", None)
    where = f"{name}:{mark.line + 1}" if mark is not None else name
    problem = str(getattr(error, "problem", None) or error).partition("\n")[0]
    return InputError(
        f"is not YAML: {problem}", where=where, to_do="mind the indentation, and quote texts with a colon"
    )


def _bad_answer(error: ValidationError, node: Any, name: str) -> InputError:
    """One line for the first thing that is wrong; an unknown key first, as it is often the cause of the rest."""
    problems = sorted(error.errors(), key=lambda problem: problem["type"] != "extra_forbidden")
    problem = problems[0]
    path: Path_ = problem["loc"]
    line = _line(node, path)
    where = f"{name}:{line}" if line else name
    shown = _dotted(path)
    more = f"; {len(problems) - 1} more like this" if len(problems) > 1 else ""
    if problem["type"] == "extra_forbidden":
        known = _known_keys(path[:-1])
        close = get_close_matches(str(path[-1]), known, n=1, cutoff=0.5)
        to_do = f"did you mean {close[0]}?" if close else f"known here: {', '.join(known)}"
        return InputError(f"unknown key {shown}{more}", where=where, to_do=to_do)
    return InputError(f"{shown} {_message(problem)}{_given(problem['input'])}{more}", where=where)


def _message(problem: ErrorDetails) -> str:
    """What the value must be, in the words of somebody who writes YAML."""
    kind = str(problem["type"])
    for beginning, words in _MUST.items():
        if kind.startswith(beginning):
            return words
    message = str(problem["msg"]).removeprefix("Value error, ")
    return f"{message[:1].lower()}{message[1:]}"


def _given(value: object) -> str:
    return f", not {value!r}" if isinstance(value, str | int | float | bool) else ""


def _dotted(path: Path_) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


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


def _line(node: Any, path: Path_) -> int | None:
    """The line of the deepest key of the path that the text has; lines count from 1."""
    line = None
    for part in path:
        value = getattr(node, "value", None)
        if not isinstance(value, list):
            break
        if isinstance(part, int):
            if part >= len(value):
                break
            node = value[part]
            line = node.start_mark.line + 1
            continue
        pair = next((pair for pair in value if isinstance(pair, tuple) and pair[0].value == str(part)), None)
        if pair is None:
            break
        line, node = pair[0].start_mark.line + 1, pair[1]
    return line


def _intake(shape: IntakeShape) -> Intake:
    tables = {name: TableScale(table.rows, table.growth_per_month) for name, table in shape.scale.tables.items()}
    scale = shape.scale
    regions = shape.regions
    return Intake(
        system=SystemFacts(**shape.system.model_dump()),
        scale=Scale(MappingProxyType(tables), scale.reads_per_second, scale.writes_per_second, scale.peak_factor),
        latency=LatencyGoals(**shape.latency.model_dump()),
        regions=None if regions is None else tuple(Region(**region.model_dump()) for region in regions),
        tenancy=Tenancy(**shape.tenancy.model_dump()),
        consistency=MappingProxyType(dict(shape.consistency)),
        recovery=Recovery(**shape.recovery.model_dump()),
        data_classes=None if shape.data_classes is None else tuple(shape.data_classes),
        regimes=None if shape.regimes is None else tuple(shape.regimes),
        engines=MappingProxyType(dict(shape.engines)),
        team=Team(**shape.team.model_dump()),
    )
