"""What one execution cost, out of PostgreSQL's EXPLAIN (ANALYZE, BUFFERS, WAL, SERIALIZE, FORMAT JSON). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dbarch_widgets.engines.base import Counters

PAGE = 8192
_TOUCHED = (
    *("Shared Hit Blocks", "Shared Read Blocks", "Local Hit Blocks", "Local Read Blocks"),
    *("Temp Read Blocks", "Temp Written Blocks"),
)
_REMOVED = ("Rows Removed by Filter", "Rows Removed by Index Recheck")


def counters(document: list[dict[str, Any]]) -> Counters:
    """Counters of one plan that was executed; planning is not in them.

    Pages and WAL are those of the plan and of bringing the answer into its wire form (values stored out of line). What a
    foreign key's check touches runs beside the plan, and PostgreSQL does not tell it here.
    """
    top = document[0]["Plan"]
    nodes = list(_walk(top))
    changes = [node for node in nodes if node["Node Type"] == "ModifyTable"]
    sending = document[0].get("Serialization", {})
    return Counters(
        rows_returned=_rows(top),
        rows_scanned=sum(_scanned(node) for node in nodes),
        rows_written=sum(_changed(node) for node in changes),
        pages=sum(int(part.get(key, 0)) for part in (top, sending) for key in _TOUCHED),
        wal_bytes=int(top.get("WAL Bytes", 0)),
        temp_bytes=int(top.get("Temp Written Blocks", 0)) * PAGE,
    )


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _walk(child)


def _rows(node: dict[str, Any]) -> int:
    return round(float(node.get("Actual Rows", 0)) * int(node.get("Actual Loops", 1)))


def _scanned(node: dict[str, Any]) -> int:
    """Rows of a table that a scan gave or threw away; an average per loop is rounded, as PostgreSQL wrote it."""
    if "Relation Name" not in node or node["Node Type"] == "ModifyTable":
        return 0
    loops = int(node.get("Actual Loops", 1))
    return _rows(node) + sum(round(float(node.get(key, 0)) * loops) for key in _REMOVED)


def _changed(node: dict[str, Any]) -> int:
    told = [key for key in ("Tuples Inserted", "Tuples Updated", "Tuples Deleted") if key in node]
    if told:  # MERGE and ON CONFLICT
        return sum(int(node[key]) for key in told)
    return sum(_rows(child) for child in node.get("Plans", ()) if child.get("Parent Relationship") == "Outer")
