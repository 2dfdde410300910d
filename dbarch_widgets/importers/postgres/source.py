"""A text as the reader walks through it: offsets are bytes, because the grammar counts in bytes."""

from __future__ import annotations

import re
from bisect import bisect_right

from dbarch_widgets.sql.split import Piece, next_piece, restart_after

# No database stores these; the grammar would stop at the first NUL without a word.
_IMPOSSIBLE = re.compile("[\x00\ud800-\udfff]")
CHUNK = 64 * 1024


class Source:
    """`view` has one character for each byte, so that the splitter's offsets are byte offsets too."""

    def __init__(self, text: str) -> None:
        clean, self.replaced = _IMPOSSIBLE.subn("\ufffd", text)
        self.data = clean.encode()
        self.view = clean if clean.isascii() else self.data.decode("latin-1")
        self.lines = [0, *(match.end() for match in re.finditer(b"\n", self.data))]

    def __len__(self) -> int:
        return len(self.data)

    def line(self, offset: int) -> int:
        """The line of an offset, counted from 1."""
        return bisect_right(self.lines, offset)

    def text(self, start: int, end: int) -> str:
        """The characters between two offsets; one that is cut in half is left out."""
        return self.data[start:end].decode(errors="ignore")

    def piece(self, at: int, *, after_copy: bool = False) -> Piece | None:
        """The next piece that the splitter sees; `Piece.text` is of the view."""
        return next_piece(self.view, at, after_copy=after_copy)

    def restart(self, start: int, end: int) -> int | None:
        """The next line that looks like the beginning of a statement."""
        return restart_after(self.view, start, end)

    def chunk_end(self, at: int, most: int) -> int:
        """The end of the last line within `most` bytes that ends in a semicolon; `at` when there is none."""
        if at + most >= len(self.data) and most >= CHUNK:
            return len(self.data)
        found = self.data.rfind(b";\n", at, at + most)
        return at if found < 0 else found + 2
