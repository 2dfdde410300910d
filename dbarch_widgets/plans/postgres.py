"""PostgreSQL's EXPLAIN (FORMAT JSON), analysed or not, as a Plan. Pure: text or parsed JSON in, Plan out."""

from __future__ import annotations

import json
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.plan import Plan, PlanNode

_DETAILS = (
    *("Join Type", "Strategy", "Index Cond", "Recheck Cond", "Filter", "Hash Cond", "Merge Cond"),
    *(
        "Join Filter",
        "Sort Key",
        "Sort Method",
        "Group Key",
        "Subplan Name",
        "CTE Name",
        "Function Name",
        "Heap Fetches",
    ),
)
_REMOVED = ("Rows Removed by Filter", "Rows Removed by Index Recheck")


def plan_from_postgres(document: str | list[Any], *, version: str) -> Plan:
    """The plan in the JSON of `EXPLAIN (FORMAT JSON)`, with or without ANALYZE and BUFFERS.

    PostgreSQL gives averages per loop; here all are totals over the loops. `scanned` of a scan of a table is the rows it
    gave plus the rows that a filter or a recheck removed: entries that an index skipped are not in it. Pages read and
    found in the cache are in `detail`.

    Raises:
        InputError: the text is not such a plan.
    """
    try:
        parsed = json.loads(document) if isinstance(document, str) else document
        top = parsed[0]["Plan"]
        return Plan("postgres", version, _node(top), "Actual Rows" in top or "Actual Loops" in top)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise InputError("this is not a plan that PostgreSQL wrote as JSON") from error


def _node(node: dict[str, Any]) -> PlanNode:
    children = node.get("Plans", ())
    loops = node.get("Actual Loops")
    return PlanNode(
        operator=str(node.get("Operation") or node["Node Type"]),
        table=_table(node),
        index=node.get("Index Name"),
        rows=_total(node, "Actual Rows"),
        scanned=_scanned(node),
        estimated=float(node["Plan Rows"]) * max(loops or 1, 1),
        seconds=_own_seconds(node, children),
        detail=_detail(node),
        children=tuple(_node(child) for child in children),
    )


def _table(node: dict[str, Any]) -> str | None:
    name, schema = node.get("Relation Name"), node.get("Schema")
    return name if name is None or schema in (None, "public") else f"{schema}.{name}"


def _total(node: dict[str, Any], key: str) -> int | None:
    if "Actual Loops" not in node:
        return None
    return round(float(node.get(key, 0)) * int(node["Actual Loops"]))


def _scanned(node: dict[str, Any]) -> int | None:
    if "Relation Name" not in node or "Actual Loops" not in node or node["Node Type"] == "ModifyTable":
        return None
    return sum(_total(node, key) or 0 for key in ("Actual Rows", *_REMOVED))


def _own_seconds(node: dict[str, Any], children: Any) -> float | None:
    if "Actual Total Time" not in node:
        return None
    return max(_milliseconds(node) - sum(_milliseconds(child) for child in children), 0.0) / 1000


def _milliseconds(node: dict[str, Any]) -> float:
    return float(node.get("Actual Total Time", 0.0)) * int(node.get("Actual Loops", 1))


def _detail(node: dict[str, Any]) -> str:
    parts = [f"{key}: {_words(node[key])}" for key in _DETAILS if node.get(key) not in (None, "", [])]
    hit, read = node.get("Shared Hit Blocks"), node.get("Shared Read Blocks")
    if hit is not None:
        parts.append(f"Pages: {int(hit) + int(read or 0)}")
    return "; ".join(parts)


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
