"""Reads a YAML file into a pydantic shape. Whatever is wrong with it is one line: the file, the line, the key, what is known instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

from dbarch_widgets.errors import InputError

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

Keys = Sequence[str | int]
Shape = TypeVar("Shape", bound="BaseModel")

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


def compose(text: str, name: str) -> Any:
    """The tree of nodes of a YAML text, None when it is empty.

    Raises:
        InputError: it is not YAML, or a key stands twice in one mapping: YAML's loader would drop the first without a word.
    """
    import yaml

    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise bad_yaml(error, name) from error
    _no_key_twice(node, name, set())
    return node


def _no_key_twice(node: Any, name: str, seen: set[int]) -> None:
    """An alias may lead back to where it stands: each node is looked at once."""
    inner = getattr(node, "value", None)
    if not isinstance(inner, list) or id(node) in seen:
        return
    seen.add(id(node))
    first: dict[str, int] = {}
    for each in inner:
        key, value = each if isinstance(each, tuple) else (None, each)
        if key is not None and isinstance(key.value, str):
            line = key.start_mark.line + 1
            if key.value in first and key.value != "<<":
                raise InputError(
                    f"{key.value} stands twice, first in line {first[key.value]}",
                    where=f"{name}:{line}",
                    to_do="put both under one key: of two the first would be lost",
                )
            first.setdefault(key.value, line)
        _no_key_twice(value, name, seen)


def checked(shape: type[Shape], data: object, node: Any, name: str, known: Callable[[Keys], Sequence[str]]) -> Shape:
    """The data in its shape; `known` tells the keys that are allowed below a path.

    Raises:
        InputError: a key is not known, or a value is of the wrong kind.
    """
    from pydantic import ValidationError

    try:
        return shape.model_validate(data)
    except ValidationError as error:
        raise _bad_value(error, node, name, known) from error


def bad_yaml(error: Exception, name: str) -> InputError:
    """What the YAML parser says, with its line."""
    mark = getattr(error, "problem_mark", None)
    where = f"{name}:{mark.line + 1}" if mark is not None else name
    problem = str(getattr(error, "problem", None) or error).partition("\n")[0]
    return InputError(
        f"is not YAML: {problem}", where=where, to_do="mind the indentation, and quote texts with a colon"
    )


def _bad_value(
    error: ValidationError, node: Any, name: str, known_below: Callable[[Keys], Sequence[str]]
) -> InputError:
    """One line for the first thing that is wrong; an unknown key first, as it is often the cause of the rest."""
    problems = sorted(error.errors(), key=lambda problem: problem["type"] != "extra_forbidden")
    problem = problems[0]
    path: Keys = problem["loc"]
    more = f"; {len(problems) - 1} more like this" if len(problems) > 1 else ""
    if problem["type"] == "extra_forbidden":
        return unknown_key(path, node, name, known_below(path[:-1]), more)
    return wrong(path, f"{_message(problem)}{_given(problem['input'])}{more}", node, name)


def unknown_key(path: Keys, node: Any, name: str, known: Sequence[str], more: str = "") -> InputError:
    """The key is not known; what is near to it, or what is allowed."""
    close = get_close_matches(str(path[-1]), known, n=1, cutoff=0.5)
    to_do = f"did you mean {close[0]}?" if close else f"known here: {', '.join(known)}"
    return InputError(f"unknown key {dotted(path)}{more}", where=place(path, node, name), to_do=to_do)


def wrong(path: Keys, words: str, node: Any, name: str, to_do: str | None = None) -> InputError:
    """The value at a path is wrong."""
    return InputError(f"{dotted(path)} {words}", where=place(path, node, name), to_do=to_do)


def place(path: Keys, node: Any, name: str) -> str:
    """File and line of a path."""
    line = _line(node, path)
    return f"{name}:{line}" if line else name


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


def dotted(path: Keys) -> str:
    """`a.b[2]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _line(node: Any, path: Keys) -> int | None:
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
