"""The tables and indexes of the miniature as PostgreSQL's catalog has them, with their files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from dbarch_widgets.miniature.cluster import Cluster
from dbarch_widgets.model.schema import QName

PAGE = 8192
SEGMENT_PAGES = 131_072  # 1 GB
MOST_PAGES = 2**32 - 2


@dataclass(frozen=True)
class Relation:
    """A table, a partition, or an index: what PostgreSQL knows of it after loading the sample.

    `root` is the table whose rows are meant: of a partition the partitioned table, of an index the table's root.
    `kind` is PostgreSQL's relkind: "r" table, "p" partitioned table, "i" index, "m" materialized view.
    """

    oid: int
    name: QName
    kind: str
    method: str
    root: QName
    table: QName
    pages: int
    tuples: float
    visible: int
    file: Path | None
    unique: bool = False
    key_columns: int = 0
    toast_pages: int = 0

    @property
    def segments(self) -> int:
        return -(-self.pages // SEGMENT_PAGES)


_SQL = """
SELECT c.oid, n.nspname, c.relname, c.relkind, coalesce(am.amname, ''), rn.nspname, r.relname, tn.nspname, t.relname,
       CASE WHEN c.relkind IN ('r', 'i', 'm') THEN pg_relation_size(c.oid) / 8192 ELSE 0 END, c.reltuples, c.relallvisible,
       pg_relation_filepath(c.oid), coalesce(i.indisunique, false), coalesce(i.indnkeyatts, 0),
       coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)) / 8192, 0)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_index i ON i.indexrelid = c.oid
JOIN pg_class t ON t.oid = coalesce(i.indrelid, c.oid)
JOIN pg_namespace tn ON tn.oid = t.relnamespace
JOIN pg_class r ON r.oid = coalesce(pg_partition_root(t.oid), t.oid)
JOIN pg_namespace rn ON rn.oid = r.relnamespace
LEFT JOIN pg_am am ON am.oid = c.relam
WHERE c.relkind IN ('r', 'p', 'i', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = t.oid AND d.deptype = 'e')
ORDER BY n.nspname, c.relname
"""


def relations(cluster: Cluster) -> tuple[Relation, ...]:
    """All of them, in the order of their names."""
    found = []
    for row in cluster.run(_SQL):
        oid, schema, name, kind, method, root_schema, root, table_schema, table, pages, tuples, visible, path, *rest = (
            row
        )
        found.append(
            Relation(
                int(oid),
                QName(schema, name),
                kind,
                method,
                QName(root_schema, root),
                QName(table_schema, table),
                int(pages),
                float(tuples),
                int(visible),
                cluster.folder / path if path else None,
                *rest,
            )
        )
    return tuple(found)


def segment(file: Path, number: int) -> Path:
    """The file of a relation's n-th gigabyte."""
    return file if number == 0 else file.with_name(f"{file.name}.{number}")


def set_pages(file: Path, pages: int) -> None:
    """Let the relation's files have so many pages; what is added is a hole that takes no disk."""
    owner, number = file.stat(), 0
    while pages > 0 or number == 0:
        here = min(pages, SEGMENT_PAGES)
        path = segment(file, number)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(descriptor).st_uid != owner.st_uid:
                os.fchown(descriptor, owner.st_uid, owner.st_gid)
            os.ftruncate(descriptor, here * PAGE)
        finally:
            os.close(descriptor)
        pages -= here
        number += 1
    while segment(file, number).exists():
        segment(file, number).unlink()
        number += 1
