"""DuckDB's EXPLAIN (FORMAT json), analysed or not, as a Plan. Pure: text in, Plan out."""

from __future__ import annotations

import json
import re
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.plan import Pair, Plan, PlanNode

_WRAPPERS = ("RESULT_COLLECTOR", "EXPLAIN_ANALYZE")
_DETAILS = (
    *("Type", "Join Type", "Conditions", "Filters", "Dynamic Filters", "Expression", "Groups", "Aggregates"),
    *("Order By", "Top", "Limit", "Function"),
)
# DuckDB's names of what an operator applies, in the words that plans of all engines have here.
_CONDITIONS = {
    "Conditions": "Join Cond",
    "Filters": "Filter",
    "Expression": "Filter",
    "Groups": "Group Key",
    "Order By": "Sort Key",
}
_ELSEWHERE = frozenset({"Table", "Type", "Estimated Cardinality", *_CONDITIONS})
EXPECTED = "expected the answer of EXPLAIN (FORMAT json) or EXPLAIN (ANALYZE, FORMAT json)"

_NAME = re.compile(r'"((?:[^"]|"")*)"|([^".]+)')


def plan_from_duckdb(text: str, *, version: str) -> Plan:
    """The plan in the JSON of `EXPLAIN (FORMAT json)` or `EXPLAIN (ANALYZE, FORMAT json)`, of version 1 or 2.

    `scanned` is DuckDB's own `rows_scanned`: whole vectors of 2,048 rows that a sequential scan read after skipping row
    groups by their minimum and maximum, and only the matching rows of an index scan. DuckDB does not name the index.
    `seconds` of an operator are those of all threads together.

    Raises:
        InputError: the text is not such a plan.
    """
    try:
        document = json.loads(text)
        analysed = isinstance(document, dict)
        roots = document.get("operator") or document["children"] if analysed else document
        root = _node(_unwrapped(roots[0]), analysed=analysed)
        query = document.get("query") if analysed else None
        taken = query.get("total_time") if isinstance(query, dict) else document.get("latency") if analysed else None
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise InputError("this is not a plan that DuckDB wrote as JSON", to_do=EXPECTED) from error
    return Plan("duckdb", version, root, analysed, execution_seconds=_number(taken))


def _unwrapped(node: dict[str, Any]) -> dict[str, Any]:
    while _named(node) in _WRAPPERS and len(node.get("children", ())) == 1:
        node = node["children"][0]
    return node


def _named(node: dict[str, Any]) -> str:
    return str(node.get("type") or node.get("operator_type") or node.get("operator_name") or node["name"]).strip()


def _node(node: dict[str, Any], *, analysed: bool) -> PlanNode:
    info: dict[str, Any] = node.get("extra_info") or {}
    scan = "rows_scanned" in node or "Table" in info
    rows = _first(node, "intermediate_rows", "operator_cardinality") if analysed else None
    scanned = _first(node, "rows_scanned", "operator_rows_scanned") if analysed and scan else None
    given = None if rows is None else int(rows)
    looked_at = int(scanned) if scanned is not None else 0 if analysed and scan and "text" not in node else None
    return PlanNode(
        operator=_operator(_named(node), info),
        table=_table(info.get("Table")),
        rows=given,
        scanned=looked_at,
        estimated=_number(info.get("Estimated Cardinality")),
        seconds=_number(_first(node, "timing", "operator_timing")),
        detail="; ".join(f"{key}: {_words(info[key])}" for key in _DETAILS if info.get(key)),
        children=tuple(_node(child, analysed=analysed) for child in node.get("children", ())),
        removed=_removed(info, given, looked_at),
        conditions=tuple((name, _words(info[key])) for key, name in _CONDITIONS.items() if info.get(key)),
        facts=_facts(info),
    )


def _first(node: dict[str, Any], *keys: str) -> Any:
    return next((node[key] for key in keys if key in node), None)


def _removed(info: dict[str, Any], rows: int | None, scanned: int | None) -> tuple[tuple[str, int], ...]:
    """Rows that the filter of a scan threw away: what it looked at less what it gave."""
    if not info.get("Filters") or rows is None or scanned is None or scanned <= rows:
        return ()
    return (("Filter", scanned - rows),)


def _facts(info: dict[str, Any]) -> tuple[Pair, ...]:
    facts = ((str(key), _words(value)) for key, value in info.items() if key not in _ELSEWHERE and value)
    return tuple(sorted(("Output" if key == "Projections" else key, value) for key, value in facts))


def _operator(name: str, info: dict[str, Any]) -> str:
    """`Index Scan` or `Sequential Scan` for a scan, DuckDB's own word for the rest."""
    if "Table" in info and info.get("Type"):
        return str(info["Type"])
    return name


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
