"""What a diagram says, in words: the alternative text and the table of relations. Made from the model, not from the picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from dbarch_widgets.model.schema import QName
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.crowsfoot import ErModel, Relation
from dbarch_widgets.render.drawing.marks import Marks
from dbarch_widgets.render.relation_words import cardinality, columns, inferred_words
from dbarch_widgets.render.table_groups import TableGroup
from dbarch_widgets.render.table_rows import counted

LIMIT = 600
RELATION_HEADERS = ("Table", "Columns", "Refers to", "Cardinality", "On delete")
_FEW = 8


def alt_text(
    model: ErModel,
    over: Marks,
    focus: QName | None = None,
    hops: int = 1,
    *,
    group: str | None = None,
    cuts: Sequence[Relation] = (),
) -> str:
    """The diagram in at most 600 characters; `cuts` are relations that lead out of it."""
    parts = [_opening(model, focus, hops, group)]
    referenced = [(name, relations) for name, relations in _by_degree(model) if relations > 1]
    tables = [entity for entity in model.entities if entity.table]
    if 0 < len(tables) <= _FEW:
        parts.append(f"Tables: {_names(entity.name for entity in tables)}.")
    if referenced:
        hubs = ", ".join(f"{one_line(name, 40)} ({counted(count, 'relation')})" for name, count in referenced[:3])
        parts.append(f"{'Hub' if len(referenced) == 1 else 'Hubs'}: {hubs}.")
    if joins := sum(entity.junction for entity in model.entities):
        parts.append(f"{counted(joins, 'table')} only {'joins' if joins == 1 else 'join'} others (m:n).")
    if alone := [entity.name for entity in model.alone if entity.table]:
        parts.append(
            f"{counted(len(alone), 'table')} {'stands' if len(alone) == 1 else 'stand'} alone: {_names(alone)}."
        )
    if missing := [entity.name for entity in model.entities if entity.table is None]:
        parts.append(f"Referenced but missing: {_names(missing)}.")
    if guessed := sum(relation.inferred is not None for relation in model.relations):
        parts.append(f"{counted(guessed, 'relation is', 'relations are')} inferred, not declared.")
    if cuts:
        others = {end for relation in cuts for end in (relation.child, relation.parent)} - set(model.by_name)
        parts.append(
            f"{counted(len(cuts), 'relation leads', 'relations lead')} to {counted(len(others), 'table')} elsewhere."
        )
    parts += over.said
    return one_line(" ".join(parts), LIMIT)


def overview_alt(model: ErModel, groups: Sequence[TableGroup], over: Marks) -> str:
    """The overview of groups in at most 600 characters."""
    largest = sorted(groups, key=lambda group: -len(group.tables))[:_FEW]
    home = {table: group.name for group in groups for table in group.tables}
    links: Counter[tuple[str, str]] = Counter(
        (home[relation.child], home[relation.parent])
        for relation in model.relations
        if home[relation.child] != home[relation.parent]
    )
    parts = [f"Overview of {_size(model)}, in {counted(len(groups), 'group')}."]
    parts.append(f"Largest: {', '.join(f'{one_line(each.name, 40)} ({len(each.tables)})' for each in largest)}.")
    if links:
        top = [f"{one_line(a, 30)} to {one_line(b, 30)} ({number})" for (a, b), number in links.most_common(3)]
        parts.append(f"Most relations: {', '.join(top)}.")
    return one_line(" ".join([*parts, *over.said]), LIMIT)


def _opening(model: ErModel, focus: QName | None, hops: int, group: str | None) -> str:
    size = _size(model)
    if focus:
        return f"Entity-relationship diagram around {one_line(focus, 60)}, {counted(hops, 'hop')}: {size}."
    if group:
        return f"Entity-relationship diagram of the group {one_line(group, 60)}: {size}."
    return f"Entity-relationship diagram of {size}."


def _size(model: ErModel) -> str:
    tables = sum(entity.table is not None for entity in model.entities)
    keys = sum(relation.kind == "foreign key" and relation.inferred is None for relation in model.relations)
    size = counted(tables, "table")
    if len(model.schemas) > 1:
        size += f" in {len(model.schemas)} schemas"
    return size + f" with {counted(keys, 'foreign key')}"


def _by_degree(model: ErModel) -> list[tuple[QName, int]]:
    degrees = [(name, len(relations)) for name, relations in model.touching.items()]
    return sorted(degrees, key=lambda pair: (-pair[1], str(pair[0])))


def _names(names: Iterable[QName]) -> str:
    listed = [one_line(name, 40) for name in names]
    more = f" and {len(listed) - _FEW} more" if len(listed) > _FEW else ""
    return ", ".join(listed[:_FEW]) + more


def relation_rows(relations: Iterable[Relation]) -> tuple[tuple[str, str, str, str, str], ...]:
    """One row per relation, as `RELATION_HEADERS` names them."""
    return tuple(_row(relation) for relation in relations)


def _row(relation: Relation) -> tuple[str, str, str, str, str]:
    target = columns(str(relation.parent), relation.ref_columns) if relation.columns else str(relation.parent)
    if relation.missing:
        target += " (missing)"
    words = cardinality(relation)
    if not relation.trusted:
        words += "; not validated"
    if relation.inferred is not None:
        words += f"; {inferred_words(relation.inferred)}"
    action = relation.on_delete if relation.kind == "foreign key" and relation.inferred is None else ""
    return (str(relation.child), ", ".join(relation.columns), target, words, action)
