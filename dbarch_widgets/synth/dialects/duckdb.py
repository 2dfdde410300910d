"""DuckDB's words."""

from __future__ import annotations

from collections.abc import Sequence

from dbarch_widgets.sql.names import text_literal
from dbarch_widgets.synth.part import Part

# A scan of `range()` takes one thread; so many scans beside each other keep more threads busy.
_SCANS = 16
_MANY = 500_000


class DuckDBWords:
    """DuckDB's words."""

    @property
    def name(self) -> str:
        return "duckdb"

    def rows(self, part: Part) -> str:
        """A relation with the row numbers of the part as `n`; a long part in several scans, as `range()` takes one thread."""
        scans = part.slices(_SCANS if len(part) >= _MANY else 1)
        return " UNION ALL ".join(
            f"SELECT range AS n FROM range({each.start}, {each.stop}, {each.step})" for each in scans
        )

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
