"""How a result shows itself, without the model knowing who draws it.

`show()` gives the static bundle (`text/html`, `text/plain`) that survives an untrusted notebook, `explore()` the
live widget, and `hand_over()` writes a result as a folder. All dispatch on type; `render/`, `widgets/` and
`deliverables/` register with them. The root package names the modules that hold the registrations, and they are
imported on first use, so that importing the model stays light.
"""

from __future__ import annotations

from functools import singledispatch
from importlib import import_module
from typing import Any

MimeBundle = dict[str, str]

_loaders: dict[str, list[str]] = {"show": [], "explore": [], "hand_over": []}


def register_loader(hook: str, module: str) -> None:
    """Name a module to import before `hook` ("show", "explore" or "hand_over") is first used."""
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


@singledispatch
def _hand_over(thing: object, folder: Any, **options: Any) -> Any:  # noqa: ARG001 - each type has its own
    raise TypeError(f"a {type(thing).__name__} is not handed over as a folder")


register_show = _show.register
register_explore = _explore.register
register_hand_over = _hand_over.register


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


def hand_over(thing: object, folder: Any, **options: Any) -> Any:
    """Writes what is made of `thing` into a folder.

    Raises:
        TypeError: nothing is made of this type.
    """
    _load("hand_over")
    return _hand_over(thing, folder, **options)


class Shown:
    """Mixin: the static bundle is the default repr in a notebook, `.explore()` the live view."""

    __slots__ = ()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> MimeBundle:  # noqa: ARG002
        return show(self)

    def explore(self, **options: Any) -> Any:
        """The live widget of this result; of a schema, a diagram or a review `view` says what it shows first."""
        return explore(self, **options)
