"""What the engines write alike."""

from __future__ import annotations

from collections.abc import Sequence

from dbarch_widgets.model.schema import Column, QName
from dbarch_widgets.sql.names import qualified, quote, quoted_list, text_literal
from dbarch_widgets.synth.kinds import Kind

UNBOUND = "DECIMAL(38, 10)"  # what DuckDB takes for `numeric` without bounds


class StandardWords:
    """The words that most engines share; a class per engine overrides the rest."""

    fence = ""

    def literal(self, text: str) -> str:
        return text_literal(text)

    def quote(self, name: str) -> str:
        return quote(name)

    def table(self, name: QName) -> str:
        return qualified(name)

    def insert(self, table: QName, columns: Sequence[str], select: str) -> str:
        return f"INSERT INTO {self.table(table)} ({quoted_list(columns)})\n{select}"

    def as_text(self, a: str) -> str:
        return f"CAST({a} AS VARCHAR)"

    def pad(self, a: str, width: int) -> str:
        text = self.as_text(a)
        return f"lpad({text}, CAST(greatest({width}, length({text})) AS INTEGER), '0')"

    def left(self, a: str, length: int) -> str:
        return f"left({a}, {length})"

    def shift_right(self, a: str, bits: int) -> str:
        return f"(({a}) >> {bits})"

    def one_if(self, condition: str) -> str:
        return f"CAST(({condition}) AS BIGINT)"

    def low_bits(self, a: str, bits: int) -> str:
        return f"(({a}) & {2**bits - 1})"

    def date(self, days: str) -> str:
        return f"(DATE '1970-01-01' + CAST({days} AS INTEGER))"

    def scaled(self, units: str, scale: int, most: int | None = None, kind: Kind | None = None) -> str:  # noqa: ARG002
        if scale <= 0:
            return f"({units})"
        return f"(({units}) * CAST('0.{'0' * (scale - 1)}1' AS DECIMAL({scale + 1}, {scale})))"

    def bounds(self, low: str, high: str | None) -> str:
        end = "''" if high is None else f"CASE WHEN {high} IS NULL THEN '' ELSE {self.as_text(high)} END"
        return f"'[' || {self.as_text(low)} || ',' || {end} || ')'"

    def cast(self, value: str, family: str) -> str:
        names = {"integer": "BIGINT", "date": "DATE", "timestamp": "TIMESTAMP", "timestamptz": "TIMESTAMPTZ"}
        return f"CAST({value} AS {names[family]})" if family in names else value

    def typed(self, value: str, column: Column, kind: Kind) -> str:
        type_ = self.type(column, kind)
        return value if type_ is None else f"CAST({value} AS {type_})"

    def type(self, column: Column, kind: Kind) -> str | None:  # noqa: ARG002 - another engine looks at the column
        """The type to cast to; None where the expression has it."""
        return None


def decimal_type(kind: Kind) -> str:
    """DECIMAL of at most 38 digits."""
    if kind.precision is None:
        return UNBOUND
    digits = min(kind.precision, 38)
    return f"DECIMAL({digits}, {max(min(kind.scale or 0, digits), 0)})"


def joined(words: Sequence[str]) -> str | None:
    """The words in one text with bars between them, which engines read far faster than a list of literals; None for few words.

    None, too, where a word holds a bar.
    """
    return "|".join(words) if len(words) > 8 and not any("|" in word for word in words) else None
