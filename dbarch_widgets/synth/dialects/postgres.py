"""PostgreSQL's words.

PostgreSQL merges sub-selects and writes their expressions out wherever they are used, which would grow with every layer:
OFFSET 0 keeps each layer to itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from dbarch_widgets.model.schema import Column, QName
from dbarch_widgets.sql.names import quoted_list
from dbarch_widgets.synth.dialects.standard import StandardWords, joined
from dbarch_widgets.synth.kinds import Kind
from dbarch_widgets.synth.part import Part


class PostgresWords(StandardWords):
    """Numbers are `bigint`; subscripts are `integer`."""

    fence = "\nOFFSET 0"

    @property
    def name(self) -> str:
        return "postgres"

    def rows(self, part: Part) -> str:
        last = max(part.stop, 1) - 1 if len(part) else -1
        return f"SELECT n FROM generate_series({part.start}::bigint, {last}::bigint, {part.step}::bigint) AS g(n)"

    def literal(self, text: str) -> str:
        return super().literal(text) if "\\" not in text else " E" + super().literal(text.replace("\\", "\\\\"))

    def insert(self, table: QName, columns: Sequence[str], select: str) -> str:
        into = f"{self.table(table)} ({quoted_list(columns)})"
        return f"INSERT INTO {into} OVERRIDING SYSTEM VALUE\n{select}"

    def expression(self, text: str) -> str:
        return text

    def divide(self, a: str, b: str | int) -> str:
        return f"(({a}) / {b})"

    def one_if(self, condition: str) -> str:
        return f"CAST(({condition}) AS integer)"

    def pick_number(self, numbers: Sequence[int], at: str) -> str:
        if len(numbers) == 1:
            return str(numbers[0])
        return f"(ARRAY[{', '.join(map(str, numbers))}]::bigint[])[CAST({at} + 1 AS integer)]"

    def pick_text(self, words: Sequence[str], at: str) -> str:
        if len(words) == 1:
            return self.literal(words[0])
        if (text := joined(words)) is not None:
            return f"(string_to_array({self.literal(text)}, '|'))[CAST({at} + 1 AS integer)]"
        return f"(ARRAY[{', '.join(map(self.literal, words))}]::text[])[CAST({at} + 1 AS integer)]"

    def as_text(self, a: str) -> str:
        return f"CAST({a} AS text)"

    def hex(self, a: str, digits: int) -> str:
        return f"right(lpad(to_hex({a}), 16, '0'), {digits})"

    def timestamp(self, micros: str) -> str:
        return f"(TIMESTAMP '1970-01-01' + ({micros}) * INTERVAL '1 microsecond')"

    def timestamptz(self, micros: str) -> str:
        return f"(TIMESTAMPTZ '1970-01-01 00:00:00+00' + ({micros}) * INTERVAL '1 microsecond')"

    def time(self, seconds: str) -> str:
        return f"(TIME '00:00:00' + ({seconds}) * INTERVAL '1 second')"

    def interval(self, minutes: str) -> str:
        return f"(({minutes}) * INTERVAL '1 minute')"

    def bytes(self, hex_text: str) -> str:
        return f"decode({hex_text}, 'hex')"

    def array(self, items: Sequence[str]) -> str:
        return f"ARRAY[{', '.join(items)}]"

    def scaled(self, units: str, scale: int, most: int | None = None, kind: Kind | None = None) -> str:  # noqa: ARG002
        return f"({units})" if scale <= 0 else f"(CAST({units} AS numeric) * 0.{'0' * (scale - 1)}1)"

    def type(self, column: Column, kind: Kind) -> str | None:
        """The column's own type; text is left to the assignment, which refuses what is too long where a cast would cut it."""
        return None if kind.family == "text" and not kind.values and not kind.array else column.type
