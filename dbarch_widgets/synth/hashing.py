"""The portable hash: a cubic polynomial modulo a prime, its coefficients made in Python.

    poly3(x) = (c0·x³ + c1·x² + c2·x + c3) mod p,  p = 2^31 − 1

x² and x³ modulo p are computed once for all hashes of a row. c0, c1 and c2 are under 2^30, so every sum stays under 2^63 and any engine with 64-bit integers gives the same number with `+`, `*` and `%` alone.
The coefficients come from sha256 over seed, table, column and use, so two columns are independent of each other.
`x` must be under p; `SplitPoly3` takes row numbers up to 2^45.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from math import gcd

P = 2**31 - 1
SPLIT_BITS = 30
_HALF = 2**30


@dataclass(frozen=True)
class Poly3:
    """Three coefficients under 2^30 and one under p; `sql` and `of` are the same function in SQL and in Python."""

    c0: int
    c1: int
    c2: int
    c3: int

    def of(self, x: int) -> int:
        return (((self.c0 * x + self.c1) % P * x + self.c2) % P * x + self.c3) % P

    def sql(self, x: str, square: str | None = None, cube: str | None = None) -> str:
        """Over x and its powers modulo p, which are written out where they are not given."""
        square = square or f"({squared(x)})"
        cube = cube or f"({cubed(x, square)})"
        return f"({self.c0} * {cube} + {self.c1} * {square} + {self.c2} * {x} + {self.c3}) % {P}"


def squared(x: str) -> str:
    """x² modulo p."""
    return f"{x} * {x} % {P}"


def cubed(x: str, square: str) -> str:
    """x³ modulo p from x and x² modulo p."""
    return f"{square} * {x} % {P}"


@dataclass(frozen=True)
class SplitPoly3:
    """The hash of a number of up to 45 bits, split at bit 30: a hash of the high part is added twice to the cubic of the low one.

    `high` gives 0 for 0, so that numbers under 2^30 have the hash that `low` gives them. Every sum stays under 2^63.
    """

    low: Poly3
    high: Poly3
    early: int
    late: int

    def of(self, x: int) -> int:
        low, c, high = x % (1 << SPLIT_BITS), self.low, self.high.of(x >> SPLIT_BITS)
        first = (c.c0 * low + c.c1 + self.early * high) % P
        return ((first * low + c.c2) % P * low + c.c3 + self.late * high) % P

    def sql(self, low: str, high: str) -> str:
        """`high` is the hash of the high part."""
        c = self.low
        first = f"({c.c0} * {low} + {c.c1} + {self.early} * {high}) % {P}"
        return f"(((({first}) * {low} + {c.c2}) % {P}) * {low} + {c.c3} + {self.late} * {high}) % {P}"


def digest_numbers(*parts: object) -> tuple[int, ...]:
    """Four numbers of 64 bits that depend on all the parts, the same on every machine."""
    raw = hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).digest()
    return tuple(int.from_bytes(raw[start : start + 8], "big") for start in range(0, 32, 8))


def poly3(seed: int, table: str, column: str, use: str = "") -> Poly3:
    """The hash of one use of one column."""
    first, *rest = digest_numbers(seed, table, column, use)
    c1, c2, c3 = rest
    return Poly3(first % (_HALF - 1) + 1, c1 % _HALF, c2 % _HALF, c3 % P)


def split_poly3(seed: int, table: str, column: str, use: str = "") -> SplitPoly3:
    """The hash of one use of one column of a table with more than 2^31 − 1 rows."""
    early, late, *_ = digest_numbers(seed, table, column, "split", use)
    c0, c1, c2, _ = digest_numbers(seed, table, "", "high part")
    high = Poly3(c0 % (_HALF - 1) + 1, c1 % _HALF, c2 % _HALF, 0)
    return SplitPoly3(poly3(seed, table, column, use), high, early % (P - 1) + 1, late % (P - 1) + 1)


@dataclass(frozen=True)
class Coarse:
    """A cheap draw from a hash that many columns share: `a·u mod 2^31` with an odd `a`.

    A draw takes every value once, as `u` does, so it is as even. Its first bits, some twenty, are as good as those of a
    hash of its own; its last bits are those of the other draws.
    """

    a: int

    def of(self, u: int) -> int:
        return self.a * u % 2**31

    def sql(self, u: str) -> str:
        """Under 2^62, before the last 31 bits are taken."""
        return f"{self.a} * {u}"


def coarse(seed: int, table: str, column: str, use: str = "") -> Coarse:
    """The cheap draw of one use of one column."""
    return Coarse(digest_numbers(seed, table, column, "coarse", use)[0] % 2**31 | 1)


def times_mod(a: int, x: str, size: int, b: int = 0) -> str:
    """`(a·x + b) mod size` for x, a and b under `size` ≤ 2^45, no product over 2^63: a large `a` is taken in pieces."""
    if a.bit_length() + size.bit_length() <= 63:
        return f"(({a} * {x} + {b}) % {size})" if b else f"(({a} * {x}) % {size})"
    bits = 61 - size.bit_length()
    pieces = [a >> shift & (1 << bits) - 1 for shift in range(0, a.bit_length(), bits)]
    sql = f"({pieces.pop()} * {x}) % {size}"
    while pieces:
        plus = f" + {b}" if len(pieces) == 1 and b else ""
        sql = f"(({sql}) * {1 << bits} + {pieces.pop()} * {x}{plus}) % {size}"
    return f"({sql})"


@dataclass(frozen=True)
class Permutation:
    """A bijection of 0 … size−1: `(a·x + b) mod size` with a prime to size. Neighbours end up far apart."""

    a: int
    b: int
    size: int

    def of(self, x: int) -> int:
        return (self.a * x + self.b) % self.size

    def sql(self, x: str) -> str:
        return "0" if self.size == 1 else times_mod(self.a, x, self.size, self.b)


def permutation(size: int, seed: int, table: str, column: str, use: str = "") -> Permutation:
    """The bijection of one use of one column; `size` from 1 to 2^45.

    The multiplier lies near the golden section of `size`, which spreads every short run of rows evenly.
    """
    first, second, *_ = digest_numbers(seed, table, column, "permutation", use)
    if size <= 2:
        return Permutation(1, second % size, size)
    a = (size * 618034 // 1000000 + first % (size // 8 + 1)) % size or 1
    while gcd(a, size) != 1:
        a = a + 1 if a + 1 < size else 1
    return Permutation(a, second % size, size)
