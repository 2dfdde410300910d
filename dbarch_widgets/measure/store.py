"""Measurements and comparisons as JSON: plain, sorted, the same bytes for the same result."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from dbarch_widgets.errors import InputError, SourceError
from dbarch_widgets.model.measurement import Comparison, Measurement

_KINDS: dict[str, type[Measurement] | type[Comparison]] = {"measurement": Measurement, "comparison": Comparison}


def experiment_json(result: Measurement | Comparison) -> str:
    """The result as JSON text, with `kind` saying which it is."""
    kind = next(name for name, made in _KINDS.items() if isinstance(result, made))
    return json.dumps({"kind": kind, **asdict(result)}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def save_experiment(path: str | Path, result: Measurement | Comparison) -> Path:
    """Write the result to a file; its folder is made when it is not there.

    Raises:
        SourceError: the file cannot be written.
    """
    file = Path(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(experiment_json(result), encoding="utf-8")
    except OSError as error:
        raise SourceError(f"cannot be written: {error.strerror}", where=file.as_posix()) from error
    return file


def load_experiment(path: str | Path) -> Measurement | Comparison:
    """The result that a file holds. Fields that this version does not know are left out.

    Raises:
        SourceError: the file cannot be read.
        InputError: it is not the JSON of a measurement or comparison.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError("cannot be read", where=file.as_posix()) from error
    try:
        document = json.loads(text)
        made: Measurement | Comparison = build(_KINDS[document["kind"]], document)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError("is not the JSON of a measurement or comparison", where=file.as_posix()) from error
    return made


def build(kind: Any, value: Any) -> Any:
    """A value of that type from plain JSON: dataclasses, tuples, plain values. Fields that it does not know are left out.

    Raises:
        TypeError, KeyError, ValueError, AttributeError: the JSON is not of that shape.
    """
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        inner = [each for each in get_args(kind) if each is not type(None)]
        return None if value is None else build(inner[0], value)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        known = {field.name for field in fields(kind)}
        return kind(**{name: build(hints[name], given) for name, given in value.items() if name in known})  # type: ignore[operator]
    if origin is tuple:
        inner = list(get_args(kind))
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(build(inner[0], each) for each in value)
        return tuple(build(each, given) for each, given in zip(inner, value, strict=True))
    return float(value) if kind is float and isinstance(value, int) else value
