"""What sqlglot says when it does not understand, said once and in one line."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.sql.messages import first_line


def not_understood(error: Exception, prefix: str) -> InputError:
    """The error as ours: `prefix`, sqlglot's words, and the line where it knows it."""
    details: list[dict[str, Any]] = getattr(error, "errors", None) or []
    if details:
        words, line = str(details[0].get("description")).rstrip("."), details[0].get("line")
        return InputError(f"{prefix}: {words}", where=f"line {line}" if line else None)
    return InputError(f"{prefix}: {first_line(error)}")


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
