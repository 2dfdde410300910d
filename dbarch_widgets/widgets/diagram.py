"""The live diagram: pan, zoom, find, overlays, and a card for the table that is selected. A thin view of a session."""

from __future__ import annotations

from functools import partial
from typing import Any

import anywidget
import traitlets

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.model.display import show
from dbarch_widgets.model.schema import QName
from dbarch_widgets.render.diagram import Diagram
from dbarch_widgets.render.ids import node_name
from dbarch_widgets.render.live_data import Live, live_of
from dbarch_widgets.render.live_script import style, widget_script
from dbarch_widgets.render.table_card import Cards
from dbarch_widgets.render.view import LEVELS, DiagramView
from dbarch_widgets.session import Message, Session
from dbarch_widgets.widgets.callbacks import observe, safe_callback
from dbarch_widgets.widgets.store import Store

_FIELDS = ("focus", "hops", "detail", "group", "overlay", "find", "at")


class DiagramWidget(anywidget.AnyWidget):
    """A diagram to walk around in. `selected` and `focus` are tables as "schema.table", "" for none.

    Each name is URL-quoted where it holds anything but letters, digits and `_`; assigning also takes a bare table name.
    The other traits of the view are the fields of `DiagramView`, with "" and [] for none.
    """

    _esm = widget_script()
    _css = style()

    svg = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    tables: Any = traitlets.List().tag(sync=True)
    edges: Any = traitlets.List().tag(sync=True)
    groups: Any = traitlets.List().tag(sync=True)
    details: Any = traitlets.List().tag(sync=True)
    overlays: Any = traitlets.List().tag(sync=True)
    usual: Any = traitlets.Dict().tag(sync=True)
    card = traitlets.Unicode().tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)
    live = traitlets.Bool(True).tag(sync=True)
    selected = traitlets.Unicode().tag(sync=True)
    focus = traitlets.Unicode().tag(sync=True)
    hops = traitlets.Int(1, min=0).tag(sync=True)
    detail = traitlets.Enum(LEVELS, default_value="full").tag(sync=True)
    group = traitlets.Unicode().tag(sync=True)
    overlay = traitlets.Unicode().tag(sync=True)
    find = traitlets.Unicode().tag(sync=True)
    at: Any = traitlets.List().tag(sync=True)

    def __init__(self, store: Store | Session, *, speaks: bool = True) -> None:
        """`speaks`: whether it shows the session's messages; within the workbench that has its own line for them."""
        super().__init__()
        self.speaks = speaks
        self.store = store if isinstance(store, Store) else Store(store)
        self.diagram: Diagram | None = None
        self._known: Live | None = None
        self._cards: Cards | None = None
        self._drawn: tuple[Any, ...] = ()
        self._carded: tuple[Any, ...] = ()
        self.store.subscribe(self.render)
        observe(self, "selected", self._select)
        for field in _FIELDS:
            observe(self, field, partial(self._look, field))

    @property
    def view(self) -> DiagramView:
        """What is looked at now; `.explore(view=…)` shows it again."""
        return self.store.session.view.diagram

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
            self.store.apply(lambda session: session.select_table(name))
            # A name that was refused does not stay in the trait.
            self.selected = _key(self.store.session.view.selected)

    @safe_callback
    def _look(self, field: str, value: Any) -> None:
        if value == self._trait(field):
            return
        if field == "group" and value and value not in (names := [each["name"] for each in self.groups]):
            refused = Message.of(UnknownName("group of tables", value, names))
            self.store.apply(lambda session: session.say(refused))
        else:
            wanted = tuple(value) if field == "at" else value
            self.store.apply(lambda session: session.look(**{field: wanted or _NOTHING.get(field, wanted)}))
        setattr(self, field, self._trait(field))

    def _trait(self, field: str) -> Any:
        """A field of the session's view as its trait has it."""
        value = getattr(self.store.session.view, field)
        if field == "focus":
            return _key(value)
        if field == "at":
            return list(value or ())
        if field in {"overlay", "detail"} and value is None:
            return self.usual.get(field) or {"overlay": "", "detail": "full"}[field]
        return value or "" if field == "group" else value

    # ---- showing -------------------------------------------------------------------------------------------

    def render(self, session: Session) -> None:
        """Bring the traits in line with the session; what did not change is not sent again."""
        with self.hold_sync():
            self._draw(session)
            self._fill_card(session)
            self.selected = _key(session.view.selected)
            for field in _FIELDS:
                setattr(self, field, self._trait(field))
            self.status = str(session.message or "") if self.speaks else ""

    def _draw(self, session: Session) -> None:
        review, view = session.review, session.view
        known = (review and review.schema, review and review.findings, review and review.workload)
        wanted = (*known, view.detail, view.focus, view.hops if view.focus else 0, view.group)
        if _same(wanted, self._drawn):
            return
        anew = not _same(known, self._drawn[: len(known)])
        self._drawn = wanted
        if review is None:
            self.diagram, self.svg, self.text = None, "", "No design is loaded yet."
            self.tables, self.edges, self.groups, self.overlays = [], [], [], []
            return
        if anew:
            self._known = live_of(session.diagram())
            self._cards = Cards(review.schema, review.findings, review.workload)
            for name, value in self._known.data.items():
                setattr(self, name, value)
        assert self._known is not None
        self.diagram = self._known.diagram(view.diagram)
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
        self.card = self._cards.html(table) if self._cards and table else ""


_NOTHING: dict[str, Any] = {"focus": None, "group": None, "at": None}


def _same(new: tuple[Any, ...], old: tuple[Any, ...]) -> bool:
    # By identity where it can be: comparing two schemas of a thousand tables takes longer than drawing one.
    return len(new) == len(old) and all(
        a is b or (isinstance(a, str | int | QName) and a == b) for a, b in zip(new, old, strict=True)
    )


def _key(name: QName | str | None) -> str:
    return node_name(name) if isinstance(name, QName) else name or ""
