"""DuckDB's words."""

from __future__ import annotations

from collections.abc import Sequence

from dbarch_widgets.model.schema import Column, QName
from dbarch_widgets.sql.names import duckdb_name, qualified
from dbarch_widgets.sql.transpile import expression_to_duckdb
from dbarch_widgets.synth.dialects.standard import StandardWords, decimal_type, joined
from dbarch_widgets.synth.kinds import Kind
from dbarch_widgets.synth.part import Part

# A scan of `range()` takes one thread; so many scans beside each other keep more threads busy.
_SCANS = 16
_MANY = 500_000
_TYPES = {"boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP", "timestamptz": "TIMESTAMPTZ", "uuid": "UUID"}
_TYPES |= {"json": "JSON", "bit": "BIT", "interval": "INTERVAL", "bytes": "BLOB"}


class DuckDBWords(StandardWords):
    """A long part is read in several scans."""

    @property
    def name(self) -> str:
        return "duckdb"

    def rows(self, part: Part) -> str:
        scans = part.slices(_SCANS if len(part) >= _MANY else 1)
        return " UNION ALL ".join(
            f"SELECT range AS n FROM range({each.start}, {each.stop}, {each.step})" for each in scans
        )

    def table(self, name: QName) -> str:
        return qualified(duckdb_name(name))

    def expression(self, text: str) -> str:
        return expression_to_duckdb(text)

    def divide(self, a: str, b: str | int) -> str:
        return f"(({a}) // {b})"

    def pick_number(self, numbers: Sequence[int], at: str) -> str:
        if len(numbers) == 1:
            return str(numbers[0])
        return f"([{', '.join(map(str, numbers))}]::BIGINT[])[{at} + 1]"

    def pick_text(self, words: Sequence[str], at: str) -> str:
        if len(words) == 1:
            return self.literal(words[0])
        if (text := joined(words)) is not None:
            return f"(string_split({self.literal(text)}, '|'))[{at} + 1]"
        return f"([{', '.join(map(self.literal, words))}])[{at} + 1]"

    def scaled(self, units: str, scale: int, most: int | None = None, kind: Kind | None = None) -> str:
        """Decimals of at most 18 digits are computed in 64 bits, others in 128; where it can be, the product has the type."""
        digits, own = 17 - scale, scale + 1
        room = (kind.precision or 0) - scale if kind is not None and kind.scale == scale else 0
        if 0 < room <= 18 - scale and most is not None and most < 10**room:
            digits, own = room, scale
        if scale <= 0 or most is None or most >= 10**digits:
            return super().scaled(units, scale)
        return f"(CAST({units} AS DECIMAL({digits}, 0)) * CAST('0.{'0' * (scale - 1)}1' AS DECIMAL({own}, {scale})))"

    def hex(self, a: str, digits: int) -> str:
        return f"right(lpad(lower(to_hex({a})), 16, '0'), {digits})"

    def timestamp(self, micros: str) -> str:
        return f"make_timestamp({micros})"

    def timestamptz(self, micros: str) -> str:
        return f"make_timestamptz({micros})"

    def time(self, seconds: str) -> str:
        return f"(TIME '00:00:00' + to_seconds({seconds}))"

    def interval(self, minutes: str) -> str:
        return f"to_minutes({minutes})"

    def bytes(self, hex_text: str) -> str:
        return f"unhex({hex_text})"

    def array(self, items: Sequence[str]) -> str:
        return f"[{', '.join(items)}]"

    def type(self, column: Column, kind: Kind) -> str | None:  # noqa: ARG002
        base = self._scalar(kind)
        return base and base + "[]" * kind.array

    def _scalar(self, kind: Kind) -> str | None:
        if kind.family == "integer":
            return {16: "SMALLINT", 32: "BIGINT" if kind.written == "oid" else "INTEGER"}.get(kind.bits, "BIGINT")
        if kind.family == "decimal":
            return "DECIMAL(18, 2)" if kind.written == "money" else decimal_type(kind)
        if kind.family == "real":
            return "FLOAT" if kind.written == "real" else "DOUBLE"
        if kind.family == "vector":
            return f"FLOAT[{kind.length or 3}]"
        if kind.family == "time":
            return "TIMETZ" if "with time zone" in kind.written else "TIME"
        if kind.array and kind.family == "text":
            return "VARCHAR"
        return _TYPES.get(kind.family)
