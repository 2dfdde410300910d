"""One node of PostgreSQL's plan document as a PlanNode, with all below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dbarch_widgets.model.plan import Pages, Pair, PlanNode
from dbarch_widgets.plans.postgres_operator import operator_of

Told = Mapping[str, Any]

CONDITIONS = (
    *("Index Cond", "Recheck Cond", "Order By", "TID Cond", "Hash Cond", "Merge Cond", "Join Filter", "Filter"),
    *("One-Time Filter", "Run Condition", "Conflict Filter", "Sort Key", "Presorted Key", "Group Key", "Hash Key"),
    *("Cache Key", "Window"),
)
REMOVED = (
    *(("Filter", "Rows Removed by Filter"), ("Join Filter", "Rows Removed by Join Filter")),
    *(("Index Recheck", "Rows Removed by Index Recheck"), ("Conflict Filter", "Rows Removed by Conflict Filter")),
)
KEPT_ZERO = frozenset({"Heap Fetches"})

# What has a field of its own, follows from the shape of the tree, or is told by one of the two forms only.
_ELSEWHERE = frozenset(
    {
        *("Node Type", "Strategy", "Partial Mode", "Operation", "Join Type", "Command", "Scan Direction"),
        *("Custom Plan Provider", "Parent Relationship", "Parallel Aware", "Async Capable", "Inner Unique", "Plans"),
        *("Relation Name", "Schema", "Alias", "Index Name", "Subplan Name", "Workers Planned", "Workers Launched"),
        *("Startup Cost", "Total Cost", "Plan Rows", "Plan Width", "Actual Startup Time", "Actual Total Time"),
        *("Actual Rows", "Actual Loops", "Function Name", "Workers", "Grouping Sets", "Target Tables"),
        *(key for _, key in REMOVED),
        *(
            f"{kind} {what} Blocks"
            for kind in ("Shared", "Local", "Temp")
            for what in ("Hit", "Read", "Dirtied", "Written")
        ),
        *CONDITIONS,
    }
)


@dataclass(frozen=True)
class Crew:
    """The processes that run a part below a Gather: how many there were, and by how much the planner divided rows."""

    size: float = 1.0
    divisor: float = 1.0
    loops: int = 1


def node_of(told: Told, crew: Crew | None = None) -> PlanNode:
    """The node and all below it; `seconds` is not filled yet.

    Raises:
        KeyError, TypeError, ValueError: it is no such node.
    """
    crew = crew or Crew()
    loops = _whole(told.get("Actual Loops"))
    below = _crew_below(told, crew, loops)
    total = _milliseconds(told, loops)
    return PlanNode(
        operator=operator_of(told),
        table=_table(told),
        index=_text(told.get("Index Name")),
        rows=_total(told, "Actual Rows", loops),
        scanned=_scanned(told, loops),
        estimated=_estimated(told, crew, loops),
        detail=_detail(told),
        children=tuple(node_of(child, below) for child in told.get("Plans") or ()),
        alias=_alias(told),
        subplan=_text(told.get("Subplan Name")),
        startup_cost=_number(told.get("Startup Cost")),
        cost=_number(told.get("Total Cost")),
        width=_whole(told.get("Plan Width")),
        loops=loops,
        total_seconds=None if total is None else total / crew.size / 1000,
        pages=_pages(told),
        wal_bytes=_whole(told.get("WAL Bytes")),
        workers_planned=_whole(told.get("Workers Planned")),
        workers_launched=_whole(told.get("Workers Launched")),
        removed=_removed(told, loops),
        conditions=conditions_of(told),
        facts=facts_of(told),
    )


def _crew_below(told: Told, crew: Crew, loops: int | None) -> Crew:
    """Below a Gather every process runs the plan; PostgreSQL's leader counts as what it has left beside its workers."""
    if told.get("Node Type") not in ("Gather", "Gather Merge"):
        return crew
    planned = _whole(told.get("Workers Planned")) or 0
    leader = max(1 - 0.3 * planned, 0.0)
    divisor = 1.0 if told.get("Single Copy") else max(planned + leader, 1.0)
    child: Told = next((each for each in told.get("Plans") or () if "Subplan Name" not in each), {})
    ran = _whole(child.get("Actual Loops")) or 0
    return Crew(max(ran / loops, 1.0) if ran and loops else 1.0, divisor, loops or 1)


def _estimated(told: Told, crew: Crew, loops: int | None) -> float | None:
    """The planner's rows of one loop, times the loops. The rows of a partial path are those of one process."""
    rows = _number(told.get("Plan Rows"))
    if rows is None:
        return None
    if crew.divisor > 1 and _partial(told):
        return rows * crew.divisor * crew.loops
    return rows * max(loops or 1, 1)


def _partial(told: Told) -> bool:
    """Whether each process gives a share of the rows only: something below is split between them."""
    if told.get("Partial Mode") == "Partial" or "Subplan Name" in told:
        return False
    if told.get("Parallel Aware"):
        return True
    return any(_partial(child) for child in told.get("Plans") or ())


