"""What sqlglot says when it does not understand, said once and in one line."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.sql.messages import first_line

_MISSING = re.compile(r"Required keyword: '\w+' missing for <class ")
_TOKEN = re.compile(r"<Token [^>]*>")
_CLASS = re.compile(r"<class '[^']*'>")


def not_understood(error: Exception, prefix: str) -> InputError:
    """The error as ours: `prefix`, sqlglot's words in plain ones, the word at which it stopped, and the line where it knows it."""
    details: list[dict[str, Any]] = getattr(error, "errors", None) or []
    if details:
        words, line = _plain(str(details[0].get("description"))), details[0].get("line")
        at = " ".join(str(details[0].get("highlight") or "").split())[:40]
        near = f" at {at!r}" if at else ""
        return InputError(f"{prefix}: {words}{near}", where=f"line {line}" if line else None)
    return InputError(f"{prefix}: {first_line(error)}")


def _plain(description: str) -> str:
    """Without the names of sqlglot's own classes."""
    if _MISSING.match(description):
        return "a part of an expression is missing"
    return _CLASS.sub("", _TOKEN.sub("something else", description)).strip().rstrip(".")


@contextmanager
def quiet() -> Iterator[None]:
    """Sqlglot also logs what it raises or falls back to; the error that we raise says it once."""
    logger = logging.getLogger("sqlglot")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
