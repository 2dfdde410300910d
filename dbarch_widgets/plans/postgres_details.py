"""The lines below a node of PostgreSQL's text plan, as the fields of its JSON form."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Told = dict[str, Any]

_LINE = re.compile(r"\s*(?P<key>[A-Z][A-Za-z/-]*(?: [A-Za-z0-9/-]+){0,4}):(?: +(?P<value>.*))?", re.DOTALL)
_WORKER = re.compile(r"\s*Worker (?P<number>\d+):\s*(?P<rest>.*)", re.DOTALL)
_PAIR = re.compile(r"([A-Za-z][A-Za-z -]*?)[=:] ?(\d+(?:\.\d+)?)")
_SORT = re.compile(r"(?P<method>.+?)  (?P<kind>Memory|Disk): (?P<size>\d+)kB")
_GROUPS = re.compile(
    r"(?P<count>\d+)  Sort Methods?: (?P<methods>.+?)"
    r"(?:  Average Memory: (?P<memory>\d+)kB  Peak Memory: (?P<peak>\d+)kB)?"
    r"(?:  Average Disk: (?P<disk>\d+)kB  Peak Disk: (?P<peak_disk>\d+)kB)?"
)
_SAMPLING = re.compile(r"(?P<method>\S+) \((?P<parameters>.*?)\)(?: REPEATABLE \((?P<seed>.*)\))?")
_BUCKETS = re.compile(r"(?P<key>Buckets|Batches): (?P<now>\d+)(?: \(originally (?P<was>\d+)\))?")
_KB = re.compile(r"(Memory Usage|Disk Usage|Maximum Storage): (\d+)kB")
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_BLOCKS = {"hit": "Hit", "read": "Read", "dirtied": "Dirtied", "written": "Written"}
_WAL = {"records": "WAL Records", "fpi": "WAL FPI", "bytes": "WAL Bytes", "buffers full": "WAL Buffers Full"}
_CACHE = ("Hits", "Misses", "Evictions", "Overflows")


def read_detail(node: Told, line: str) -> str | None:
    """Put what the line tells into the node; returns the key under which it stands, None when it is no such line."""
    indent = len(line) - len(line.lstrip())
    if worker := _WORKER.fullmatch(line):
        told = _worker(node, int(worker["number"]), indent)
        rest = _LINE.fullmatch(worker["rest"])
        return _put(told, rest["key"], rest["value"] or "") if rest else "Workers"
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    workers = node.get("Workers")
    told = workers[-1] if workers and indent > workers[-1]["Indent"] else node
    return _put(told, found["key"], (found["value"] or "").rstrip())


def _worker(node: Told, number: int, indent: int) -> Told:
    """What this worker told, put last: the lines indented below are its own."""
    workers = node.setdefault("Workers", [])
    told = next((each for each in workers if each["Worker Number"] == number), {"Worker Number": number})
    workers[:] = [each for each in workers if each is not told]
    workers.append(told)
    told["Indent"] = indent
    return told


def _put(node: Told, key: str, value: str) -> str:
    special = _SPECIAL.get(key)
    if special:
        special(node, value)
        return key
    if key in ("Group Key", "Hash Key") or (key == "Sort Key" and "Group Key" in node):
        node[key] = f"{node[key]}; {value}" if key in node else value
        return key
    node[key] = _number(value) if key in _NUMBERS else value
    return key


def _number(value: str) -> float | str:
    return float(value) if _PLAIN.fullmatch(value) else value


def _sort(node: Told, value: str) -> None:
    found = _SORT.fullmatch(value)
    if found is None:
        node["Sort Method"] = value
        return
    node["Sort Method"] = found["method"]
    node["Sort Space Used"], node["Sort Space Type"] = int(found["size"]), found["kind"]


def _groups(key: str) -> Callable[[Told, str], None]:
    def read(node: Told, value: str) -> None:
        found = _GROUPS.fullmatch(value)
        if found is None:
            node[key] = value
            return
        told: Told = {"Group Count": int(found["count"]), "Sort Methods Used": found["methods"].split(", ")}
        if found["memory"]:
            told["Sort Space Memory"] = _space(found["memory"], found["peak"])
        if found["disk"]:
            told["Sort Space Disk"] = _space(found["disk"], found["peak_disk"])
        node[key] = told

    return read


def _space(average: str, peak: str) -> Told:
    return {"Average Sort Space Used": int(average), "Peak Sort Space Used": int(peak)}


def _hash(node: Told, value: str, first: str = "Buckets") -> None:
    """`1024  Batches: 1  Memory Usage: 9kB`, of a Hash or of a HashAggregate."""
    text = f"{first}: {value}"
    hashes = first == "Buckets"
    for found in _BUCKETS.finditer(text):
        lead = "Hash " if hashes else "HashAgg "
        node[f"{lead}{found['key']}"] = int(found["now"])
        if found["was"]:
            node[f"Original {lead}{found['key']}"] = int(found["was"])
    for name, size in _KB.findall(text):
        node["Peak Memory Usage" if name == "Memory Usage" else name] = int(size)


def _planned(node: Told, value: str) -> None:
    number, _, rest = value.partition("  ")
    node["Planned Partitions"] = int(number)
    if rest:
        _hash(node, rest.removeprefix("Batches: "), "Batches")


def _cache(node: Told, value: str) -> None:
    numbers = dict(_PAIR.findall(f"Hits: {value}"))
    node |= {f"Cache {name}": int(numbers[name]) for name in _CACHE if name in numbers}
    _hash(node, "", value)


def _storage(node: Told, value: str) -> None:
    kind, _, rest = value.partition("  ")
    node["Storage"] = kind
    _hash(node, "", rest)


def _heap_blocks(node: Told, value: str) -> None:
    for name, number in _PAIR.findall(value):
        node[f"{name.strip().capitalize()} Heap Blocks"] = int(number)


def _tuples(node: Told, value: str) -> None:
    for name, number in _PAIR.findall(value):
        node[f"Tuples {name.strip().capitalize()}"] = float(number)


def _sampling(node: Told, value: str) -> None:
    found = _SAMPLING.fullmatch(value)
    if found is None:
        node["Sampling"] = value
        return
    node["Sampling Method"], node["Sampling Parameters"] = found["method"], [found["parameters"]]
    if found["seed"]:
        node["Repeatable Seed"] = found["seed"]


def read_buffers(node: Told, value: str) -> None:
    """`shared hit=1 read=2, temp written=3`."""
    for part in value.split(", "):
        kind, _, numbers = part.partition(" ")
        for name, number in _PAIR.findall(numbers):
            node[f"{kind.capitalize()} {_BLOCKS.get(name, name)} Blocks"] = int(number)


def _io(node: Told, value: str) -> None:
    """`shared read=0.1 write=0.2, temp read=3.0`; before version 15 without the kind."""
    for part in value.split(", "):
        before = part.split("=")[0].split()
        kind = before[0] if len(before) > 1 else ""
        lead = "" if kind in ("", "shared/local") else f"{kind.capitalize()} "
        for name, number in re.findall(r"(read|write)=(\d+(?:\.\d+)?)", part):
            node[f"{lead}I/O {name.capitalize()} Time"] = float(number)


def _wal(node: Told, value: str) -> None:
    for name, number in re.findall(r"(records|fpi|bytes|buffers full)=(\d+)", value):
        node[_WAL[name]] = int(number)


_SPECIAL: dict[str, Callable[[Told, str], None]] = {
    "Sort Method": _sort,
    "Full-sort Groups": _groups("Full-sort Groups"),
    "Pre-sorted Groups": _groups("Pre-sorted Groups"),
    "Buckets": _hash,
    "Batches": lambda node, value: _hash(node, value, "Batches"),
    "Planned Partitions": _planned,
    "Hits": _cache,
    "Storage": _storage,
    "Heap Blocks": _heap_blocks,
    "Tuples": _tuples,
    "Sampling": _sampling,
    "Buffers": read_buffers,
    "I/O Timings": _io,
    "WAL": _wal,
}
_NUMBERS = frozenset(
    {
        *("Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck"),
        *("Rows Removed by Conflict Filter", "Heap Fetches", "Index Searches", "Workers Planned", "Workers Launched"),
        *("Subplans Removed", "Tuples Inserted", "Conflicting Tuples"),
    }
)
