"""Splits MySQL and MariaDB text, with the mysql client's DELIMITER."""

from __future__ import annotations

from dbarch_widgets.sql.split_lexis import MYSQL
from dbarch_widgets.sql.split_semicolon import SemicolonSplitter


def splitter() -> SemicolonSplitter:
    """A splitter that has read nothing yet."""
    return SemicolonSplitter(MYSQL, client=True)
