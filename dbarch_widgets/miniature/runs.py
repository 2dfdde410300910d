"""Which row numbers the miniature holds, and rows that lie beside each other, to see which values keep together.

The sample has one row of every k, anywhere among them: always the first would keep time with whatever in the table comes
back every so many rows, and with the generator's own shuffles, which are lattices.

ANALYZE looks at rows of the same page and of pages nearby, and so meets two or three lines of one order. In the sample
hardly two of them are left. So a few runs of neighbouring rows are made as well, in DuckDB alone, and tell how many rows
nearby share a value. Two rows d < k apart are both in the sample d/k times as often as by chance; in runs of k rows they
are together in (k - d)/k of the cases: one makes up for the other.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import EngineError
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.names import quote
from dbarch_widgets.synth.compile import Compiler
from dbarch_widgets.synth.dialects.duckdb import DuckDBWords
from dbarch_widgets.synth.hashing import poly3
from dbarch_widgets.synth.part import Part

_ROWS = 12_000
_MOST_PAGES = 30_000  # pages that ANALYZE looks at, for the usual statistics target
_TABLE = "dbarch_runs"


class SampleWords(DuckDBWords):
    """DuckDB's words, but for the row numbers: one of every `step` of a part, by a hash of `key`."""

    def __init__(self, seed: int, key: str) -> None:
        self.hash = poly3(seed, key, "", "sample")

    def rows(self, part: Part) -> str:
        """One row number of each stratum, upwards."""
        if part.step == 1:
            return super().rows(part)
        number = f"{part.start} + range * {part.step} + ({self.hash.sql('range')}) % {part.step}"
        return f"SELECT {number} AS n FROM range(0, {max((part.stop - part.start) // part.step, 1)})"


class RunWords(DuckDBWords):
    """DuckDB's words, but for the row numbers: each number of a part is followed by its neighbours, `length` in all."""

    def __init__(self, length: int) -> None:
        self.length = length

    def rows(self, part: Part) -> str:
        """The runs one after the other."""
        number = f"{part.start} + (range // {self.length}) * {part.step} + range % {self.length}"
        return f"SELECT {number} AS n FROM range(0, {len(part) * self.length})"


@dataclass(frozen=True)
class Neighbours:
    """Runs of one table in DuckDB; `per_page` is how many of its rows lie on a page."""

    engine: DuckDBEngine
    columns: frozenset[str]
    per_page: float

    def thinning(self, column: str, pages: int, looked_at: int) -> tuple[float, float]:
        """By which factors ANALYZE finds fewer distinct values, and fewer values once, than in rows that lie far apart.

        Args:
            column: one of the table's own.
            pages: of the table or partition, at production size.
            looked_at: rows that ANALYZE looks at; it takes them from 30,000 pages when there are more.
        """
        if column not in self.columns:
            return 1.0, 1.0
        density = min(looked_at / (min(max(pages, 1), _MOST_PAGES) * self.per_page), 1.0)
        distinct, once = 0.0, 0.0
        for each, share in self._shares(column):
            partners = density * (each - 1)
            distinct += share * ((1 - exp(-partners)) / partners if partners > 1e-9 else 1.0)
            once += share * exp(-partners)
        return (distinct, once) if distinct else (1.0, 1.0)

    def _shares(self, column: str) -> Sequence[tuple[float, float]]:
        """How many rows of a run have the same value, and the share of all rows of which so many do."""
        name = quote(column)
        grouped = f"SELECT count(*) AS c FROM {_TABLE} WHERE {name} IS NOT NULL GROUP BY dbarch_run, {name}"
        found = self.engine.execute(f"SELECT c, sum(c) FROM ({grouped}) AS g GROUP BY c").rows
        total = sum(float(rows) for _, rows in found) or 1.0
        return [(float(each), float(rows) / total) for each, rows in found]


def with_words(compiler: Compiler, words: DuckDBWords) -> Compiler:
    """The same compiler with other words for the row numbers."""
    changed = copy.copy(compiler)
    changed.words = words
    return changed


def sample_part(compiler: Compiler, table: QName, wanted: int) -> Part:
    """About `wanted` rows of the table; the whole of it when a sample would be hardly smaller."""
    rows = compiler.rows(table)
    return Part.whole(rows) if rows < 2 * wanted else Part(0, rows, rows // wanted)


def neighbours(compiler: Compiler, engine: DuckDBEngine, table: QName, step: int, per_page: float) -> Neighbours | None:
    """Makes runs of a table in DuckDB, in the place of those of another; None when they cannot be made.

    A run is as long as the sample's step, and never longer than a page.
    """
    rows = compiler.rows(table)
    length = round(min(step, per_page))
    apart = max(rows // max(_ROWS // max(length, 1), 1), 1)
    if length < 2 or apart < 2 * length:
        return None
    compiled = with_words(compiler, RunWords(length)).table(table, part=Part(0, rows - length, apart))
    numbered = f"SELECT *, (row_number() OVER () - 1) // {length} AS dbarch_run FROM ({compiled.select}) AS made"
    try:
        engine.execute(f"CREATE OR REPLACE TABLE {_TABLE} AS {numbered}")
    except EngineError:
        return None
    return Neighbours(engine, frozenset(compiled.columns), per_page)
