"""The name of an operator as PostgreSQL's text form prints it, made from the fields of its JSON form and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_AGGREGATES = {"Plain": "Aggregate", "Sorted": "GroupAggregate", "Hashed": "HashAggregate", "Mixed": "MixedAggregate"}
_STRATEGIES = {name: strategy for strategy, name in _AGGREGATES.items()}
_JOIN = re.compile(
    r"(?P<kind>Nested Loop|Hash|Merge)"
    r"(?: (?P<type>Left|Right|Full|Semi|Anti|Right Semi|Right Anti))? Join|Nested Loop"
)
_SET_OPERATION = re.compile(r"(?P<hash>Hash)?SetOp (?P<command>Intersect|Except)(?P<all> All)?")
_WRITE = re.compile(r"(?P<foreign>Foreign )?(?P<operation>Insert|Update|Delete|Merge)")
_PARTIAL = re.compile(r"(?P<mode>Partial|Finalize) (?=\S*Aggregate)")


def operator_of(told: Mapping[str, Any]) -> str:
    """`Parallel Hash Left Join`, `Partial HashAggregate`, `Index Scan Backward`, `Update` …"""
    lead = "Parallel " if told.get("Parallel Aware") else ""
    lead += "Async " if told.get("Async Capable") else ""
    return lead + _name(str(told["Node Type"]), told)


def _name(kind: str, told: Mapping[str, Any]) -> str:
    join = told.get("Join Type", "Inner")
    match kind:
        case "Aggregate":
            mode = told.get("Partial Mode", "Simple")
            name = _AGGREGATES.get(str(told.get("Strategy", "Plain")), kind)
            return name if mode == "Simple" else f"{mode} {name}"
        case "SetOp":
            lead = "Hash" if told.get("Strategy") == "Hashed" else ""
            return f"{lead}SetOp {told.get('Command', '')}".strip()
        case "ModifyTable":
            return str(told.get("Operation", kind))
        case "Nested Loop":
            return kind if join == "Inner" else f"Nested Loop {join} Join"
        case "Hash Join" | "Merge Join":
            return kind if join == "Inner" else f"{kind.removesuffix(' Join')} {join} Join"
        case "Foreign Scan":
            return kind if told.get("Operation", "Select") == "Select" else f"Foreign {told['Operation']}"
        case "Index Scan" | "Index Only Scan":
            return f"{kind} Backward" if told.get("Scan Direction") == "Backward" else kind
        case "Custom Scan":
            return f"Custom Scan ({told.get('Custom Plan Provider', '?')})"
    return kind


def fields_of(operator: str) -> dict[str, Any]:
    """The fields of the JSON form for a name of the text form."""
    told: dict[str, Any] = {}
    for lead, key in (("Parallel ", "Parallel Aware"), ("Async ", "Async Capable")):
        if operator.startswith(lead):
            told[key] = True
            operator = operator.removeprefix(lead)
    if partial := _PARTIAL.match(operator):
        told["Partial Mode"] = partial["mode"]
        operator = operator[partial.end() :]
    return told | _fields(operator)


def _fields(operator: str) -> dict[str, Any]:
    if operator in _STRATEGIES:
        return {"Node Type": "Aggregate", "Strategy": _STRATEGIES[operator]}
    if found := _JOIN.fullmatch(operator):
        kind = found["kind"] or "Nested Loop"
        return {
            "Node Type": kind if kind == "Nested Loop" else f"{kind} Join",
            "Join Type": found["type"] or "Inner",
        }
    if found := _SET_OPERATION.fullmatch(operator):
        command = found["command"] + (found["all"] or "")
        return {"Node Type": "SetOp", "Strategy": "Hashed" if found["hash"] else "Sorted", "Command": command}
    if found := _WRITE.fullmatch(operator):
        kind = "Foreign Scan" if found["foreign"] else "ModifyTable"
        return {"Node Type": kind, "Operation": found["operation"]}
    if operator.endswith(" Backward"):
        return {"Node Type": operator.removesuffix(" Backward"), "Scan Direction": "Backward"}
    if operator.startswith("Custom Scan ("):
        return {"Node Type": "Custom Scan", "Custom Plan Provider": operator[len("Custom Scan (") : -1]}
    return {"Node Type": operator}
