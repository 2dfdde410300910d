"""The live diagram: pan, zoom, find, and a card for the table that is selected. A thin view of a session."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from dbarch_widgets.model.display import show
from dbarch_widgets.model.schema import QName
from dbarch_widgets.render.crowsfoot import Entity, ErModel, er_model
from dbarch_widgets.render.diagram import Diagram, er_diagram
from dbarch_widgets.render.ids import node_name, relation_id, table_of_id
from dbarch_widgets.session import DETAILS, Session
from dbarch_widgets.session.state import count
from dbarch_widgets.widgets.callbacks import observe, safe_callback
from dbarch_widgets.widgets.card import card_html
from dbarch_widgets.widgets.store import Store

STATIC = Path(__file__).parent / "static"


class DiagramWidget(anywidget.AnyWidget):
    """A diagram to walk around in. `selected` is the selected table as "schema.table", "" for none.

    Each name is URL-quoted where it holds anything but letters, digits and `_`; assigning also takes a bare table name.
    """

    _esm = STATIC / "diagram.js"
    _css = STATIC / "diagram.css"

    svg = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    tables: Any = traitlets.List().tag(sync=True)
    edges: Any = traitlets.List().tag(sync=True)
    selected = traitlets.Unicode().tag(sync=True)
    card = traitlets.Unicode().tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)
    detail = traitlets.Enum(DETAILS, default_value="full").tag(sync=True)
    hops = traitlets.Int(1, min=0).tag(sync=True)
    find = traitlets.Unicode().tag(sync=True)
    focused = traitlets.Bool(False).tag(sync=True)

    def __init__(self, store: Store | Session, *, speaks: bool = True) -> None:
        """`speaks`: whether it shows the session's messages; within the workbench that has its own line for them."""
        super().__init__()
        self.speaks = speaks
        self.store = store if isinstance(store, Store) else Store(store)
        self.diagram: Diagram | None = None
        self._drawn: tuple[Any, ...] = ()
        self._carded: tuple[Any, ...] = ()
        self.store.subscribe(self.render)
        observe(self, "selected", self._select)
        observe(self, "detail", lambda value: self._look(detail=value))
        observe(self, "hops", lambda value: self._look(hops=value))
        observe(self, "find", lambda value: self._look(find=value))
        observe(self, "focused", lambda value: self._look(only_near=value))

    def fail(self, error: BaseException) -> None:
        self.store.fail(error)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        data, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        if self.diagram is not None:
            data = {**data, **show(self.diagram)}
        return data, metadata

    # ---- the person's acts ---------------------------------------------------------------------------------

    @safe_callback
    def _select(self, name: str) -> None:
        if name != _key(self.store.session.view.selected):
            self.store.apply(lambda session: session.select_table(table_of_id(f"table:{name}") or name))
            # A name that was refused does not stay in the trait.
            self.selected = _key(self.store.session.view.selected)

    @safe_callback
    def _look(self, /, **changes: object) -> None:
        if replace(self.store.session.view, **changes) != self.store.session.view:  # type: ignore[arg-type]
            self.store.apply(lambda session: session.look(**changes))

    # ---- showing -------------------------------------------------------------------------------------------

    def render(self, session: Session) -> None:
        """Bring the traits in line with the session; what did not change is not sent again."""
        self._draw(session)
        self._fill_card(session)
        view = session.view
        with self.hold_sync():
            self.selected = _key(view.selected)
            self.detail, self.hops, self.find, self.focused = view.detail, view.hops, view.find, view.only_near
            self.status = str(session.message or "") if self.speaks else ""

    def _draw(self, session: Session) -> None:
        review, view = session.review, session.view
        focus = view.selected if view.only_near else None
        wanted = (review and review.schema, review and review.findings, view.detail, focus, view.hops if focus else 0)
        if _same(wanted, self._drawn):
            return
        self._drawn = wanted
        if review is None:
            self.diagram, self.svg, self.tables, self.edges, self.text = None, "", [], [], "No design is loaded yet."
            return
        if self.svg:
            self.status = "Drawing…"
        self.diagram = er_diagram(
            review.schema, findings=review.findings, detail=view.detail, focus=focus, hops=view.hops
        )
        with self.hold_sync():
            model = er_model(review.schema)
            self.tables = [_table(entity, model, session) for entity in model.entities]
            self.edges = [
                {
                    "id": relation_id(relation.holder, relation.name),
                    "from": node_name(relation.child),
                    "to": node_name(relation.parent),
                }
                for relation in model.relations
            ]
            self.label = self.diagram.alt
            self.text = self.diagram.text
            self.svg = self.diagram.svg if self.diagram.layout != "text" else ""

    def _fill_card(self, session: Session) -> None:
        review, selected = session.review, session.view.selected
        wanted = (selected, review and review.schema, review and review.findings, review and review.workload)
        if _same(wanted, self._carded):
            return
        self._carded = wanted
        table = review.schema.find(selected) if review and selected else None
        self.card = card_html(review, table) if review and table else ""


def _same(new: tuple[Any, ...], old: tuple[Any, ...]) -> bool:
    # By identity where it can be: comparing two schemas of a thousand tables takes longer than drawing one.
    return len(new) == len(old) and all(
        a is b or (isinstance(a, str | int | QName) and a == b) for a, b in zip(new, old, strict=True)
    )


def _key(name: QName | None) -> str:
    return node_name(name) if name else ""


def _table(entity: Entity, model: ErModel, session: Session) -> dict[str, Any]:
    relations = model.touching.get(entity.name, ())
    near = {relation.parent if relation.child == entity.name else relation.child for relation in relations} - {
        entity.name
    }
    columns = entity.table.column_names if entity.table else ()
    found = len(session.review.findings_of(*entity.name)) if session.review else 0
    words = [count(len(columns), "column") if entity.table else "not in the source", count(len(relations), "relation")]
    words += [count(found, "finding")] if found else []
    return {
        "id": node_name(entity.name),
        "name": str(entity.name),
        "label": f"{entity.name}: {', '.join(words)}",
        "near": sorted(node_name(name) for name in near),
        "columns": list(columns),
    }
