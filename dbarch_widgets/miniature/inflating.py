"""Makes the miniature's relations as large as at production size, in the eyes of the planner, and small again.

The planner takes a relation's pages from the length of its files and its density from pg_class; of a B-tree its height, of
a GIN and a BRIN index some counts from their first page. The files grow by holes, which take no disk.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from dbarch_widgets.errors import InputError
from dbarch_widgets.miniature import btree
from dbarch_widgets.miniature.cluster import Cluster
from dbarch_widgets.miniature.duplicates import bytes_there_by_here
from dbarch_widgets.miniature.relations import MOST_PAGES, PAGE, Relation, relations, set_pages
from dbarch_widgets.sql.names import qualified

_META_AT = 24
_REVMAP_ENTRIES = 1360


@dataclass(frozen=True)
class Grown:
    """A relation and its size at production: pages, rows (or entries), and pages that are all visible.

    `level` is the height of a B-tree, of a BRIN index the last page of its map.
    """

    relation: Relation
    pages: int
    tuples: float
    visible: int
    level: int | None = None
    shape: btree.BtreeShape | None = None


def grown_table(cluster: Cluster, relation: Relation, factor: float) -> Grown:
    """A table or a partition with `factor` times its rows, as many on each page as here."""
    tuples = relation.tuples * factor
    if factor == 1 or relation.pages == 0:
        return Grown(relation, relation.pages, tuples, relation.visible)
    full, per_page = _filling(cluster, relation)
    pages = ceil(tuples / max(per_page, 0.01))
    _within_limits(relation, pages)
    return Grown(relation, pages, tuples, round(pages * min(relation.visible / (full + 1), 1.0)))


def _filling(cluster: Cluster, relation: Relation) -> tuple[int, float]:
    """Full pages, and rows on each; the last page with rows is only partly filled."""
    last = _last_page(cluster, relation)
    if not last:
        return 0, max(relation.tuples, 1.0)
    sql = f"SELECT count(*) FROM ONLY {qualified(relation.name)} WHERE ctid < %s::tid"
    return last, float(cluster.run(sql, (f"({last},0)",))[0][0]) / float(last)


def _last_page(cluster: Cluster, relation: Relation) -> int | None:
    """The number of the last page with rows."""
    sql = f"SELECT (max(ctid)::text::point)[0]::bigint FROM ONLY {qualified(relation.name)}"
    found = cluster.run(sql)[0][0]
    return None if found is None else int(found)


def trim(cluster: Cluster) -> None:
    """Cut off the empty pages, up to half a megabyte, that COPY leaves at the end of a table."""
    for relation in relations(cluster):
        if relation.kind == "r" and relation.pages and relation.file is not None:
            last = _last_page(cluster, relation)
            if last is not None and last + 1 < relation.pages:
                _evict(cluster, relation)
                set_pages(relation.file, last + 1)


def _evict(cluster: Cluster, relation: Relation) -> None:
    """Let the server write the relation's pages and forget them, so that its files can be changed."""
    cluster.run("SELECT pg_buffercache_evict_relation(%s::oid::regclass)", (relation.oid,))


def grown_index(cluster: Cluster, relation: Relation, factor: float, heap: Grown) -> Grown:
    """An index on a table that has `factor` times its rows."""
    tuples = relation.tuples * factor
    if factor == 1 or relation.tuples < 1 or relation.file is None:
        return Grown(relation, relation.pages, tuples, 0)
    _evict(cluster, relation)
    level, shape = None, None
    if relation.method == "btree":
        shape = btree.read_shape(relation.file, relation.pages)
    if shape is not None:
        pages, level = btree.grown(shape, factor, _duplicates(cluster, relation, factor, shape))
    elif relation.method == "brin":
        pages, level = _brin_pages(relation, heap)
    elif relation.method == "hash":
        pages = _hash_pages(relation, tuples)
    else:
        pages = ceil(relation.pages * factor)
    _within_limits(relation, pages)
    return Grown(relation, pages, tuples, 0, level, shape)


def _within_limits(relation: Relation, pages: int) -> None:
    if pages > MOST_PAGES:
        raise InputError(
            f"{relation.name} would take {pages * PAGE / 2**40:,.0f} TB, and PostgreSQL holds 32 TB in one table or partition",
            to_do="ask for fewer rows, or partition the table",
        )


def _duplicates(cluster: Cluster, relation: Relation, factor: float, shape: btree.BtreeShape) -> float:
    """Bytes that a row takes in the leaves there, for one byte here: equal keys share their entry."""
    if relation.unique or not shape.deduplicated or relation.tuples < 1:
        return 1.0
    sql = """SELECT array(SELECT pg_get_indexdef(i.indexrelid, k, true) FROM generate_series(1, i.indnkeyatts) AS k),
                    pg_get_expr(i.indpred, i.indrelid), (SELECT coalesce(sum(s.avg_width), 8) FROM pg_stats s JOIN pg_attribute a
                    ON a.attrelid = i.indrelid AND a.attname = s.attname WHERE a.attnum = ANY(i.indkey) AND NOT s.inherited
                    AND s.schemaname = %s AND s.tablename = %s)
             FROM pg_index i WHERE i.indexrelid = %s"""
    keys, condition, width = cluster.run(sql, (relation.table.schema, relation.table.name, relation.oid))[0]
    where = f"WHERE {condition}" if condition else ""
    grouped = f"SELECT count(*) AS times FROM {qualified(relation.table)} {where} GROUP BY {', '.join(keys)}"
    counts = cluster.run(f"SELECT times, count(*) FROM ({grouped}) AS t GROUP BY times")
    key_bytes = 8.0 + 8 * ceil(float(width) / 8)
    return bytes_there_by_here(sorted((int(one), int(many)) for one, many in counts), factor, key_bytes)


