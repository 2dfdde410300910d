"""The line of a node in PostgreSQL's text plan: what it is, on what, what it was to cost and what it did cost."""

from __future__ import annotations

import re
from typing import Any

from dbarch_widgets.plans.postgres_operator import fields_of

_NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"
_COST = rf"\(cost=(?P<startup>{_NUMBER})\.\.(?P<total>{_NUMBER}) rows=(?P<rows>{_NUMBER}) width=(?P<width>\d+)\)"
_ACTUAL = (
    rf"\(actual (?:time=(?P<first>{_NUMBER})\.\.(?P<last>{_NUMBER}) )?rows=(?P<given>{_NUMBER}) loops=(?P<loops>\d+)\)"
)
_NEVER = r"\((?P<never>never executed)\)"
_TAIL = re.compile(rf"^(?P<what>.*?)(?:\s+{_COST})?(?:\s+(?:{_ACTUAL}|{_NEVER}))?$", re.DOTALL)
_NAME = r'(?:"(?:[^"]|"")*"|[^\s".(]+)'
_PATH = rf"{_NAME}(?:\.{_NAME})*"
_ON = re.compile(rf" on (?P<object>{_PATH})(?: (?P<alias>{_NAME}))?$")
_USING = re.compile(rf" using (?P<index>{_NAME})(?= on |$)")
_WORD = re.compile(_NAME)

# A node without costs (COSTS OFF) is known by its name alone.
_OPERATORS = re.compile(
    r"(?:Parallel |Async )*(?:Partial |Finalize )?"
    r"(?:Result|ProjectSet|Append|Merge Append|Recursive Union|Bitmap(?:And|Or)|Nested Loop|(?:Nested Loop|Hash|Merge)"
    r"(?: (?:Left|Right|Full|Semi|Anti|Right Semi|Right Anti))? Join|Seq Scan|Sample Scan|Gather(?: Merge)?|Index(?: Only)? Scan"
    r"|Bitmap (?:Index|Heap) Scan|Tid(?: Range)? Scan|(?:Subquery|Function|Table Function|Values|CTE|Named Tuplestore|WorkTable"
    r"|Foreign) Scan|Custom Scan|Materialize|Memoize|Sort|Incremental Sort|Group|\w*Aggregate|WindowAgg|Unique|(?:Hash)?SetOp"
    r"|LockRows|Limit|Hash|(?:Foreign )?(?:Insert|Update|Delete|Merge))(?= on | using | Backward| Intersect| Except| \(|$)"
)


def is_head(text: str) -> bool:
    """Whether the text is the line of a node."""
    found = _TAIL.match(text.strip())
    if found is None:
        return False
    return bool(found["startup"] or found["given"] or found["never"]) or bool(_OPERATORS.match(found["what"]))


def has_cost(text: str) -> bool:
    """Whether the line ends in the figures of a node."""
    found = _TAIL.match(text.strip())
    return bool(found and (found["startup"] or found["given"] or found["never"]))


def head_of(text: str) -> dict[str, Any]:
    """The fields that the line tells, named as in PostgreSQL's JSON form."""
    found = _TAIL.match(text.strip())
    assert found is not None
    told = _what(found["what"].strip())
    if found["startup"] is not None:
        told |= {"Startup Cost": float(found["startup"]), "Total Cost": float(found["total"])}
        told |= {"Plan Rows": float(found["rows"]), "Plan Width": int(found["width"])}
    if found["first"] is not None:
        told |= {"Actual Startup Time": float(found["first"]), "Actual Total Time": float(found["last"])}
    if found["given"] is not None:
        told |= {"Actual Rows": float(found["given"]), "Actual Loops": int(found["loops"])}
    if found["never"]:
        told |= {"Actual Rows": 0.0, "Actual Loops": 0}
    return told


def _what(text: str) -> dict[str, Any]:
    """`Index Scan using a on public.b c` in parts."""
    named: dict[str, Any] = {}
    if on := _ON.search(text):
        parts = [names_in(on["object"])[0], names_in(on["alias"])[0] if on["alias"] else []]
        text = text[: on.start()]
        if using := _USING.search(text):
            named["Index Name"] = unquoted(using["index"])
            text = text[: using.start()]
        told = fields_of(text)
        return told | named | _object(str(told["Node Type"]), parts[0], parts[1])
    return fields_of(text)


def _object(kind: str, path: list[str], alias: list[str]) -> dict[str, Any]:
    """What the node works on, under the key that PostgreSQL has for this kind of node."""
    name, called = path[-1], alias[-1] if alias else path[-1]
    if kind == "Bitmap Index Scan":
        return {"Index Name": name}
    key = {
        "CTE Scan": "CTE Name",
        "WorkTable Scan": "CTE Name",
        "Named Tuplestore Scan": "Tuplestore Name",
        "Function Scan": "Function Name",
        "Table Function Scan": "Table Function Name",
        "Values Scan": None,
        "Subquery Scan": None,
    }.get(kind, "Relation Name")
    told: dict[str, Any] = {} if key is None else {key: name}
    if len(path) > 1 and key is not None:
        told["Schema"] = path[-2]
    return told | {"Alias": called}


def names_in(text: str) -> list[list[str]]:
    """The dotted names in a text, each in its parts, without quotes."""
    return [[unquoted(part) for part in _WORD.findall(word)] for word in re.findall(_PATH, text)]


def unquoted(name: str) -> str:
    """The name without its quotes; a quote in it is doubled."""
    return name[1:-1].replace('""', '"') if name.startswith('"') and name.endswith('"') and len(name) > 1 else name
