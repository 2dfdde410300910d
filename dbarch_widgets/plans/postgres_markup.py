"""PostgreSQL's plans as YAML and as XML → the document that its JSON form would be."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

from dbarch_widgets.errors import InputError

_TRUTHS = frozenset(
    {
        *("Parallel-Aware", "Async-Capable", "Disabled", "Inner-Unique", "Single-Copy"),
        *("Inlining", "Optimization", "Expressions", "Deforming"),
    }
)
_NUMBERS = re.compile(
    r"(?:Cost|Rows|Width|Loops|Time|Blocks|Records|FPI|Bytes|Full|Buckets|Batches|Usage|Number|Partitions|Used|Count|Hits|Misses"
    r"|Evictions|Overflows|Fetches|Searches|Removed|Planned|Launched|Functions|Calls|Inserted|Updated|Deleted|Skipped|Tuples"
    r"|Storage|Total|Nodes)$|^Rows-Removed"
)
_HYPHENS = re.compile(r"Full sort|Pre sorted|One Time")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_LISTS = {
    "Plans": "Plan",
    "Triggers": "Trigger",
    "Workers": "Worker",
    "Target-Tables": "Target-Table",
    "Grouping-Sets": "Grouping-Set",
    "Group-Keys": "Group-Key",
    "Hash-Keys": "Hash-Key",
}


def document_of_yaml(text: str) -> Any:
    """The parsed YAML.

    Raises:
        InputError: it is no YAML; the message says in which line.
    """
    import yaml

    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = None if mark is None else f"line {mark.line + 1}"
        raise InputError("this is not a plan that PostgreSQL wrote as YAML", where=where) from error


def document_of_xml(text: str) -> Any:
    """The XML with its names written as in JSON.

    Raises:
        InputError: it is no XML, or declares entities, which a plan never does.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InputError("a plan declares no entities", to_do="paste what EXPLAIN (FORMAT XML) printed")
    try:
        top = ET.fromstring(text)  # noqa: S314 - without a DOCTYPE there is nothing to expand
        query = next((each for each in top.iter() if _name(each) == "Query"), None)
        if query is None:
            raise InputError("this XML is not a plan", to_do="paste what EXPLAIN (FORMAT XML) printed")
        return [_value(query)]
    except (ET.ParseError, RecursionError) as error:
        position = getattr(error, "position", None)
        where = None if position is None else f"line {position[0]}"
        raise InputError("this is not a plan that PostgreSQL wrote as XML", where=where) from error


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _value(element: ET.Element) -> Any:
    children = list(element)
    if not children:
        if _name(element) in ("Group-Key", "Hash-Key"):
            return []
        return _scalar(_name(element), element.text or "")
    names = {_name(child) for child in children}
    if names == {"Item"}:
        return [_value(child) for child in children]
    if _name(element) in _LISTS and names == {_LISTS[_name(element)]}:
        return [_value(child) for child in children]
    return {_key(_name(child)): _value(child) for child in children}


def _key(name: str) -> str:
    """XML has no blanks in names; a few names of JSON hold a hyphen or a slash of their own."""
    words = name.replace("-", " ")
    return _HYPHENS.sub(lambda found: found[0].replace(" ", "-"), words).replace("I O ", "I/O ")


def _scalar(name: str, text: str) -> Any:
    """XML has only texts: what is a number or a truth value is known by its name."""
    if text in ("true", "false") and name in _TRUTHS:
        return text == "true"
    if _NUMBERS.search(name) and _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text
