"""Writes into pg_statistic what ANALYZE would say at the production size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dbarch_widgets.errors import EngineError
from dbarch_widgets.miniature.analysis import (
    common_values,
    distinct_values,
    histogram_places,
    looked,
)
from dbarch_widgets.miniature.cluster import Cluster
from dbarch_widgets.miniature.counting import Column
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.names import duckdb_name, qualified, quote

# Of these types DuckDB and PostgreSQL write the values alike and sort them alike.
_PLAIN = frozenset(
    {"int2", "int4", "int8", "numeric", "text", "varchar", "bpchar", "uuid", "timestamp", "timestamptz", "date"}
)
_MANY_ONCE = 0.1  # from this share of values seen once on, values are taken to be rare ones
_FIELDS = {
    "null_frac": "real", "avg_width": "integer", "n_distinct": "real", "most_common_vals": "text",
    "most_common_freqs": "real[]", "histogram_bounds": "text", "correlation": "real", "most_common_elems": "text",
    "most_common_elem_freqs": "real[]", "elem_count_histogram": "real[]", "range_length_histogram": "text",
    "range_empty_frac": "real", "range_bounds_histogram": "text",
}  # fmt: skip
_READ = f"""
SELECT s.schemaname, s.tablename, s.attname, s.inherited, c.oid, c.relkind, a.attnum, coalesce(nullif(a.attstattarget, -1), 100),
       coalesce(b.typname, t.typname), coalesce(b.typtype, t.typtype) = 'e',
       {", ".join(f"s.{name}::{'text' if kind == 'text' else kind}" for name, kind in _FIELDS.items())}
FROM pg_stats s
JOIN pg_namespace n ON n.nspname = s.schemaname
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_type b ON b.oid = nullif(t.typbasetype, 0)
WHERE s.schemaname NOT IN ('pg_catalog', 'information_schema')
"""


@dataclass(frozen=True)
class ColumnStatistics:
    """A row of pg_stats. `values` maps its columns to what they hold; lists of values are texts as PostgreSQL writes them."""

    relation: QName
    column: str
    inherited: bool
    oid: int
    kind: str
    number: int
    target: int
    type: str
    is_enum: bool
    values: Mapping[str, Any]


def read_statistics(cluster: Cluster, oids: Iterable[int] | None = None) -> tuple[ColumnStatistics, ...]:
    """What ANALYZE found; of those relations only when they are given."""
    rows = cluster.run(
        _READ if oids is None else f"{_READ} AND c.oid = ANY(%s)", None if oids is None else (list(oids),)
    )
    found = []
    for schema, table, column, inherited, oid, kind, number, target, type_name, is_enum, *values in rows:
        held = {name: value for name, value in zip(_FIELDS, values, strict=True) if value is not None}
        name = QName(schema, table)
        found.append(ColumnStatistics(name, column, inherited, oid, kind, number, target, type_name, is_enum, held))
    return tuple(found)


def at_size(
    found: ColumnStatistics, column: Column, rows: float, looked_at: int, thinning: tuple[float, float] = (1.0, 1.0)
) -> ColumnStatistics:
    """The same column's statistics for a table of `rows` rows, of which ANALYZE looks at `looked_at`.

    `thinning`: by how much fewer distinct values, and values seen once, there are because rows nearby share theirs.
    """
    if found.values.get("n_distinct") is None or float(found.values.get("null_frac", 0.0)) >= 1:
        return found
    ordered = found.type in _PLAIN or found.is_enum
    counts = column.counts(top=ordered)
    seen = looked(counts, looked_at, rows)
    if seen.once > _MANY_ONCE * seen.distinct:
        seen = replace(seen, distinct=seen.distinct * thinning[0], once=seen.once * thinning[1])
    share = counts.nulls / max(counts.rows, 1)
    distinct = distinct_values(seen, share, rows)
    changed: dict[str, Any] = {**found.values, "n_distinct": distinct, "null_frac": share}
    if ordered and counts.top:
        common = common_values(counts, seen, found.target, distinct, rows)
        places = histogram_places(seen, common, found.target)
        bounds = column.bounds(places, common.values) if places else ()
        changed["most_common_vals"] = list(common.values) or None
        changed["most_common_freqs"] = list(common.shares) or None
        changed["histogram_bounds"] = list(bounds) if len(bounds) > 1 else None
    return replace(found, values={name: value for name, value in changed.items() if value is not None})


def restore(cluster: Cluster, statistics: Iterable[ColumnStatistics]) -> tuple[str, ...]:
    """Writes them; returns a line for each that PostgreSQL refused, which then keeps what ANALYZE said."""
    notes = []
    for each in statistics:
        place = (each.relation.schema, each.relation.name, each.column, each.inherited)
        parts, given = [], []
        for name, value in each.values.items():
            kind = _FIELDS[name]
            written = "(%s::text[])::text" if kind == "text" and isinstance(value, list) else f"%s::{kind}"
            parts.append(f"'{name}', {written}")
            given.append(value)
        words = "'schemaname', %s::text, 'relname', %s::text, 'attname', %s::text, 'inherited', %s::boolean"
        try:
            cluster.run("SELECT pg_clear_attribute_stats(%s, %s, %s, %s)", place)
            cluster.run(f"SELECT pg_restore_attribute_stats({words}, {', '.join(parts)})", (*place, *given))
        except EngineError as error:
            notes.append(f"{each.relation}.{each.column}: its statistics could not be set: {error.what}")
    return tuple(notes)


def in_duckdb(run: Any, table: QName, column: str) -> Column:
    """A column of the sample in DuckDB."""
    return Column(run, qualified(duckdb_name(table)), quote(column), duckdb=True)


def in_postgres(cluster: Cluster, table: QName, expression: str) -> Column:
    """An expression over the sample in PostgreSQL."""
    return Column(cluster.run, qualified(table), expression, duckdb=False)
