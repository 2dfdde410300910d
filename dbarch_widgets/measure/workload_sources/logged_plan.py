"""The plan in an entry of auto_explain, without the values that its conditions hold: those are somebody's data."""

from __future__ import annotations

import json
import re
from typing import Any

from dbarch_widgets.measure.normal import masked

# What stands in a condition, a key or a call may hold values of the statement.
_TELLS_VALUES = re.compile(r"\s*(?:[A-Z]\w* )*(?:Cond|Filter|Key|Output|Call|Settings|Values?):")
_DROPPED = re.compile(r"\s*(?:Query|Settings)\b[^(]*:")
_NAMES = frozenset(
    {
        "Node Type",
        "Relation Name",
        "Schema",
        "Alias",
        "Index Name",
        "Join Type",
        "Scan Direction",
        "Parent Relationship",
        "Strategy",
        "Partial Mode",
        "Operation",
        "Command",
        "CTE Name",
        "Subplan Name",
        "Sort Method",
        "Sort Space Type",
        "Cache Mode",
        "Trigger Name",
        "Relation",
        "Constraint Name",
    }
)
_LONGEST = 200_000  # characters


def masked_plan(body: str) -> str:
    """The plan of an entry, as text or JSON, with `?` for the values in it; nothing for another form or a very long one."""
    if len(body) > _LONGEST:
        return ""
    if body.startswith("{"):
        try:
            return json.dumps({"Plan": _masked(json.loads(body)["Plan"])})
        except (ValueError, KeyError, TypeError, RecursionError):
            return ""
    lines = body.split("\n")
    start = next((at for at, line in enumerate(lines) if "(cost=" in line), None)
    if start is None:
        return ""
    kept = (line for line in lines[start:] if not _DROPPED.match(line))
    return "\n".join(_line(line) for line in kept)


def _line(line: str) -> str:
    if not _TELLS_VALUES.match(line):
        return line
    label, _, rest = line.partition(":")
    return f"{label}:{masked(rest)}"


def _masked(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: each if key in _NAMES else _masked(each) for key, each in node.items()}
    if isinstance(node, list):
        return [_masked(each) for each in node]
    return masked(node) if isinstance(node, str) else node
