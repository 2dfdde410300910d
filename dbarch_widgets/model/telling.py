"""How far a long call is, without being asked: the verbs that take `progress` show a line in a notebook's cell.

Who draws the line registers with `register_teller`; it is asked only where a Jupyter kernel runs, so a program that imports the
package stays silent and loads nothing for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from importlib import import_module
from inspect import signature
from typing import ParamSpec, TypeVar

Progress = Callable[[str, float], None]
Teller = Callable[[], AbstractContextManager[Progress | None]]
P = ParamSpec("P")
R = TypeVar("R")

_modules: list[str] = []


def register_teller(module: str) -> None:
    """Name the module whose `telling()` gives a context with the function to tell, or None where nobody looks."""
    _modules[:] = [module]


def told(function: Callable[P, R]) -> Callable[P, R]:
    """The function with a `progress` of its own in a notebook, when the caller gives none."""
    shape = signature(function)

    @wraps(function)
    def telling(*args: P.args, **kwargs: P.kwargs) -> R:
        if "ipykernel" not in sys.modules or not _modules:
            return function(*args, **kwargs)
        given = shape.bind(*args, **kwargs)
        if given.arguments.get("progress") is not None:
            return function(*args, **kwargs)
        teller: Teller = import_module(_modules[0]).telling
        with teller() as progress:
            given.arguments["progress"] = progress
            return function(*given.args, **given.kwargs)

    return telling
