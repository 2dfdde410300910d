"""Which answers of the intake each rule looks at, read from the rules' own code: so that what is said of it is so.

A check reads answers by the properties of `Context`, and each of those names its path. Following the names that the code
of a check uses, through the functions of this package, leads to all paths that it can ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from types import CodeType, FunctionType, MappingProxyType

from dbarch_widgets.rules.answers import Answers
from dbarch_widgets.rules.base import Rule
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.weights import WEIGHTS, weights_of

_OURS = "dbarch_widgets.rules"


def paths_of(rule: Rule) -> frozenset[str]:
    """The paths of the answers that the rule can ask for: `scale.tables`, `regimes` …"""
    return _paths(rule.check) | {path for weight in weights_of(rule.name) for path in weight.paths}


@cache
def asked_by() -> Mapping[str, tuple[str, ...]]:
    """For each path the names of the rules that can ask for it, in the order in which they run."""
    from dbarch_widgets.rules.registry import RULES

    found: dict[str, list[str]] = {}
    for rule in RULES:
        for path in sorted(paths_of(rule)):
            found.setdefault(path, []).append(rule.name)
    return MappingProxyType({path: tuple(names) for path, names in found.items()})


@cache
def thresholds() -> Mapping[str, tuple[str, ...]]:
    """For each path what the answer changes from where on: of the table of weights, and of what the rules declare."""
    from dbarch_widgets.rules.registry import RULES

    found: dict[str, list[str]] = {}
    for weight in WEIGHTS:
        found.setdefault(weight.path, []).append(weight.words)
    for rule in RULES:
        for path, words in rule.turns:
            found.setdefault(path, []).append(f"{words}: {rule.name}")
    return MappingProxyType({path: tuple(lines) for path, lines in found.items()})


def _paths(start: Callable[..., object]) -> frozenset[str]:
    found: set[str] = set()
    seen: set[CodeType] = set()
    waiting = [start]
    while waiting:
        function = waiting.pop()
        if not isinstance(function, FunctionType) or function.__code__ in seen:
            continue
        seen.add(function.__code__)
        for code in _codes(function.__code__):
            if function.__qualname__.startswith((Answers.__name__, Context.__name__)) and "_ask" in code.co_names:
                found |= {each for each in code.co_consts if isinstance(each, str) and _is_path(each)}
            for name in code.co_names:
                waiting += _meant(name, function)
    return frozenset(found)


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The code itself and that of all functions written inside it."""
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)


def _meant(name: str, function: FunctionType) -> Iterator[FunctionType]:
    """The functions of ours that a name can mean: a global one, or a property or method of the context."""
    told = function.__globals__.get(name)
    if isinstance(told, FunctionType) and told.__module__.startswith(_OURS):
        yield told
    attribute = getattr(Context, name, None)
    if isinstance(attribute, property) and isinstance(attribute.fget, FunctionType):
        yield attribute.fget
    elif isinstance(attribute, cached_property):
        yield attribute.func  # type: ignore[misc]
    elif isinstance(attribute, FunctionType) and name != "_ask":
        yield attribute


def _is_path(text: str) -> bool:
    """Whether a text is a path into the Intake."""
    from dbarch_widgets.model.intake import Intake

    value: object = Intake()
    for name in text.split("."):
        if not hasattr(value, "__dataclass_fields__") or name not in value.__dataclass_fields__:
            return False
        value = getattr(value, name)
    return True
