"""Tables that belong together: groups of a size that a reader takes in at once.

Two groups join along the relation whose ends have the fewest other relations, as long as the result is small enough. So a
detail stays with its one parent, while a hub that everything refers to pulls nothing to it.
"""

from __future__ import annotations

from collections import Counter

from dbarch_widgets.model.schema import QName
from dbarch_widgets.render.crowsfoot import ErModel

Group = tuple[str, int]


def groups(model: ErModel, most: int, *, across: bool = False) -> dict[QName, Group]:
    """The group of each entity, at most `most` in one, within a database schema unless `across`.

    A database schema with no more than `most` entities is one group; those without relations share one. A group is its
    database schema (empty when `across`) and a number.
    """
    schemas = {entity.name: "" if across else entity.name.schema for entity in model.entities}
    sizes = Counter(schemas.values())
    joined = _join(model, schemas, most)
    numbers: dict[QName | None, int] = {}
    found = {}
    for name, schema in schemas.items():
        key = joined[name] if name in model.touching else None
        number = 0 if sizes[schema] <= most else 1 + numbers.setdefault(key, len(numbers))
        found[name] = (schema, number)
    return found


def _join(model: ErModel, schemas: dict[QName, str], most: int) -> dict[QName, QName]:
    """The first member of each entity's group."""
    degree = {name: len(model.touching.get(name, ())) for name in schemas}
    members = {name: [name] for name in schemas}
    head = {name: name for name in schemas}
    lines = sorted(
        (degree[relation.parent] * degree[relation.child], relation.child, relation.parent)
        for relation in model.relations
        if schemas[relation.child] == schemas[relation.parent]
    )
    for _, child, parent in lines:
        small, large = sorted((head[child], head[parent]), key=lambda name: len(members[name]))
        if small != large and len(members[small]) + len(members[large]) <= most:
            for name in members[small]:
                head[name] = large
            members[large] += members.pop(small)
    return head
