"""The few words in which engines differ; everything else that the generator writes is `+ * %`, comparisons and CASE.

A second engine gets a class of its own with these methods.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dbarch_widgets.sql.names import text_literal


class DuckDBWords:
    """DuckDB's words."""

    name = "duckdb"

    def rows(self, start: int, stop: int) -> str:
        """A relation with the row numbers start … stop−1 as `n`."""
        return f"SELECT range AS n FROM range({start}, {stop})"

    def divide(self, a: str, b: str | int) -> str:
        """Whole part of a division of numbers that are not negative."""
        return f"(({a}) // {b})"

    def shift_right(self, a: str, bits: int) -> str:
        return f"(({a}) >> {bits})"

    def pick_number(self, numbers: Sequence[int], at: str) -> str:
        """The number at a position that counts from 0."""
        if len(numbers) == 1:
            return str(numbers[0])
        return f"([{', '.join(map(str, numbers))}]::BIGINT[])[{at} + 1]"

    def pick_text(self, words: Sequence[str], at: str) -> str:
        """The word at a position that counts from 0."""
        if len(words) == 1:
            return text_literal(words[0])
        return f"([{', '.join(map(text_literal, words))}])[{at} + 1]"

    def as_text(self, a: str) -> str:
        return f"CAST({a} AS VARCHAR)"

    def pad(self, a: str, width: int) -> str:
        """A number as text with leading zeros; longer ones stay whole."""
        text = self.as_text(a)
        return f"lpad({text}, CAST(greatest({width}, length({text})) AS INTEGER), '0')"

    def hex(self, a: str, digits: int) -> str:
        """The last hexadecimal digits of a number that is not negative, lower case."""
        return f"right(lpad(lower(to_hex({a})), 16, '0'), {digits})"

    def left(self, a: str, length: int) -> str:
        return f"left({a}, {length})"

    def timestamp(self, micros: str) -> str:
        return f"make_timestamp({micros})"

    def timestamptz(self, micros: str) -> str:
        return f"make_timestamptz({micros})"

    def date(self, days: str) -> str:
        """Days since 1970."""
        return f"(DATE '1970-01-01' + CAST({days} AS INTEGER))"

    def time(self, seconds: str) -> str:
        return f"(TIME '00:00:00' + to_seconds({seconds}))"

    def interval(self, minutes: str) -> str:
        return f"to_minutes({minutes})"

    def bytes(self, hex_text: str) -> str:
        return f"unhex({hex_text})"

    def array(self, items: Sequence[str]) -> str:
        return f"[{', '.join(items)}]"

    def scaled(self, units: str, scale: int) -> str:
        """A whole number of units of 10^−scale as a decimal."""
        if scale <= 0:
            return f"({units})"
        return f"(({units}) * CAST('0.{'0' * (scale - 1)}1' AS DECIMAL({scale + 1}, {scale})))"

    def bounds(self, low: str, high: str | None) -> str:
        """A range as text, `[low, high)`."""
        end = "''" if high is None else f"CASE WHEN {high} IS NULL THEN '' ELSE {self.as_text(high)} END"
        return f"'[' || {self.as_text(low)} || ',' || {end} || ')'"


def micros(moment: str) -> int:
    """Microseconds since 1970 of an ISO date or time; without a zone it is UTC."""
    from datetime import UTC, timedelta

    parsed = datetime.fromisoformat(moment)
    parsed = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return (parsed - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
