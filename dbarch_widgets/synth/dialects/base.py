"""The few words in which engines differ; everything else that the generator writes is `+ * %`, comparisons and CASE.

Another engine gets a class of its own with these methods and a line in `words_for`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from dbarch_widgets.model.schema import Column, QName
from dbarch_widgets.synth.kinds import Kind
from dbarch_widgets.synth.part import Part


class Words(Protocol):
    """One engine's words. Arguments and results are SQL expressions unless said otherwise; numbers are 64 bits wide."""

    @property
    def name(self) -> str:
        """The engine's promised name."""
        ...

    def rows(self, part: Part) -> str:
        """A relation with the row numbers of the part as `n`."""
        ...

    @property
    def fence(self) -> str:
        """What ends a sub-select whose expressions the engine must not write out wherever they are used; else empty."""
        ...

    def literal(self, text: str) -> str:
        """A text as a literal."""
        ...

    def quote(self, name: str) -> str:
        """A name as a delimited identifier."""
        ...

    def table(self, name: QName) -> str:
        """How the engine's SQL names a table of the schema."""
        ...

    def insert(self, table: QName, columns: Sequence[str], select: str) -> str:
        """The statement that puts the rows of a SELECT into a table, keys included."""
        ...

    def expression(self, text: str) -> str:
        """A PostgreSQL expression of the schema in the engine's SQL.

        Raises:
            InputError: there is nothing like it.
        """
        ...

    def cast(self, value: str, family: str) -> str:
        """The value as a plain type of the family; left alone where there is no need."""
        ...

    def typed(self, value: str, column: Column, kind: Kind) -> str:
        """The value as the column's own type."""
        ...

    def divide(self, a: str, b: str | int) -> str:
        """Whole part of a division of numbers that are not negative."""
        ...

    def one_if(self, condition: str) -> str:
        """1 where the condition holds, else 0."""
        ...

    def low_bits(self, a: str, bits: int) -> str:
        """The last bits of a number that is not negative."""
        ...

    def shift_right(self, a: str, bits: int) -> str: ...

    def pick_number(self, numbers: Sequence[int], at: str) -> str:
        """The number at a position that counts from 0."""
        ...

    def pick_text(self, words: Sequence[str], at: str) -> str:
        """The word at a position that counts from 0."""
        ...

    def as_text(self, a: str) -> str: ...

    def pad(self, a: str, width: int) -> str:
        """A number as text with leading zeros; longer ones stay whole."""
        ...

    def hex(self, a: str, digits: int) -> str:
        """The last hexadecimal digits of a number that is not negative, lower case."""
        ...

    def left(self, a: str, length: int) -> str: ...

    def timestamp(self, micros: str) -> str:
        """From microseconds since 1970."""
        ...

    def timestamptz(self, micros: str) -> str:
        """From microseconds since 1970, UTC."""
        ...

    def date(self, days: str) -> str:
        """From days since 1970."""
        ...

    def time(self, seconds: str) -> str:
        """From seconds since midnight."""
        ...

    def interval(self, minutes: str) -> str: ...

    def bytes(self, hex_text: str) -> str: ...

    def array(self, items: Sequence[str]) -> str: ...

    def scaled(self, units: str, scale: int, most: int | None = None, kind: Kind | None = None) -> str:
        """A whole number of units of 10^−scale as a decimal.

        `most` is the largest number of units, `kind` the type that the value will get, where they are known.
        """
        ...

    def bounds(self, low: str, high: str | None) -> str:
        """A range as text, `[low, high)`."""
        ...
