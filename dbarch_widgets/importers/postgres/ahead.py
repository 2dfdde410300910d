"""Parses the next part of a text in a second thread while the statements of this one are applied.

The grammar is C and lets other threads run; it takes a quarter of the time of a reading.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import postgast

from dbarch_widgets.importers.postgres.source import CHUNK, Source


class Ahead:
    """Use as a context: on leaving it the thread ends."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._pool = ThreadPoolExecutor(1) if len(source) > 2 * CHUNK else None
        self._next: tuple[int, int, Future[Any]] | None = None

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def parse(self, start: int, end: int) -> Any:
        """The statements between two offsets.

        Raises:
            PgQueryError: there is an error in them.
            DecodeError: they are nested too deeply.
        """
        waiting, self._next = self._next, None
        expected = waiting is not None and waiting[:2] == (start, end)
        statements = waiting[2].result() if waiting and expected else self._statements(start, end)
        after = self._source.chunk_end(end, CHUNK)
        if self._pool and after > end:
            self._next = (end, after, self._pool.submit(self._statements, end, after))
        return statements

    def _statements(self, start: int, end: int) -> Any:
        return postgast.parse(self._source.text(start, end)).stmts
