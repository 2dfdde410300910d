"""The diagram as an outline in plain text: for terminals, for readers without pictures, and where nothing can lay one out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from dbarch_widgets.model.schema import QName
from dbarch_widgets.render import palette
from dbarch_widgets.render.box_style import BLANK
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.crowsfoot import Entity, ErModel, Relation
from dbarch_widgets.render.finding_marks import FindingMarks
from dbarch_widgets.render.relation_words import columns, inferred_words
from dbarch_widgets.render.table_groups import TableGroup
from dbarch_widgets.render.table_rows import Detail, counted, notes, rows, severity_counts, short_type

MOST_TABLES = 60
_LISTED = 12


def text_diagram(
    model: ErModel,
    marks: FindingMarks,
    *,
    detail: Detail = "full",
    title: str | None = None,
    most: int = MOST_TABLES,
    cuts: Sequence[Relation] = (),
) -> str:
    """Tables with their keys and relations, schema by schema; `cuts` are relations that lead out of the diagram.

    Of more than `most` tables those with most relations are listed, and the rest is counted.
    """
    shown = _most_connected(model, most)
    held: dict[QName, list[Relation]] = defaultdict(list)
    for relation in (*model.relations, *cuts):
        held[relation.child].append(relation)
    lines = [one_line(title)] if title else []
    lines.append(f"{counted(len(model.entities), 'table')}, {counted(len(model.relations), 'relation')}")
    for schema in model.schemas:
        entities = [entity for entity in model.entities if entity.name.schema == schema]
        listed = [entity for entity in entities if entity.name in shown]
        if len(model.schemas) > 1 and listed:
            lines += ["", f"{one_line(schema)} ({counted(len(entities), 'table')})"]
        for entity in listed:
            said = _entity(entity, model, marks, detail, held[entity.name])
            lines += said if detail == "names" else ["", *said]
    if left := len(model.entities) - len(shown):
        lines += ["", f"… {counted(left, 'more table', 'more tables')}"]
    return "\n".join(lines)


def _most_connected(model: ErModel, most: int) -> set[QName]:
    names = [entity.name for entity in model.entities]
    if len(names) > most:
        names.sort(key=lambda name: -len(model.touching.get(name, ())))
    return set(names[:most])


def text_overview(model: ErModel, groups: Sequence[TableGroup], *, title: str | None = None) -> str:
    """The groups with their tables, those with most relations first."""
    lines = [one_line(title)] if title else []
    size = f"{counted(len(model.entities), 'table')}, {counted(len(model.relations), 'relation')}"
    lines.append(f"{size}, {counted(len(groups), 'group')}")
    for group in groups:
        ranked = sorted(group.tables, key=lambda name: -len(model.touching.get(name, ())))
        named = ", ".join(one_line(name, 40) for name in ranked[:_LISTED])
        more = f" … {len(ranked) - _LISTED} more" if len(ranked) > _LISTED else ""
        lines += ["", f"{one_line(group.name)} ({counted(len(ranked), 'table')})", f"  {named}{more}"]
    return "\n".join(lines)


def _entity(entity: Entity, model: ErModel, marks: FindingMarks, detail: Detail, held: Sequence[Relation]) -> list[str]:
    head = one_line(entity.name.name) or BLANK
    said = [*notes(entity, model.hidden.get(entity.name, 0)), *_letters(marks.tables.get(entity.name, {}))]
    if said:
        head += f"  [{' · '.join(one_line(word) for word in said)}]"
    lines = [head]
    if entity.table and detail != "names":
        listed, left_out = rows(entity.table, detail, frozenset(marks.columns.get(entity.name, ())))
        width = max((len(" ".join(row.marks)) for row in listed), default=0)
        for row in listed:
            null = " null" if row.column.nullable and "PK" not in row.marks else ""
            kind = one_line(short_type(row.column.type), 40)
            lines.append(
                f"  {' '.join(row.marks):<{width}}  {one_line(row.column.name) or BLANK} {kind}{null}".rstrip()
            )
        if left_out:
            lines.append(f"  {'':<{width}}  … {left_out} more")
    return lines + [f"  {_relation(relation)}" for relation in held]


def _letters(counts: Mapping[str, int]) -> list[str]:
    return [f"{palette.LETTER[severity]}{counts[severity]}" for severity in severity_counts(counts)]


def _relation(relation: Relation) -> str:
    """`(account_id) many → one accounts (id)`."""
    parent = one_line(columns(str(relation.parent), relation.ref_columns) if relation.columns else str(relation.parent))
    if relation.kind == "inherits":
        return f"inherits from {parent}"
    many = "many" if relation.child_end == "0..N" else "at most one"
    one = "one" if relation.parent_end == "1" else "none or one"
    words = f"({one_line(', '.join(relation.columns))}) {many} → {one} {parent}"
    if relation.inferred is not None:
        return f"{words}, {inferred_words(relation.inferred)}"
    if relation.on_delete != "no action":
        words += f", on delete {relation.on_delete}"
    return words + (" (missing)" if relation.missing else "")
