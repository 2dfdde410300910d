"""Sizes and column statistics of the catalog → Profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dbarch_widgets.importers.postgres_live.session import Row
from dbarch_widgets.importers.postgres_live.wordlist import listed
from dbarch_widgets.model.profile import ColumnProfile, Profile, TableProfile
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.load_order import load_order

OBSERVED = "observed in the database"


@dataclass(frozen=True)
class _Size:
    rows: int
    bytes: int


@dataclass
class _Doubts:
    """Tables of which less is known than of the others, by what is missing."""

    never_analysed: dict[str, None] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    without_statistics: list[str] = field(default_factory=list)

    def notes(self) -> list[str]:
        notes = []
        if self.never_analysed:
            notes.append(
                f"never analysed: {listed([*self.never_analysed])}; their rows are the server's running count, "
                "and nothing is known of their columns (run ANALYZE)"
            )
        if self.unknown:
            notes.append(f"rows not known, taken as 0: {listed(self.unknown)} (run ANALYZE)")
        if self.hidden:
            notes.append(
                f"column statistics hidden from this role: {listed(self.hidden)} (they show to a role that may read every "
                "row: GRANT pg_read_all_data, and BYPASSRLS where row security holds)"
            )
        if self.without_statistics:
            names = listed(self.without_statistics)
            notes.append(
                f"no column statistics: {names} (run ANALYZE; autovacuum does not do it for partitioned tables)"
            )
        return notes


def make_profile(
    schema: Schema, oids: Mapping[QName, int], sizes: Iterable[Row], statistics: Iterable[Row] | None
) -> Profile:
    """Rows, bytes and columns of every table, parents first. A partitioned table has the sums of its partitions.

    The generators are left empty: what was observed is to be laid over a profile that has them.
    """
    size_of = {row["oid"]: row for row in sizes}
    columns: dict[int, dict[str, Row]] = {}
    for row in statistics or ():
        columns.setdefault(row["oid"], {})[row["name"]] = row
    doubts = _Doubts()
    tables = []
    for table in load_order(schema).tables:
        parts = [part for part in _leaves(schema, table) if oids.get(part.qname) in size_of]
        measured = [_size(part, size_of[oids[part.qname]], doubts) for part in parts]
        if not measured and table.kind != "partitioned":
            continue
        rows = sum(size.rows for size in measured)
        known = columns.get(oids[table.qname], {})
        if statistics is not None and not known and rows:
            _see_nothing(table, size_of.get(oids[table.qname]), doubts)
        tables.append(
            TableProfile(
                table.qname,
                rows,
                tuple(_column(known[c.name], rows) for c in table.columns if c.name in known and c.generated is None),
                bytes=sum(size.bytes for size in measured) if table.kind != "foreign" else None,
                notes=_partition_notes(table, parts, measured),
            )
        )
    return Profile(tuple(tables), (f"rows, bytes and statistics {OBSERVED}", *doubts.notes()))


def _leaves(schema: Schema, table: Table) -> list[Table]:
    """The tables below that hold rows; the table itself when it is not partitioned."""
    if table.kind != "partitioned":
        return [table]
    found: list[Table] = []
    waiting = [*schema.partitions(table.qname)]
    while waiting:
        part = waiting.pop()
        if part.kind == "partitioned":
            waiting += schema.partitions(part.qname)
        else:
            found.append(part)
    return sorted(found, key=lambda each: each.qname)


def _size(table: Table, row: Row, doubts: _Doubts) -> _Size:
    rows = int(row["rows"])
    if rows < 0:
        rows = int(row["live"] or 0)
        if table.kind == "foreign" or (rows == 0 and row["main_bytes"]):
            doubts.unknown.append(str(table.qname))
        elif rows:
            doubts.never_analysed[str(table.qname)] = None
    return _Size(max(rows, 0), int(row["bytes"] or 0))


def _see_nothing(table: Table, row: Row | None, doubts: _Doubts) -> None:
    """Why no statistics of a table with rows came back."""
    name = str(table.qname)
    if row is not None and (not row["readable"] or row["filtered"]):
        doubts.hidden.append(name)
    elif name not in doubts.never_analysed and table.kind != "foreign":
        doubts.without_statistics.append(name)


def _column(row: Row, rows: int) -> ColumnProfile:
    """A negative `distinct` is a share of the rows; 0 means that the server does not know."""
    distinct = float(row["distinct"])
    if distinct < 0:
        distinct = -distinct * rows
    return ColumnProfile(
        row["name"],
        generator="",
        null_fraction=round(min(max(float(row["nulls"]), 0.0), 1.0), 7),
        why=OBSERVED,
        distinct=round(distinct, 1) or None,
        frequencies=tuple(round(float(share), 7) for share in row["frequencies"] or ()),
    )


def _partition_notes(table: Table, parts: list[Table], measured: list[_Size]) -> tuple[str, ...]:
    if table.kind != "partitioned":
        return ()
    if not parts:
        return ("it has no partitions",)
    rows, largest = max(zip((size.rows for size in measured), (str(part.qname) for part in parts), strict=True))
    return (f"the sum of {len(parts)} partitions; the largest is {largest} with {rows} rows",)
