"""Holds two schemas against each other, but for where things stood and in which order they were made."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from dbarch_widgets.model.report import ImportReport
from dbarch_widgets.model.schema import Schema

KINDS = ("tables", "views", "enums", "domains", "sequences", "functions", "extensions", "roles", "default_privileges",
         "namespaces")  # fmt: skip


def bare(thing: Any) -> Any:
    """Without files and lines; indexes and partitions' children in no order."""
    if is_dataclass(thing) and not isinstance(thing, type):
        names = [field.name for field in fields(thing) if field.init and field.name != "report"]
        new = {name: None if name in ("file", "line") else bare(getattr(thing, name)) for name in names}
        if "indexes" in new:
            new["indexes"] = tuple(sorted(new["indexes"] or (), key=lambda index: index.name))
        if isinstance(thing, Schema):
            new["report"] = ImportReport()
        return replace(thing, **new)
    if type(thing) is tuple:
        return tuple(bare(item) for item in thing)
    return thing


def unlike(one: Schema, other: Schema, kinds: tuple[str, ...] = KINDS) -> list[str]:
    """What differs, one line each; empty when the schemas are the same."""
    first, second = bare(one), bare(other)
    found = [] if first.database_grants == second.database_grants else ["database_grants"]
    for kind in kinds:
        ours = {_key(item): item for item in getattr(first, kind)}
        theirs = {_key(item): item for item in getattr(second, kind)}
        found += [f"{kind}: {key} is only in one of them" for key in sorted(ours.keys() ^ theirs.keys())]
        for key in sorted(ours.keys() & theirs.keys()):
            for field in fields(ours[key]):
                mine, its = getattr(ours[key], field.name), getattr(theirs[key], field.name)
                if mine != its:
                    mine, its = _odd_ones(mine, its)
                    found.append(f"{kind}: {key}.{field.name}:\n    {mine}\n    {its}")
    return found


def _key(item: Any) -> tuple[str, ...]:
    return tuple(
        str(getattr(item, name, "")) for name in ("schema", "name", "role", "arguments", "for_role", "object_kind")
    )


def _odd_ones(mine: Any, its: Any) -> tuple[Any, Any]:
    """Of two lists of the same length only the items that differ."""
    if type(mine) is tuple and type(its) is tuple and len(mine) == len(its):
        pairs = [pair for pair in zip(mine, its, strict=True) if pair[0] != pair[1]]
        return [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return mine, its
