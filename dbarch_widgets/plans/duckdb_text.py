"""The boxes that DuckDB 2 prints for a plan → the document that its JSON form would be.

A box hangs below the one that stands straight above it, or below the one from which the line runs that ends above it. Boxes
tell rounded times, and of a scan not how many rows it looked at.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.plan import Plan
from dbarch_widgets.plans.duckdb import plan_from_duckdb

JSON_PLEASE = "paste what EXPLAIN (ANALYZE, FORMAT json) printed"

_TOP = re.compile(r"╭─ (?P<name>[^│╭╮]+?) [─┴┚┖╯╰]*╮")
_ROWS = re.compile(r"(?P<thought>~)?(?P<rows>\d[\d,]*) rows?(?:\s+(?P<time>\d+(?:\.\d+)?)\s*(?P<unit>µs|us|ms|s|ns))?")
_PAIR = re.compile(r"(?P<key>[A-Z][A-Za-z ]*): (?P<value>.*)", re.DOTALL)
_UNITS = {"ns": 1e-9, "µs": 1e-6, "us": 1e-6, "ms": 1e-3, "s": 1.0}
_TURNS = "╮┒┎┬┰├┠┯┱┲"
_RUNS = "─━" + _TURNS


@dataclass
class _Box:
    name: str
    top: int
    left: int
    right: int
    bottom: int
    inside: list[str] = field(default_factory=list)
    children: list[_Box] = field(default_factory=list)


def is_box(text: str) -> bool:
    """Whether the text holds boxes of DuckDB, of this version or of an older one."""
    return "╭─ " in text or bool(re.search(r"^\s*│\s+[A-Z_]+\s+│\s*$", text, re.MULTILINE) and "┌──" in text)


def plan_from_duckdb_text(text: str) -> Plan:
    """The plan in the boxes.

    Raises:
        InputError: they are the boxes of DuckDB 1, or not whole.
    """
    grid = [line.rstrip() for line in text.expandtabs(4).splitlines()]
    boxes = [box for box in _boxes(grid) if box.name != "Summary"]
    if not boxes:
        raise InputError("these boxes are not those of DuckDB 2, or not whole", to_do=JSON_PLEASE)
    roots: list[_Box] = []
    for box in boxes:
        parent = _parent(box, boxes, grid)
        (parent.children if parent else roots).append(box)
    if len(roots) != 1:
        raise InputError(f"these boxes hang together in {len(roots)} parts", to_do=JSON_PLEASE)
    analysed = "╭─ Summary " in text
    document = [_document(roots[0])]
    whole: Any = {"operator": document, "query": {"total_time": _taken(text)}} if analysed else document
    return plan_from_duckdb(json.dumps(whole), version="")


def _taken(text: str) -> float | None:
    found = re.search(r"Total Time: (\d+(?:\.\d+)?)s", text)
    return float(found[1]) if found else None


def _boxes(grid: list[str]) -> list[_Box]:
    found = []
    for row, line in enumerate(grid):
        for top in _TOP.finditer(line):
            box = _Box(top["name"].strip(), row, top.start(), top.end() - 1, row)
            for below in range(row + 1, len(grid)):
                edge = grid[below][box.left : box.left + 1]
                if edge == "╰":
                    box.bottom = below
                    break
                if edge != "│":
                    raise InputError("a box breaks off", where=f"line {below + 1}", to_do=JSON_PLEASE)
                box.inside.append(grid[below][box.left + 1 : box.right].rstrip())
            else:
                raise InputError("a box breaks off", where=f"line {row + 1}", to_do=JSON_PLEASE)
            found.append(box)
    return found


def _parent(box: _Box, boxes: list[_Box], grid: list[str]) -> _Box | None:
    above = box.top - 1
    if above < 0:
        return None
    straight = [each for each in boxes if each.bottom == above and each.left <= box.right and each.right >= box.left]
    if straight:
        return straight[0]
    line = grid[above]
    place = next((at for at in range(box.left, min(box.right + 1, len(line))) if line[at] in _TURNS), None)
    if place is None:
        return None
    while place > 0 and line[place] not in "├┠" and line[place - 1] in _RUNS:
        place -= 1
    for row in range(above - 1, -1, -1):
        for each in boxes:
            if each.bottom == row and each.left <= place <= each.right:
                return each
    return None


def _document(box: _Box) -> dict[str, Any]:
    told: dict[str, Any] = {"type": box.name.upper().replace(" ", "_"), "text": True}
    info: dict[str, Any] = {}
    key = None
    for raw in box.inside:
        text = raw.strip()
        if rows := _ROWS.fullmatch(text):
            number = int(rows["rows"].replace(",", ""))
            if rows["thought"]:
                info["Estimated Cardinality"] = number
            else:
                told["intermediate_rows"] = number
                told["timing"] = float(rows["time"] or 0) * _UNITS[rows["unit"] or "s"]
        elif (pair := _PAIR.fullmatch(text)) and not raw.startswith("   "):
            key = pair["key"]
            info[key] = pair["value"]
        elif key is not None:
            info[key] += f" {text}"
    children = [_document(child) for child in sorted(box.children, key=lambda child: child.left)]
    return told | {"extra_info": info, "children": children}
