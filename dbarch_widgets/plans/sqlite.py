"""SQLite's EXPLAIN QUERY PLAN as a Plan: its rows, or the tree that its shell prints. Pure: text or rows in, Plan out.

SQLite tells neither estimates nor counts. In versions from 3.36 a scan is told under the alias of its table alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.plan import Pair, Plan, PlanNode

ROOT = "QUERY PLAN"
EXPECTED = "expected the rows (id, parent, notused, detail) of EXPLAIN QUERY PLAN, or the tree of SQLite's shell"

_SCAN = re.compile(r"(?P<verb>SCAN|SEARCH)\s+(?:TABLE\s+|SUBQUERY\s+)?(?P<rest>.+)", re.DOTALL)
_USING = re.compile(
    r"(?P<head>.*?)\s+USING\s+(?:(?P<rowid>(?:INTEGER\s+)?PRIMARY\s+KEY)"
    r"|(?P<how>(?:(?:AUTOMATIC|PARTIAL|COVERING)\s+)*)INDEX(?:\s+(?P<index>(?!\().+?))?)"
    r"(?:\s+\((?P<condition>.*)\))?(?P<join>\s+(?:LEFT|RIGHT|FULL)-JOIN)?\s*",
    re.DOTALL,
)
_TAIL = re.compile(r"(?P<head>.*?)(?P<join>\s+(?:LEFT|RIGHT|FULL)-JOIN)\s*", re.DOTALL)
_VIRTUAL = re.compile(r"(?P<head>.*?)\s+VIRTUAL TABLE INDEX\s+(?P<index>.*)", re.DOTALL)
_ALIASED = re.compile(r"(?P<table>.+?)\s+AS\s+(?P<alias>\S+)", re.DOTALL)
_PART = re.compile(r"(CO-ROUTINE|MATERIALIZE|(?:CORRELATED\s+)?(?:SCALAR|LIST)\s+SUBQUERY|REUSE LIST SUBQUERY)\b")
_BRANCH = re.compile(r"^(?P<lead>(?:[|│ ]  )*)(?:[|`├└][-─]{2}\s?|\|--|`--)(?P<detail>.*)$")


def plan_from_sqlite(rows: Iterable[Sequence[Any]] | str, *, version: str = "") -> Plan:
    """The plan in the rows (id, parent, notused, detail) of EXPLAIN QUERY PLAN, or in the tree that SQLite's shell prints.

    Raises:
        InputError: it is no such plan.
    """
    if isinstance(rows, str):
        found = list(_rows_of_tree(rows))
    else:
        try:
            found = [(int(row[0]), int(row[1]), str(row[3])) for row in rows]
        except (TypeError, ValueError, IndexError) as error:
            raise InputError("this is not a plan that SQLite wrote", to_do=EXPECTED) from error
    if not found:
        raise InputError("this is not a plan that SQLite wrote", to_do=EXPECTED)
    return Plan("sqlite", version, _tree(found))


def _tree(rows: list[tuple[int, int, str]]) -> PlanNode:
    """The steps below one node. An id may return in a later part, so the last one before a row is its parent."""
    children: dict[int, list[int]] = defaultdict(list)
    last: dict[int, int] = {}
    for place, (number, parent, _) in enumerate(rows):
        children[last.get(parent, -1)].append(place)
        last[number] = place

    def built(place: int) -> PlanNode:
        return _node(rows[place][2], tuple(built(child) for child in children[place]))

    return PlanNode(ROOT, children=tuple(built(place) for place in children[-1]))


def _node(detail: str, children: tuple[PlanNode, ...]) -> PlanNode:
    detail = detail.strip()
    if (scan := _SCAN.fullmatch(detail)) and not detail.startswith("SCAN CONSTANT ROW"):
        return _scan(scan["verb"], scan["rest"], detail, children)
    part = detail if _PART.match(detail) else None
    return PlanNode(detail, detail=detail, children=children, subplan=part)


def _scan(verb: str, rest: str, detail: str, children: tuple[PlanNode, ...]) -> PlanNode:
    facts: list[Pair] = []
    conditions: list[Pair] = []
    index = None
    if found := _USING.fullmatch(rest):
        rest = found["head"]
        if found["rowid"]:
            index = " ".join(found["rowid"].split()).lower()
        else:
            how = found["how"].split()
            index = found["index"] or "automatic"
            facts += [(word.capitalize(), "true") for word in how]
        if found["condition"]:
            conditions.append(("Index Cond", found["condition"]))
    elif found := _VIRTUAL.fullmatch(rest):
        rest, index = found["head"], f"virtual table index {found['index']}"
    else:
        found = _TAIL.fullmatch(rest)
        rest = found["head"] if found else rest
    if found and found.groupdict().get("join"):
        facts.append(("Join", found["join"].strip()))
    aliased = _ALIASED.fullmatch(rest)
    return PlanNode(
        verb,
        table=aliased["table"] if aliased else rest,
        alias=aliased["alias"] if aliased else None,
        index=index,
        detail=detail,
        conditions=tuple(conditions),
        facts=tuple(facts),
        children=children,
    )


def _rows_of_tree(text: str) -> list[tuple[int, int, str]]:
    """The tree with its signs as rows: the number of a row is its line, its parent the last line one level above."""
    rows: list[tuple[int, int, str]] = []
    above: list[int] = []
    for number, line in enumerate(text.expandtabs(4).splitlines(), 1):
        if not line.strip() or line.strip().upper() == ROOT:
            continue
        branch = _BRANCH.match(line.rstrip())
        if branch is None:
            raise InputError(f"not a line of a plan: {line.strip()[:60]!r}", where=f"line {number}", to_do=EXPECTED)
        depth = len(branch["lead"]) // 3
        if depth > len(above):
            raise InputError("this line hangs below none", where=f"line {number}", to_do=EXPECTED)
        rows.append((number, above[depth - 1] if depth else 0, branch["detail"]))
        above[depth:] = [number]
    return rows