def _milliseconds(told: Told, loops: int | None) -> float | None:
    time = _number(told.get("Actual Total Time"))
    return None if time is None or not loops else time * loops


def _table(told: Told) -> str | None:
    name, schema = told.get("Relation Name"), told.get("Schema")
    if name is None:
        return None
    return str(name) if schema in (None, "public") else f"{schema}.{name}"


def _alias(told: Told) -> str | None:
    alias = told.get("Alias")
    return None if alias is None or alias == told.get("Relation Name") else str(alias)


def _total(told: Told, key: str, loops: int | None) -> int | None:
    return None if loops is None else round(float(told.get(key, 0)) * loops)


def _scanned(told: Told, loops: int | None) -> int | None:
    if "Relation Name" not in told or loops is None or told.get("Operation", "Select") != "Select":
        return None
    looked_at = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    return sum(_total(told, key, loops) or 0 for key in looked_at)


def _removed(told: Told, loops: int | None) -> tuple[tuple[str, int], ...]:
    found = ((name, _total(told, key, loops)) for name, key in REMOVED if key in told)
    return tuple((name, number) for name, number in found if number)


def _pages(told: Told) -> Pages | None:
    keys = [key for key in told if key.endswith(" Blocks") and key.split()[0] in ("Shared", "Local", "Temp")]
    if not keys:
        return None

    def blocks(name: str) -> int:
        return _whole(told.get(f"{name} Blocks")) or 0

    return Pages(
        hit=blocks("Shared Hit"),
        read=blocks("Shared Read"),
        dirtied=blocks("Shared Dirtied"),
        written=blocks("Shared Written"),
        local=blocks("Local Hit") + blocks("Local Read"),
        temp_read=blocks("Temp Read"),
        temp_written=blocks("Temp Written"),
    )


def conditions_of(told: Told) -> tuple[Pair, ...]:
    """The expressions that the node applies; the keys of grouping sets are one condition, with `;` between sets."""
    found: dict[str, list[str]] = {}
    for key, value in told.items():
        if key in CONDITIONS and value not in (None, "", []):
            found.setdefault(key, []).append(words(value))
        elif key == "Grouping Sets":
            for group in value:
                for name, keys in group.items():
                    sets = keys if name.endswith("Keys") else [keys]
                    found.setdefault(name.removesuffix("s"), []).extend(", ".join(one) or "()" for one in sets)
    return tuple((key, "; ".join(found[key])) for key in CONDITIONS if key in found)


def facts_of(told: Told) -> tuple[Pair, ...]:
    """What else it told, in its order: no zeros, no `false`, no first value that is the same as the last."""
    facts: list[Pair] = []
    name, alias = told.get("Function Name"), told.get("Alias")
    if name is not None and name != alias:
        facts.append(("Function Name", str(name)))
    if targets := told.get("Target Tables"):
        facts.append(("Target Tables", ", ".join(str(each["Relation Name"]) for each in targets)))
    for key, value in told.items():
        if key in _ELSEWHERE or key.startswith("WAL ") or _nothing(key, value):
            continue
        if key.startswith("Original ") and value == told.get(key.removeprefix("Original ")):
            continue
        if key == "CTE Name" and value == alias:
            alias = None  # told once
        facts.append((key, words(value)))
    sorts = [worker for worker in told.get("Workers") or () if "Sort Method" in worker]
    if sorts:
        said = (
            f"{each['Sort Method']} {each.get('Sort Space Type')} {each.get('Sort Space Used')} kB" for each in sorts
        )
        facts.append(("Sort in workers", ", ".join(said)))
    return tuple(sorted(facts))


def _nothing(key: str, value: Any) -> bool:
    if value in (None, "", [], False) and value != 0:
        return True
    return value in (0, False) and key not in KEPT_ZERO


def words(value: Any) -> str:
    """A value of the document in words: a whole number without a point, a list with commas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | tuple):
        return ", ".join(words(each) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {words(each)}" for key, each in value.items())
    return str(value)


_DETAILS = (
    *("Index Cond", "Recheck Cond", "Filter", "Hash Cond", "Merge Cond", "Join Filter", "Sort Key", "Group Key"),
    *("One-Time Filter", "Cache Key", "Run Condition", "TID Cond"),
)
_DETAIL_FACTS = ("CTE Name", "Function Name", "Sort Method", "Heap Fetches")


def _detail(told: Told) -> str:
    conditions, facts = dict(conditions_of(told)), dict(facts_of(told))
    parts = [f"{key}: {conditions[key]}" for key in _DETAILS if key in conditions]
    parts += [f"{key}: {facts[key]}" for key in _DETAIL_FACTS if key in facts]
    if (pages := _pages(told)) is not None and pages.touched:
        parts.append(f"Pages: {pages.hit + pages.read}")
    return "; ".join(parts)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _whole(value: Any) -> int | None:
    return None if value is None else round(float(value))
