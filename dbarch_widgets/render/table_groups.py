"""Groups of tables, each small enough for one page: by database schema, by name prefix, or by who refers to whom.

Communities are found by Louvain's method on the relations, with a fixed seed; a relation to a table that many refer to
counts less, so that hubs do not pull everything to them. A group that is too large for a page is divided in the same way.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.model.schema import QName
from dbarch_widgets.render.crowsfoot import ErModel

Grouping = Literal["auto", "schema", "prefix", "community", "none"]
GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)
ABOVE = 60
MOST = 30
_LEAST = 3
_TINY = 6
_SEED = 7
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[0-9]+")


@dataclass(frozen=True)
class TableGroup:
    """Some tables under a name that no other group of the diagram has."""

    name: str
    tables: tuple[QName, ...]


def table_groups(model: ErModel, how: Grouping = "auto") -> tuple[TableGroup, ...]:
    """Every table in exactly one group, the same groups for the same model; none for "none".

    Raises:
        InputError: there is no such way to group.
    """
    if how not in GROUPINGS:
        raise InputError(f"{how!r} is no way to group tables", to_do=f"one of {', '.join(GROUPINGS)}")
    if how == "none" or not model.entities:
        return ()
    parts = _PARTS[how](model) if how != "auto" else _automatic(model)
    return _named(model, [piece for name, part in parts for piece in _small(model, name, part)])


def find_group(groups: Sequence[TableGroup], name: str) -> TableGroup:
    """The group of that name.

    Raises:
        UnknownName: there is none; the message offers the nearest names.
    """
    for group in groups:
        if group.name == name:
            return group
    raise UnknownName("group of tables", name, [group.name for group in groups])


_Part = tuple[str, list[QName]]


def _automatic(model: ErModel) -> list[_Part]:
    """By schema where there are several and none holds nearly all; by prefix where most tables share one; else by relations."""
    total = len(model.entities)
    schemas = Counter(entity.name.schema for entity in model.entities)
    if 1 < len(schemas) <= total / _LEAST and max(schemas.values()) <= 0.6 * total:
        return _by_schema(model)
    prefixes = _by_prefix(model)
    covered = sum(len(part) for name, part in prefixes if name)
    home = {table: number for number, (_, part) in enumerate(prefixes) for table in part}
    inside = sum(home[relation.child] == home[relation.parent] for relation in model.relations)
    few_enough = _LEAST < len(prefixes) <= max(16, total // 12)
    if few_enough and covered >= 0.75 * total and inside >= 0.4 * len(model.relations):
        return prefixes
    return _by_community(model)


def _by_schema(model: ErModel) -> list[_Part]:
    found: dict[str, list[QName]] = defaultdict(list)
    for entity in model.entities:
        found[entity.name.schema].append(entity.name)
    return [(name or "(no schema)", tables) for name, tables in found.items()]


def _by_prefix(model: ErModel) -> list[_Part]:
    """The first word of the names, behind what all names begin with; the last part has the names of rare words."""
    words = {entity.name: _words(entity.name.name) for entity in model.entities}
    while (
        words
        and len({tuple(each[:1]) for each in words.values()}) == 1
        and all(len(each) > 1 for each in words.values())
    ):
        words = {name: each[1:] for name, each in words.items()}
    counts = Counter(each[0] for each in words.values())
    found: dict[str, list[QName]] = defaultdict(list)
    for name, each in words.items():
        found[each[0] if counts[each[0]] >= _LEAST else ""].append(name)
    rest = found.pop("", [])
    return [*found.items(), *([("", rest)] if rest else [])]


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)] or [name]


def _by_community(model: ErModel) -> list[_Part]:
    tied = [entity.name for entity in model.entities if entity.name in model.touching]
    alone = [entity.name for entity in model.alone]
    parts: list[_Part] = [("", part) for part in _communities(model, tied)]
    return [*parts, *([("Without relations", alone)] if alone else [])]


_PARTS = {"schema": _by_schema, "prefix": _by_prefix, "community": _by_community}


def _communities(model: ErModel, names: Sequence[QName], resolution: float = 1.0) -> list[list[QName]]:
    """Louvain's communities, those of one or two tables joined to the one they have most relations with."""
    import networkx as nx

    inside = set(names)
    degree = Counter(relation.parent for relation in model.relations)
    graph = nx.Graph()
    graph.add_nodes_from(names)
    for name in names:
        for relation in model.touching.get(name, ()):
            if relation.child == name and relation.parent in inside and relation.parent != name:
                weight = 1 / math.sqrt(degree[relation.parent])
                known = graph.get_edge_data(name, relation.parent, {"weight": 0.0})["weight"]
                graph.add_edge(name, relation.parent, weight=known + weight)
    found = nx.community.louvain_communities(graph, weight="weight", resolution=resolution, seed=_SEED)
    place = {name: number for number, name in enumerate(names)}
    parts = sorted((sorted(part, key=place.__getitem__) for part in found), key=lambda part: place[part[0]])
    return _joined(model, parts)


