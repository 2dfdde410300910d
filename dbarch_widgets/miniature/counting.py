"""Counts the values of a column or an expression in the sample, in DuckDB or in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dbarch_widgets.miniature.analysis import Counts

_TOP = 101
Run = Callable[[str], Sequence[Sequence[Any]]]


@dataclass(frozen=True)
class Column:
    """An expression over a relation of one database: `run` runs SQL there, `duckdb` says whose SQL it is."""

    run: Run
    source: str
    expression: str
    duckdb: bool

    def counts(self, *, top: bool = True) -> Counts:
        """How often the values occur."""
        rows, filled = self.run(f"SELECT count(*), count({self.expression}) FROM {self.source}")[0]
        grouped = f"FROM {self.source} WHERE ({self.expression}) IS NOT NULL GROUP BY {self.expression}"
        times = self.run(f"SELECT times, count(*) FROM (SELECT count(*) AS times {grouped}) AS t GROUP BY times")
        commonest: Sequence[Sequence[Any]] = ()
        if top:
            text = f"CAST({self.expression} AS VARCHAR)"
            commonest = self.run(f"SELECT min({text}), count(*) {grouped} ORDER BY 2 DESC, 1 LIMIT {_TOP}")
        return Counts(
            int(rows),
            int(rows) - int(filled),
            tuple(sorted((int(one), int(many)) for one, many in times)),
            tuple((str(value), int(count)) for value, count in commonest),
        )

    def bounds(self, places: Sequence[float], without: Sequence[str]) -> tuple[str, ...]:
        """The values at those places in the order of all values but the ones left out."""
        shares = ", ".join(f"{place:.9f}" for place in places)
        if self.duckdb:
            made = f"CAST(quantile_disc({self.expression}, [{shares}]) AS VARCHAR[])"
        else:
            made = f"CAST(percentile_disc(ARRAY[{shares}]) WITHIN GROUP (ORDER BY {self.expression}) AS varchar[])"
        condition = f"({self.expression}) IS NOT NULL"
        if without:
            listed = ", ".join("'" + value.replace("'", "''") + "'" for value in without)
            condition += f" AND CAST({self.expression} AS VARCHAR) NOT IN ({listed})"
        found = self.run(f"SELECT {made} FROM {self.source} WHERE {condition}")[0][0]
        return tuple(str(each) for each in found or ())