def _brin_pages(relation: Relation, heap: Grown) -> tuple[int, int]:
    """Pages (the first, the map of ranges, the summaries) and the map's last one; a range is so many pages of the table."""
    assert relation.file is not None
    with relation.file.open("rb") as opened:
        opened.seek(_META_AT)
        _, _, per_range, last_map = struct.unpack("<IIII", opened.read(16))
    ranges, here = ceil(heap.pages / per_range), max(ceil(heap.relation.pages / per_range), 1)
    summaries = max(relation.pages - 1 - last_map, 1)
    filled = (summaries - 0.5) if summaries > 1 else _filled(relation.file, relation.pages - 1)
    maps = ceil(ranges / _REVMAP_ENTRIES)
    return 1 + maps + max(ceil(filled * ranges / here), 1), maps


def _hash_pages(relation: Relation, tuples: float) -> int:
    """First page and map, buckets, and overflow pages, which grow with the rows."""
    here, there = _hash_buckets(relation.tuples), _hash_buckets(tuples)
    return 2 + there + ceil(max(relation.pages - 2 - here, 0) * tuples / relation.tuples)


def _hash_buckets(tuples: float) -> int:
    """Buckets of a hash index as CREATE INDEX makes them: a power of two, above 1,024 in quarter steps to the next."""
    wanted, buckets = tuples / 307, 2
    while buckets < wanted and buckets < 1024:
        buckets *= 2
    while buckets < wanted:
        step = buckets // 4
        buckets = next((buckets + step * at for at in range(1, 4) if buckets + step * at >= wanted), buckets * 2)
    return buckets


def _filled(file: Path, page: int) -> float:
    """The share of a page that is used."""
    with file.open("rb") as opened:
        opened.seek(page * PAGE + 12)
        lower, upper, special = struct.unpack("<HHH", opened.read(6))
    return float(max(((lower - 24) + (special - upper)) / (special - 24), 0.005))


def inflate(cluster: Cluster, sizes: Iterable[Grown]) -> None:
    """Let files, first pages and pg_class tell the production size."""
    sizes = tuple(sizes)
    for each in sizes:
        if each.relation.kind != "p":
            _evict(cluster, each.relation)
        _write_first_page(each)
        if each.relation.file is not None and each.pages > each.relation.pages:
            set_pages(each.relation.file, each.pages)
    tell_sizes(cluster, sizes)


def tell_sizes(cluster: Cluster, sizes: Iterable[Grown]) -> None:
    """Write rows and pages into pg_class."""
    words = "'schemaname', %s::text, 'relname', %s::text, 'relpages', %s::integer, 'reltuples', %s::real, 'relallvisible', %s::integer"
    for each in sizes:
        name, pages = each.relation.name, -1 if each.relation.kind == "p" else _signed(each.pages)
        cluster.run(
            f"SELECT pg_restore_relation_stats({words})",
            (name.schema, name.name, pages, each.tuples, _signed(each.visible)),
        )


def deflate(sizes: Iterable[Grown]) -> None:
    """Give the files their real length back, so that they can be read."""
    for each in sizes:
        if each.relation.file is not None and each.pages > each.relation.pages:
            set_pages(each.relation.file, each.relation.pages)


def _signed(pages: int) -> int:
    """A page number as pg_class keeps it, in a signed column."""
    return pages if pages < 2**31 else pages - 2**32


def _write_first_page(each: Grown) -> None:
    file = each.relation.file
    if file is None or each.relation.kind != "i" or each.pages <= each.relation.pages:
        return
    if each.shape is not None and each.level is not None:
        btree.write_level(file, each.shape, each.level)
    elif each.relation.method == "gin":
        _write_gin(file, each)
    elif each.relation.method == "brin" and each.level is not None:
        with file.open("r+b") as opened:
            opened.seek(_META_AT + 12)
            opened.write(struct.pack("<I", each.level))


def _write_gin(file: Path, each: Grown) -> None:
    """Pages in all, of entries and of lists, and the number of entries: a vocabulary does not grow, keys of rows do."""
    with file.open("r+b") as opened:
        opened.seek(_META_AT + 24)
        total, entry_pages, _, _, entries = struct.unpack("<IIIIq", opened.read(24))
        growth = each.pages / max(total, 1)
        if entries > 0.05 * each.relation.tuples:
            entry_pages, entries = round(entry_pages * growth), round(entries * growth)
        opened.seek(_META_AT + 24)
        opened.write(struct.pack("<IIIIq", each.pages, entry_pages, each.pages - entry_pages - 1, 0, entries))
