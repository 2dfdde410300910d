"""Spark's words, for a session in UTC, with ANSI on or off.

Spark has no type for a time of day, a range, a network address and the like: they are text.
"""

from __future__ import annotations

from collections.abc import Sequence

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import Column, QName
from dbarch_widgets.synth.dialects.standard import StandardWords, decimal_type, joined
from dbarch_widgets.synth.kinds import Kind
from dbarch_widgets.synth.part import Part

_TYPES = {"boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP_NTZ", "timestamptz": "TIMESTAMP"}
_TYPES |= {"interval": "INTERVAL DAY TO SECOND", "bytes": "BINARY", "vector": "FLOAT"}


class SparkWords(StandardWords):
    """Rows come in as many partitions as `range` is given by the session."""

    @property
    def name(self) -> str:
        return "spark"

    def rows(self, part: Part) -> str:
        return f"SELECT id AS n FROM range({part.start}, {max(part.stop, part.start)}, {part.step})"

    def literal(self, text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def quote(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def table(self, name: QName) -> str:
        """Schema and table in one word, as Spark's databases are folders of a metastore that may not be there."""
        return self.quote(name.name if name.schema in ("", "public") else f"{name.schema}_{name.name}")

    def insert(self, table: QName, columns: Sequence[str], select: str) -> str:
        return f"INSERT INTO {self.table(table)} ({', '.join(map(self.quote, columns))})\n{select}"

    def expression(self, text: str) -> str:
        """A PostgreSQL expression as Spark's.

        Raises:
            InputError: sqlglot cannot write it so.
        """
        import sqlglot
        from sqlglot import ErrorLevel

        try:
            return sqlglot.transpile(
                text, read="postgres", write="spark", identify=True, unsupported_level=ErrorLevel.RAISE
            )[0]
        except Exception as error:  # sqlglot meets odd input with errors of any type
            raise InputError(f"Spark has nothing like {text!r}: {error}") from error

    def divide(self, a: str, b: str | int) -> str:
        return f"(({a}) div {b})"

    def shift_right(self, a: str, bits: int) -> str:
        return f"shiftright({a}, {bits})"

    def pick_number(self, numbers: Sequence[int], at: str) -> str:
        if len(numbers) == 1:
            return str(numbers[0])
        return f"(array({', '.join(f'{number}L' for number in numbers)}))[CAST({at} AS INT)]"

    def pick_text(self, words: Sequence[str], at: str) -> str:
        if len(words) == 1:
            return self.literal(words[0])
        if (text := joined(words)) is not None:
            return f"(split({self.literal(text)}, '[|]'))[CAST({at} AS INT)]"
        return f"(array({', '.join(map(self.literal, words))}))[CAST({at} AS INT)]"

    def as_text(self, a: str) -> str:
        return f"CAST({a} AS STRING)"

    def hex(self, a: str, digits: int) -> str:
        return f"right(lpad(lower(hex({a})), 16, '0'), {digits})"

    def timestamp(self, micros: str) -> str:
        return f"CAST(timestamp_micros({micros}) AS TIMESTAMP_NTZ)"

    def timestamptz(self, micros: str) -> str:
        return f"timestamp_micros({micros})"

    def date(self, days: str) -> str:
        return f"date_from_unix_date(CAST({days} AS INT))"

    def time(self, seconds: str) -> str:
        return f"date_format(timestamp_seconds({seconds}), 'HH:mm:ss')"

    def interval(self, minutes: str) -> str:
        return f"make_dt_interval(0, 0, CAST({minutes} AS INT), 0)"

    def bytes(self, hex_text: str) -> str:
        return f"unhex({hex_text})"

    def array(self, items: Sequence[str]) -> str:
        return f"array({', '.join(items)})"

    def scaled(self, units: str, scale: int, most: int | None = None, kind: Kind | None = None) -> str:  # noqa: ARG002
        if scale <= 0:
            return f"({units})"
        return f"(CAST({units} AS DECIMAL(20, 0)) * CAST('0.{'0' * (scale - 1)}1' AS DECIMAL({scale + 1}, {scale})))"

    def cast(self, value: str, family: str) -> str:
        names = {"integer": "BIGINT", "date": "DATE", "timestamp": "TIMESTAMP_NTZ", "timestamptz": "TIMESTAMP"}
        return f"CAST({value} AS {names[family]})" if family in names else value

    def type(self, column: Column, kind: Kind) -> str | None:  # noqa: ARG002
        base = self._scalar(kind)
        for _ in range(max(kind.array, 1 if kind.family == "vector" else 0)):
            base = f"ARRAY<{base}>"
        return base

    def _scalar(self, kind: Kind) -> str:
        if kind.family == "integer":
            return {16: "SMALLINT", 32: "BIGINT" if kind.written == "oid" else "INT"}.get(kind.bits, "BIGINT")
        if kind.family == "decimal":
            return decimal_type(kind)
        if kind.family == "real":
            return "FLOAT" if kind.written == "real" else "DOUBLE"
        return _TYPES.get(kind.family, "STRING")
