"""Pseudo-random numbers and bijections of one statement, each a function of seed, table, column, use and row number.

A row number from 2^31−1 on does not fit the hash: it is split into its last 30 bits and the rest, and a hash of the rest
is added to the polynomial. Below 2^30 both forms give the same number.
"""

from __future__ import annotations

from dbarch_widgets.synth.bindings import Bindings
from dbarch_widgets.synth.dialects import Words
from dbarch_widgets.synth.hashing import (
    SPLIT_BITS,
    P,
    Poly3,
    coarse,
    cubed,
    permutation,
    poly3,
    split_poly3,
    squared,
)

_CHUNK = 2**30
FEW = 2**16  # what a coarse draw tells apart


class Chance:
    """Writes hashes into one set of bindings."""

    def __init__(self, bindings: Bindings, words: Words, seed: int) -> None:
        self.bindings = bindings
        self.words = words
        self.seed = seed

    def hash(self, table: str, column: str, use: str, row: str, rows: int) -> str:
        """31 bits for a row of a table of `rows` rows."""
        if row.isdigit():  # an engine would compute with four bytes
            return self.bindings.bind(f"CAST({split_poly3(self.seed, table, column, use).of(int(row))} AS BIGINT)")
        if rows <= P:
            return self.bindings.bind(self._poly3(poly3(self.seed, table, column, use), row))
        hashed = split_poly3(self.seed, table, column, use)
        low = self.bindings.bind(f"({row} % {_CHUNK})")
        high = self.bindings.bind(self.words.shift_right(row, SPLIT_BITS))
        return self.bindings.bind(hashed.sql(low, self.bindings.bind(self._poly3(hashed.high, high))))

    def coarse(self, table: str, column: str, use: str, row: str, rows: int) -> str:
        """31 bits of which the first twenty count: one hash of the row serves all such draws of a table."""
        shared = self.hash(table, "", "coarse", row, rows)
        return self.bindings.bind(self.words.low_bits(coarse(self.seed, table, column, use).sql(shared), 31))

    def _poly3(self, hashed: Poly3, row: str) -> str:
        row = self.bindings.bind(row)
        square = self.bindings.bind(squared(row))
        return hashed.sql(row, square, self.bindings.bind(cubed(row, square)))

    def below(self, table: str, column: str, use: str, row: str, rows: int, size: int) -> str:
        """A number from 0 to size−1, evenly; 0 for a size under 2."""
        if size <= 1:
            return "0"
        hashed = (self.coarse if size <= FEW else self.hash)(table, column, use, row, rows)
        if size <= 2**31 and size & (size - 1) == 0:
            return self.words.shift_right(hashed, 32 - size.bit_length())
        if size <= 2**31:
            return self.words.shift_right(f"{hashed} * {size}", 31)
        fine = self.hash(table, column, f"{use} fine", row, rows)
        chunks = -(-size // _CHUNK)
        return self._in_two(hashed, fine, str(chunks), str(-(-size // chunks)), str(size - 1))

    def below_sql(self, hashed: str, fine: str, size: str, most: int) -> str:
        """The same for a size that is an expression of at most `most`; `fine` is a second hash, used where one is too short."""
        if most <= 2**31:
            return self.words.shift_right(f"{hashed} * {size}", 31)
        chunks = -(-most // _CHUNK)
        width = self.bindings.bind(f"({self.words.divide(size, chunks)} + 1)")
        return self._in_two(hashed, fine, str(chunks), width, f"greatest({size} - 1, 0)")

    def _in_two(self, hashed: str, fine: str, chunks: str, width: str, last: str) -> str:
        coarse = self.words.shift_right(f"{hashed} * {chunks}", 31)
        return f"least({coarse} * {width} + {self.words.shift_right(f'{fine} * {width}', 31)}, {last})"

    def within(self, hashed: str, fine: str, sizes: list[int], at: str) -> str:
        """A number below the size at a position of a list."""
        if max(sizes) <= 2**31:
            return self.words.shift_right(f"{hashed} * {self.words.pick_number(sizes, at)}", 31)
        chunks = [-(-size // _CHUNK) for size in sizes]
        widths = [-(-size // count) for size, count in zip(sizes, chunks, strict=True)]
        last = self.words.pick_number([size - 1 for size in sizes], at)
        count, width = (self.bindings.bind(self.words.pick_number(numbers, at)) for numbers in (chunks, widths))
        return self._in_two(hashed, fine, count, width, last)

    def moved(self, size: int, table: str, column: str, use: str, number: str) -> str:
        """The number moved about in 0 … size−1, every number once."""
        return self.bindings.bind(permutation(size, self.seed, table, column, use).sql(self.bindings.bind(number)))

    def share_of(self, number: str, size: int, rows: int) -> str:
        """`number × size ÷ rows`, rounded down, for a number below `rows`; nearly so where that would overflow."""
        if rows * size < 2**63:
            return self.words.divide(f"{number} * {size}", rows)
        bits = 62 - size.bit_length()
        return self.words.shift_right(f"{number} * {size * 2**bits // rows}", bits)
