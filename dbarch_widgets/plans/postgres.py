"""PostgreSQL's EXPLAIN as a Plan: its JSON, analysed or not, as text or parsed. Pure: document in, Plan out.

The text form is read into the same document by `postgres_text.py`, so that both give the same Plan.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.plan import Pages, Pair, Plan, PlanNode, Trigger
from dbarch_widgets.plans.own_time import with_own_seconds
from dbarch_widgets.plans.postgres_node import node_of

EXPECTED = "expected the answer of EXPLAIN (FORMAT JSON)"


def plan_from_postgres(document: str | list[Any] | dict[str, Any], *, version: str) -> Plan:
    """The plan in the JSON of `EXPLAIN (FORMAT JSON)`, with or without ANALYZE, BUFFERS, WAL, VERBOSE and SETTINGS.

    PostgreSQL gives averages per loop; here all are totals over the loops. Before version 18 the averages are rounded to
    whole rows, so that a total over many loops is as exact as that. `scanned` of a scan of a table is the rows it gave
    plus the rows that a filter or a recheck removed: entries that an index skipped are not in it.

    Raises:
        InputError: the text is not such a plan.
    """
    try:
        parsed = json.loads(document) if isinstance(document, str) else document
        top = parsed[0] if isinstance(parsed, list) else parsed
        return _plan(top if "Plan" in top else {"Plan": top}, version)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise InputError("this is not a plan that PostgreSQL wrote as JSON", to_do=EXPECTED) from error


def _plan(document: Mapping[str, Any], version: str) -> Plan:
    top = document["Plan"]
    jit = document.get("JIT") or {}
    execution = document.get("Execution Time", document.get("Total Runtime"))
    return Plan(
        engine="postgres",
        engine_version=version,
        root=with_own_seconds(_same_zeros(node_of(top))),
        analysed="Actual Rows" in top or "Actual Loops" in top,
        planning_seconds=_seconds(document.get("Planning Time")),
        execution_seconds=_seconds(execution),
        settings=tuple((str(name), str(value)) for name, value in (document.get("Settings") or {}).items()),
        triggers=tuple(_trigger(told) for told in document.get("Triggers") or ()),
        jit=_jit(jit),
        jit_seconds=_seconds(_timing(jit).get("Total")),
        query=str(document.get("Query Text") or ""),
    )


def _same_zeros(root: PlanNode) -> PlanNode:
    """Nodes that say nothing of pages or WAL used none where others did; the text form leaves zeros out."""
    pages = any(node.pages and node.pages != Pages() for node in root.walk())
    wal = any(node.wal_bytes for node in root.walk())

    def filled(node: PlanNode) -> PlanNode:
        return replace(
            node,
            pages=(node.pages or Pages()) if pages else None,
            wal_bytes=(node.wal_bytes or 0) if wal else None,
            children=tuple(filled(child) for child in node.children),
        )

    return filled(root)


def _seconds(milliseconds: Any) -> float | None:
    return None if milliseconds is None else float(milliseconds) / 1000


def _trigger(told: Mapping[str, Any]) -> Trigger:
    constraint, relation = told.get("Constraint Name"), told.get("Relation")
    return Trigger(
        name=str(told.get("Trigger Name") or constraint),
        relation=None if relation is None else str(relation),
        calls=round(float(told["Calls"])),
        seconds=_seconds(told.get("Time")),
        constraint=None if constraint is None else str(constraint),
    )


def _jit(told: Mapping[str, Any]) -> tuple[Pair, ...]:
    """Number of functions, the parts that were switched on, and the time of each step."""
    if not told:
        return ()
    options = told.get("Options") or {}
    pairs = [("Functions", str(told.get("Functions", "")))]
    pairs += [(str(name), "true" if value else "false") for name, value in options.items()]
    return (*pairs, *((f"{name} ms", str(value)) for name, value in _timing(told).items()))


def _timing(told: Mapping[str, Any]) -> dict[str, Any]:
    """The times by step; version 17 tells that of `Generation` with a part of it."""
    steps = {}
    for name, value in (told.get("Timing") or {}).items():
        steps[str(name)] = value.get("Total") if isinstance(value, Mapping) else value
    return {name: value for name, value in steps.items() if value is not None}
