"""A whole text of PostgreSQL's SQL, statement by statement."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.sql.split import next_piece, skip_blank, starts_copy_data

_TRANSACTION = re.compile(r"\s*(BEGIN|COMMIT|END|ROLLBACK|ABORT|START\s+TRANSACTION)\b(?!\s+ATOMIC)", re.IGNORECASE)


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Offset and text of each statement to execute when a whole schema is loaded: no BEGIN, no COMMIT."""
    for start, statement in pieces(text):
        if not _TRANSACTION.match(statement):
            yield start, statement


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """Offset and text of each SQL statement; COPY from standard input is none."""
    at, after_copy = 0, False
    while (piece := next_piece(text, at, after_copy=after_copy)) is not None:
        at, after_copy = piece.end, starts_copy_data(piece)
        start = skip_blank(text, piece.start)
        statement = text[start : piece.end]
        if piece.kind == "sql" and not after_copy and statement.strip("; \n\t"):
            yield start, statement


def beginning(statement: str) -> str:
    """The first 120 characters, on one line."""
    return " ".join(statement.split())[:120]
