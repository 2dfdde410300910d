"""A relation in words, for tooltips, tables and readers who do not see the picture."""

from __future__ import annotations

from dbarch_widgets.render.crowsfoot import ChildEnd, ParentEnd, Relation

_CHILD: dict[ChildEnd, str] = {"0..N": "any number of", "0..1": "at most one"}
_PARENT: dict[ParentEnd, str] = {"1": "exactly one", "0..1": "at most one"}


def cardinality(relation: Relation) -> str:
    """`each orders has exactly one accounts, each accounts any number of orders`, in the table's own names."""
    if relation.kind == "inherits":
        return f"{relation.child} inherits from {relation.parent}"
    child, parent = relation.child.name, relation.parent.name
    return (
        f"each {child} has {_PARENT[relation.parent_end]} {parent}; "
        f"each {parent} has {_CHILD[relation.child_end]} {child}"
    )


def sentence(relation: Relation) -> str:
    """The whole relation on one line."""
    if relation.kind == "inherits":
        return cardinality(relation)
    words = f"{relation.name}: {columns(relation.child.name, relation.columns)} → "
    words += f"{columns(relation.parent.name, relation.ref_columns)}; {cardinality(relation)}"
    if relation.on_delete != "no action":
        words += f"; on delete {relation.on_delete}"
    if relation.missing:
        words += "; the referenced table is missing"
    if not relation.trusted:
        words += "; not validated"
    return words


def columns(table: str, names: tuple[str, ...]) -> str:
    """`orders (a, b)`."""
    return f"{table} ({', '.join(names)})"
