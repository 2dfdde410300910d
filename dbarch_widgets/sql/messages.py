"""What engines say when they refuse something."""

from __future__ import annotations


def first_line(error: BaseException) -> str:
    """An engine's message without the excerpt of the statement and the hints below it."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
