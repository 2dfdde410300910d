"""DuckDB's EXPLAIN (FORMAT json), analysed or not, as a Plan. Pure: text in, Plan out."""

from __future__ import annotations

import json
import re
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.plan import Plan, PlanNode

_WRAPPERS = ("RESULT_COLLECTOR", "EXPLAIN_ANALYZE")
_DETAILS = (
    *("Type", "Join Type", "Conditions", "Filters", "Dynamic Filters", "Expression", "Groups", "Aggregates"),
    *("Order By", "Top", "Limit", "Function"),
)

_NAME = re.compile(r'"((?:[^"]|"")*)"|([^".]+)')


def plan_from_duckdb(text: str, *, version: str) -> Plan:
    """The plan in the JSON of `EXPLAIN (FORMAT json)` or `EXPLAIN (ANALYZE, FORMAT json)`.

    `scanned` is DuckDB's own `rows_scanned`: whole vectors of 2,048 rows that a sequential scan read after skipping row
    groups by their minimum and maximum, and only the matching rows of an index scan. DuckDB does not name the index.

    Raises:
        InputError: the text is not such a plan.
    """
    try:
        document = json.loads(text)
        analysed = isinstance(document, dict)
        roots = document["operator"] if analysed else document
        root = _node(_unwrapped(roots[0]), analysed=analysed)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise InputError("this is not a plan that DuckDB wrote as JSON") from error
    return Plan("duckdb", version, root, analysed)


def _unwrapped(node: dict[str, Any]) -> dict[str, Any]:
    while node.get("type") in _WRAPPERS and len(node.get("children", ())) == 1:
        node = node["children"][0]
    return node


def _node(node: dict[str, Any], *, analysed: bool) -> PlanNode:
    info: dict[str, Any] = node.get("extra_info") or {}
    scan = "rows_scanned" in node or "Table" in info
    return PlanNode(
        operator=_operator(str(node.get("type") or node["name"]), info),
        table=_table(info.get("Table")),
        rows=int(node["intermediate_rows"]) if analysed and "intermediate_rows" in node else None,
        scanned=int(node.get("rows_scanned", 0)) if analysed and scan else None,
        estimated=_number(info.get("Estimated Cardinality")),
        seconds=float(node["timing"]) if "timing" in node else None,
        detail="; ".join(f"{key}: {_words(info[key])}" for key in _DETAILS if info.get(key)),
        children=tuple(_node(child, analysed=analysed) for child in node.get("children", ())),
    )


def _operator(name: str, info: dict[str, Any]) -> str:
    """`Index Scan` or `Sequential Scan` for a scan, DuckDB's own word for the rest."""
    if "Table" in info and info.get("Type"):
        return str(info["Type"])
    return name.strip()


def _table(written: Any) -> str | None:
    """`catalog.schema.table` without its catalog, and without a schema that is `public` or DuckDB's own `main`."""
    if not written:
        return None
    text = "\n".join(written) if isinstance(written, list) else str(written)  # DuckDB splits what has line breaks
    found = _NAME.finditer(text)
    parts = [match[1].replace('""', '"') if match[1] is not None else match[2] for match in found][-2:]
    return parts[-1] if len(parts) == 2 and parts[0] in ("public", "main") else ".".join(parts)


def _number(written: Any) -> float | None:
    try:
        return float(written)
    except (TypeError, ValueError):
        return None


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
