"""Callbacks that cannot fail unseen: ipywidgets swallows what a callback raises."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

log = logging.getLogger("dbarch.widgets")

P = ParamSpec("P")
R = TypeVar("R")


class Reports(Protocol):
    """What can show that something failed."""

    def fail(self, error: BaseException) -> None: ...


S = TypeVar("S", bound=Reports)


def strict() -> bool:
    """Whether a failed callback raises, as in tests."""
    return os.environ.get("DBARCH_STRICT") == "1"


def safe_callback(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R | None]:
    """Show what went wrong in the widget and log the traceback; raise it too under `DBARCH_STRICT=1`."""

    @wraps(method)
    def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return method(self, *args, **kwargs)
        except Exception as error:
            log.exception("a callback failed: %s", method.__qualname__)
            self.fail(error)
            if strict():
                raise
            return None

    return call


def observe(widget: Any, name: str, handler: Callable[[Any], object]) -> None:
    """Call `handler` with the new value of one trait whenever it changes."""
    widget.observe(lambda change: handler(change["new"]), names=[name])


def on_click(button: Any, handler: Callable[[], object]) -> None:
    """Call `handler` when the button is pressed."""
    button.on_click(lambda _: handler())
