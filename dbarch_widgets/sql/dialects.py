"""What sqlglot calls the dialects that it has another name for."""

from __future__ import annotations

_SQLGLOT = {"sqlserver": "tsql"}
_OURS = {theirs: ours for ours, theirs in _SQLGLOT.items()}


def sqlglot_name(dialect: str) -> str:
    """Our name of a dialect as sqlglot's."""
    return _SQLGLOT.get(dialect, dialect)


def our_name(sqlglot: str) -> str:
    """Sqlglot's name of a dialect as ours."""
    return _OURS.get(sqlglot, sqlglot)
