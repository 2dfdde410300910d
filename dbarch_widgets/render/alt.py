"""What a diagram says, in words: the alternative text and the table of relations. Made from the model, not from the picture."""

from __future__ import annotations

from collections.abc import Iterable

from dbarch_widgets.model.schema import QName
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.crowsfoot import ErModel, Relation
from dbarch_widgets.render.finding_marks import FindingMarks
from dbarch_widgets.render.relation_words import cardinality, columns
from dbarch_widgets.render.table_rows import counted

LIMIT = 600
RELATION_HEADERS = ("Table", "Columns", "Refers to", "Cardinality", "On delete")
_FEW = 8


def alt_text(model: ErModel, marks: FindingMarks, focus: QName | None = None, hops: int = 1) -> str:
    """The diagram in at most 600 characters."""
    parts = [_opening(model, focus, hops)]
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
    if found := [
        f"{marks.total[severity]} {severity}" for severity in ("high", "medium", "low") if marks.total[severity]
    ]:
        parts.append(f"Findings on tables: {', '.join(found)}.")
    return one_line(" ".join(parts), LIMIT)


def _opening(model: ErModel, focus: QName | None, hops: int) -> str:
    tables = sum(entity.table is not None for entity in model.entities)
    keys = sum(relation.kind == "foreign key" for relation in model.relations)
    size = counted(tables, "table")
    if len(model.schemas) > 1:
        size += f" in {len(model.schemas)} schemas"
    size += f" with {counted(keys, 'foreign key')}"
    if focus:
        return f"Entity-relationship diagram around {one_line(focus, 60)}, {counted(hops, 'hop')}: {size}."
    return f"Entity-relationship diagram of {size}."


def _by_degree(model: ErModel) -> list[tuple[QName, int]]:
    degrees = [(name, len(relations)) for name, relations in model.touching.items()]
    return sorted(degrees, key=lambda pair: (-pair[1], str(pair[0])))


def _names(names: Iterable[QName]) -> str:
    listed = [one_line(name, 40) for name in names]
    more = f" and {len(listed) - _FEW} more" if len(listed) > _FEW else ""
    return ", ".join(listed[:_FEW]) + more


def relation_rows(model: ErModel) -> tuple[tuple[str, str, str, str, str], ...]:
    """One row per relation, as `RELATION_HEADERS` names them."""
    return tuple(_row(relation) for relation in model.relations)


def _row(relation: Relation) -> tuple[str, str, str, str, str]:
    target = columns(str(relation.parent), relation.ref_columns) if relation.columns else str(relation.parent)
    if relation.missing:
        target += " (missing)"
    words = cardinality(relation)
    if not relation.trusted:
        words += "; not validated"
    action = relation.on_delete if relation.kind == "foreign key" else ""
    return (str(relation.child), ", ".join(relation.columns), target, words, action)
