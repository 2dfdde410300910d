"""Names and texts in MySQL's DDL."""

from __future__ import annotations

from collections.abc import Iterable

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.write.words import is_plain


def named(name: str) -> str:
    """The name, in backticks unless it is plain.

    Raises:
        InputError: the name is empty or holds a NUL character.
    """
    if is_plain(name):
        return name
    if not name or "\0" in name:
        raise InputError(f"{name!r} cannot be the name of anything in a database")
    return "`" + name.replace("`", "``") + "`"


def names(all_names: Iterable[str]) -> str:
    return ", ".join(named(name) for name in all_names)


def at(name: QName) -> str:
    return f"{named(name.schema)}.{named(name.name)}" if name.schema else named(name.name)


def literal(text: str) -> str:
    """The text as a string literal: a backslash begins an escape in MySQL, so it is doubled.

    Raises:
        InputError: it holds a NUL character.
    """
    if "\0" in text:
        raise InputError(f"{text!r} holds a NUL character, which no database takes")
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
