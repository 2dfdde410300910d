"""What the live diagram knows about a schema besides its drawing: tables, relations, groups, overlays, as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.render.crowsfoot import Entity, ErModel
from dbarch_widgets.render.diagram import Diagram, detail_for
from dbarch_widgets.render.drawing.marks import Marks
from dbarch_widgets.render.finding_marks import FindingMarks
from dbarch_widgets.render.focus import neighbourhood
from dbarch_widgets.render.ids import node_name, relation_key
from dbarch_widgets.render.live_overlays import overlays_data
from dbarch_widgets.render.view import LEVELS, DiagramView, Level, name_in
from dbarch_widgets.render.words import count

DETAIL_WORDS = {"groups": "groups of tables", "names": "names only", "keys": "keys only", "full": "all columns"}

_KEPT = 12


def tables_data(
    schema: Schema, model: ErModel, marks: FindingMarks, group_of: Mapping[QName, str]
) -> list[dict[str, Any]]:
    """One entry per entity: `{id, name, ref, label, near, columns, group}`; `ref` finds it in Python where `name` does not."""
    return [_table(schema, model, entity, marks, group_of.get(entity.name, "")) for entity in model.entities]


def _table(schema: Schema, model: ErModel, entity: Entity, marks: FindingMarks, group: str) -> dict[str, Any]:
    relations = model.touching.get(entity.name, ())
    ends = {relation.parent if relation.child == entity.name else relation.child for relation in relations}
    columns = entity.table.column_names if entity.table else ()
    found = sum(marks.tables.get(entity.name, {}).values())
    words = [count(len(columns), "column") if entity.table else "not in the source", count(len(relations), "relation")]
    words += [count(found, "finding")] if found else []
    name = str(entity.name)
    entry = {
        "id": node_name(entity.name),
        "name": name,
        "label": f"{name}: {', '.join(words)}",
        "near": sorted(node_name(each) for each in ends - {entity.name}),
        "columns": list(columns),
        "group": group,
    }
    if (ref := name_in(schema, entity.name)) != name:
        entry["ref"] = ref
    return entry


def edges_data(model: ErModel) -> list[dict[str, str]]:
    """`{id, from, to}` of each relation, by the ids of the drawing."""
    return [
        {
            "id": relation_key(relation),
            "from": node_name(relation.child),
            "to": node_name(relation.parent),
        }
        for relation in model.relations
    ]


def details_data(levels: tuple[str, ...]) -> list[list[str]]:
    """The choices of detail, as the script reads them."""
    return [[level, DETAIL_WORDS[level]] for level in levels]


@dataclass(frozen=True, eq=False)
class Live:
    """A schema with what the live diagram knows of it: `data` are its traits but for the drawing and the view."""

    base: Diagram
    data: Mapping[str, Any]
    drawn: dict[tuple[object, ...], Diagram] = field(default_factory=dict, repr=False)

    def diagram(self, view: DiagramView) -> Diagram:
        """What a view draws, without an overlay: that is put on it afterwards. The last ones are kept: people go back.

        Raises:
            UnknownName: there is no such table or group.
        """
        key = (view.group, view.detail, view.focus, view.hops if view.focus else 0)
        found = self.drawn.pop(key, None) or self._diagram(view)
        self.drawn[key] = found
        while len(self.drawn) > _KEPT:
            del self.drawn[next(iter(self.drawn))]
        return found

    def _diagram(self, view: DiagramView) -> Diagram:
        # The difference of two schemas is no overlay: it stays.
        bare = self.base if self.base.kind == "diff" else replace(self.base, given=Marks())
        if view.group:
            return bare.group_page(view.group)
        if view.focus is None:
            if view.detail == "groups":
                return bare.framed("groups")
            return bare if view.detail is None else replace(bare.as_tables(), detail=view.detail)
        assert bare.schema is not None
        model, centre = neighbourhood(bare.model, bare.schema, view.focus, view.hops)
        return replace(bare, hops=view.hops).part(model, centre, view.detail)


def live_of(diagram: Diagram) -> Live:
    """The live diagram of the tables of a diagram; nothing is drawn yet."""
    assert diagram.schema is not None
    groups, model = diagram.groups, diagram.model
    group_of = {name: group.name for group in groups for name in group.tables}
    subject = diagram.subject(diagram.schema, model)
    overlays = overlays_data(subject, diagram.marks, groups) if diagram.kind != "diff" else []
    overlay = diagram.overlay or "findings"
    data = {
        "tables": tables_data(diagram.schema, model, diagram.marks, group_of),
        "edges": edges_data(model),
        "groups": [{"name": each.name, "title": f"{each.name} ({len(each.tables)})"} for each in groups],
        "overlays": overlays,
        "details": details_data(LEVELS if groups else LEVELS[1:]),
        "usual": {
            "detail": usual_level(diagram),
            "overlay": overlay if any(each["key"] == overlay for each in overlays) else "",
        },
    }
    return Live(diagram, data)


def usual_level(diagram: Diagram) -> Level:
    """The level of detail that nobody asked for."""
    return "groups" if diagram.groups else detail_for(len(diagram.model.entities))


def level_of(diagram: Diagram) -> Level:
    """The level of detail that a diagram has."""
    return "groups" if diagram.kind == "overview" or diagram.group else diagram.detail
