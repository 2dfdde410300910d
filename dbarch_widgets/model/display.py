"""How a result shows itself, without the model knowing who draws it.

`show()` gives the static bundle (`text/html`, `text/plain`) that survives an untrusted notebook, and `explore()` the
live widget. Both dispatch on type; `render/` and `widgets/` register with them. The root package names the modules that
hold the registrations, and they are imported on first use, so that importing the model stays light.
"""

from __future__ import annotations

from functools import singledispatch
from importlib import import_module
from typing import Any

MimeBundle = dict[str, str]

_loaders: dict[str, list[str]] = {"show": [], "explore": []}


def register_loader(hook: str, module: str) -> None:
    """Name a module to import before `hook` ("show" or "explore") is first used."""
    if module not in _loaders[hook]:
        _loaders[hook].append(module)


def _load(hook: str) -> None:
    while _loaders[hook]:
        import_module(_loaders[hook][0])
        _loaders[hook].pop(0)


@singledispatch
def _show(thing: object) -> MimeBundle:
    return {"text/plain": repr(thing)}


@singledispatch
def _explore(thing: object, **options: Any) -> Any:  # noqa: ARG001 - each type has its own
    raise TypeError(f"there is no live view of a {type(thing).__name__}; its default repr shows all there is")


register_show = _show.register
register_explore = _explore.register


def show(thing: object) -> MimeBundle:
    """The static bundle of `thing`: always `text/plain`, usually `text/html` too."""
    _load("show")
    return _show(thing)


def explore(thing: object, **options: Any) -> Any:
    """The live widget of `thing`; a diagram takes its `view`.

    Raises:
        TypeError: there is no live view of this type.
    """
    _load("explore")
    return _explore(thing, **options)


class Shown:
    """Mixin: the static bundle is the default repr in a notebook, `.explore()` the live view."""

    __slots__ = ()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> MimeBundle:  # noqa: ARG002
        return show(self)

    def explore(self, **options: Any) -> Any:
        """The live widget of this result; of a schema, a diagram or a review `view` says what it shows first."""
        return explore(self, **options)