def _joined(model: ErModel, parts: list[list[QName]]) -> list[list[QName]]:
    """The parts without tiny ones: those go where their relations lead, or together."""
    home = {name: number for number, part in enumerate(parts) for name in part}
    sizes = [len(part) for part in parts]
    left: list[QName] = []
    for number, part in enumerate(parts):
        if len(part) >= _TINY:
            continue
        near: Counter[int] = Counter()
        for name in part:
            for relation in model.touching.get(name, ()):
                for end in (relation.child, relation.parent):
                    if end in home and home[end] != number and sizes[home[end]] >= _TINY:
                        near[home[end]] += 1
        fitting = [place for place, _ in near.most_common() if sizes[place] + len(part) <= MOST]
        if fitting:
            best = fitting[0]
            parts[best] = [*parts[best], *part]
            sizes[best] += len(part)
            parts[number] = []
        elif len(part) < _LEAST:
            left += part
            parts[number] = []
    return [part for part in [*parts, left] if part]


def _small(model: ErModel, name: str, part: list[QName]) -> list[_Part]:
    """The part, in pieces when it is too large for a page."""
    if len(part) <= MOST:
        return [(name, part)]
    tied = [table for table in part if table in model.touching]
    alone = [table for table in part if table not in model.touching]
    pieces = [alone[at : at + MOST] for at in range(0, len(alone), MOST)]
    waiting = [tied] if tied else []
    resolution = 1.0
    while waiting:
        large = waiting.pop()
        found = _communities(model, large, resolution) if len(large) > MOST else [large]
        for each in found:
            if len(each) <= MOST:
                pieces.append(each)
            elif len(found) > 1 or resolution < 4:
                waiting.append(each)
                resolution *= 1.15
            else:  # nothing tells them apart: cut
                pieces += [each[at : at + MOST] for at in range(0, len(each), MOST)]
    return [(name, piece) for piece in pieces]


def _named(model: ErModel, parts: Sequence[_Part]) -> tuple[TableGroup, ...]:
    """The groups with names of their own: the part's, a prefix that most members share, or the table most point at."""
    repeated = Counter(name for name, _ in parts)
    found: list[TableGroup] = []
    seen: set[str] = set()
    place = {entity.name: number for number, entity in enumerate(model.entities)}
    for name, tables in parts:
        words = name if name and repeated[name] == 1 else _name(model, name, tables)
        unique, number = words, 2
        while unique in seen:
            unique, number = f"{words} {number}", number + 1
        seen.add(unique)
        found.append(TableGroup(unique, tuple(sorted(tables, key=place.__getitem__))))
    return tuple(found)


def _name(model: ErModel, name: str, tables: Iterable[QName]) -> str:
    tables = list(tables)
    if not any(table in model.touching for table in tables):
        return name or "Without relations"
    first = Counter(_words(table.name)[0] for table in tables)
    word, count = first.most_common(1)[0]
    everywhere = sum(_words(entity.name.name)[0] == word for entity in model.entities)
    if not name and count >= max(_LEAST, 0.7 * len(tables)) and count >= 0.6 * everywhere:
        return word
    inside = set(tables)
    degree = Counter(
        relation.parent for table in tables for relation in model.touching.get(table, ()) if relation.child in inside
    )
    hub = max((table for table in tables), key=lambda table: (degree[table], len(model.touching.get(table, ()))))
    return f"{name}: {hub.name}" if name else f"around {hub}"
