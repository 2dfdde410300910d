"""One statement: its tokens, where they stand, and what was remarked while reading it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor
from dbarch_widgets.importers.sqlglot_ddl.expressions import bare, text_of
from dbarch_widgets.importers.sqlglot_ddl.tokens import Token


@dataclass
class Statement:
    """`source` is the text of the statement, `line_at` the line of an offset in it.

    `remarks` say what of it was not taken over; `guarded` is True behind an `IF EXISTS (…)` that is taken as said.
    """

    source: str
    cursor: Cursor
    line_at: Callable[[int], int]
    remarks: list[str] = field(default_factory=list)
    guarded: bool = False

    def remark(self, text: str) -> None:
        """Something of the statement was not taken over: it counts as partly understood."""
        if text not in self.remarks:
            self.remarks.append(text)

    def line(self, token: Token) -> int:
        return self.line_at(max(token.start, 0))

    def words(self, tokens: Sequence[Token]) -> str:
        """The tokens as the source has them, white space collapsed."""
        return " ".join(self.source[tokens[0].start : tokens[-1].end].split()) if tokens else ""

    def expression(self, tokens: Sequence[Token]) -> str:
        """The canonical text, without parentheses around the whole."""
        return text_of(bare(tokens), self.source)
