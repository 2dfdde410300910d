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
    said = relation.name if relation.inferred is None else inferred_words(relation.inferred)
    words = f"{said}: {columns(relation.child.name, relation.columns)} → "
    words += f"{columns(relation.parent.name, relation.ref_columns)}; {cardinality(relation)}"
    if relation.on_delete != "no action":
        words += f"; on delete {relation.on_delete}"
    if relation.missing:
        words += "; the referenced table is missing"
    if not relation.trusted:
        words += "; not validated"
    if relation.reason:
        words += f"; {relation.reason}"
    return words


def inferred_words(confidence: float) -> str:
    """`inferred (0.8)`: nobody declared the relation."""
    return f"inferred ({confidence:.2g})"


def columns(table: str, names: tuple[str, ...]) -> str:
    """`orders (a, b)`."""
    return f"{table} ({', '.join(names)})"
