"""Gathers the sample's statistics and brings them to production size, table by table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.miniature.analysis import ROWS_PER_TARGET
from dbarch_widgets.miniature.cluster import Cluster
from dbarch_widgets.miniature.inflating import Grown
from dbarch_widgets.miniature.runs import Neighbours, neighbours
from dbarch_widgets.miniature.statistics import ColumnStatistics, at_size, in_duckdb, in_postgres, read_statistics
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.names import qualified, quote
from dbarch_widgets.synth.compile import Compiler


@dataclass(frozen=True)
class Sampled:
    """A table of which a sample is there: its rows at production size, its rows here, and every how many-th row that is."""

    name: QName
    rows: int
    here: int
    step: int

    @property
    def factor(self) -> float:
        return self.rows / max(self.here, 1)


@dataclass(frozen=True)
class Place:
    """Where statistics belong: a table, a partition or the expressions of an index, and the table's root."""

    oid: int
    root: QName
    table: QName
    is_index: bool


_PLACES = """
SELECT c.oid, rn.nspname, r.relname, tn.nspname, t.relname, c.relkind = 'i'
FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_class t ON t.oid = coalesce(i.indrelid, c.oid)
JOIN pg_namespace tn ON tn.oid = t.relnamespace
JOIN pg_class r ON r.oid = coalesce(pg_partition_root(t.oid), t.oid) JOIN pg_namespace rn ON rn.oid = r.relnamespace
WHERE c.oid = ANY(%s)
"""


class Gatherer:
    """Gathers statistics of the tables of one miniature."""

    def __init__(
        self,
        cluster: Cluster,
        rows: DuckDBEngine,
        compiler: Compiler,
        sampled: Mapping[QName, Sampled],
        tables: Mapping[QName, Grown],
    ) -> None:
        self.cluster = cluster
        self.rows = rows
        self.compiler = compiler
        self.sampled = sampled
        self.tables = tables

    def gather(self, only: Iterable[QName] | None = None) -> tuple[ColumnStatistics, ...]:
        """ANALYZE, then the statistics of what is sampled as they would be at production size."""
        names = sorted(only if only is not None else self.sampled, key=str)
        self.cluster.run(f"ANALYZE {', '.join(map(qualified, names))}")
        found = read_statistics(self.cluster)
        places = self._places(found)
        made = []
        for name in names:
            if self.sampled[name].factor == 1:
                continue
            near = self._neighbours(name)
            for each in found:
                if places[each.oid].root == name:
                    targets = [other.target for other in found if other.oid == each.oid]
                    looked_at = ROWS_PER_TARGET * max(targets, default=100)
                    made.append(self._at_size(each, places[each.oid], near, looked_at))
        return tuple(made)

    def _places(self, found: Iterable[ColumnStatistics]) -> dict[int, Place]:
        rows = self.cluster.run(_PLACES, (list({each.oid for each in found}),))
        return {int(row[0]): Place(row[0], QName(row[1], row[2]), QName(row[3], row[4]), row[5]) for row in rows}

    def _neighbours(self, name: QName) -> Neighbours | None:
        pages = sum(grown.pages for grown in self.tables.values() if grown.relation.root == name)
        per_page = self.sampled[name].rows / max(pages, 1)
        return neighbours(self.compiler, self.rows, name, self.sampled[name].step, per_page)

    def _at_size(
        self, found: ColumnStatistics, place: Place, near: Neighbours | None, looked_at: int
    ) -> ColumnStatistics:
        whole = self.sampled[place.root]
        leaves = [grown for grown in self.tables.values() if grown.relation.root == place.root]
        if not found.inherited:
            leaves = [grown for grown in leaves if grown.relation.name == place.table]
        rows = float(whole.rows) if found.inherited else sum(grown.tuples for grown in leaves)
        pages = sum(grown.pages for grown in leaves)
        if place.is_index:
            expression = self.cluster.run("SELECT pg_get_indexdef(%s, %s, true)", (found.oid, found.number))[0][0]
            return at_size(found, in_postgres(self.cluster, place.table, expression), rows, looked_at)
        thinning = near.thinning(found.column, pages, looked_at) if near else (1.0, 1.0)
        if place.table == place.root:
            column = in_duckdb(lambda sql: self.rows.execute(sql).rows, place.table, found.column)
        else:
            column = in_postgres(self.cluster, place.table, quote(found.column))
        return at_size(found, column, rows, looked_at, thinning)
