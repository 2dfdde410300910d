"""The portable hash: a cubic polynomial modulo a prime, its coefficients made in Python.

    poly3(x) = (((c0·x + c1)·x + c2)·x + c3) mod p,  p = 2^31 − 1

Every product stays under 2^62, so any engine with 64-bit integers gives the same number with `+`, `*` and `%` alone.
The coefficients come from sha256 over seed, table, column and use, so two columns are independent of each other.
`x` must be under p: a table holds at most 2^31 − 2 rows.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from math import gcd

P = 2**31 - 1


@dataclass(frozen=True)
class Poly3:
    """Four coefficients under p; `sql(x)` and `of(x)` are the same function in SQL and in Python."""

    c0: int
    c1: int
    c2: int
    c3: int

    def of(self, x: int) -> int:
        return (((self.c0 * x + self.c1) % P * x + self.c2) % P * x + self.c3) % P

    def sql(self, x: str) -> str:
        return f"((((({self.c0} * {x} + {self.c1}) % {P}) * {x} + {self.c2}) % {P}) * {x} + {self.c3}) % {P}"


def digest_numbers(*parts: object) -> tuple[int, ...]:
    """Four numbers of 64 bits that depend on all the parts, the same on every machine."""
    raw = hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).digest()
    return tuple(int.from_bytes(raw[start : start + 8], "big") for start in range(0, 32, 8))


def poly3(seed: int, table: str, column: str, use: str = "") -> Poly3:
    """The hash of one use of one column."""
    first, *rest = digest_numbers(seed, table, column, use)
    return Poly3(first % (P - 1) + 1, *(number % P for number in rest))


@dataclass(frozen=True)
class Permutation:
    """A bijection of 0 … size−1: `(a·x + b) mod size` with a prime to size. Neighbours end up far apart."""

    a: int
    b: int
    size: int

    def of(self, x: int) -> int:
        return (self.a * x + self.b) % self.size

    def sql(self, x: str) -> str:
        return "0" if self.size == 1 else f"(({self.a} * {x} + {self.b}) % {self.size})"


def permutation(size: int, seed: int, table: str, column: str, use: str = "") -> Permutation:
    """The bijection of one use of one column; `size` from 1 to 2^31.

    The multiplier lies near the golden section of `size`, which spreads every short run of rows evenly.
    """
    first, second, *_ = digest_numbers(seed, table, column, "permutation", use)
    if size <= 2:
        return Permutation(1, second % size, size)
    a = (size * 618034 // 1000000 + first % (size // 8 + 1)) % size or 1
    while gcd(a, size) != 1:
        a = a + 1 if a + 1 < size else 1
    return Permutation(a, second % size, size)
