"""The whole walk in one widget: import, diagram, findings, lab, decision, export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dbarch_widgets.model.display import show
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.render.diagram import Diagram
from dbarch_widgets.render.html import element, text
from dbarch_widgets.session import Candidate, Session
from dbarch_widgets.widgets.diagram import DiagramWidget
from dbarch_widgets.widgets.pane_decision import DecisionPane
from dbarch_widgets.widgets.pane_export import ExportPane
from dbarch_widgets.widgets.pane_findings import FindingsPane
from dbarch_widgets.widgets.pane_import import ImportPane
from dbarch_widgets.widgets.pane_lab import LabPane
from dbarch_widgets.widgets.parts import ipw
from dbarch_widgets.widgets.store import Step, Store

Source = Session | Review | Schema | Diagram | str | Path | None


class Workbench(ipw.VBox):  # type: ignore[misc]
    """`Workbench()`, or with something to begin with: a folder, a file, DDL text, a Schema, a Review, a Session.

    `session` is the present state; `session.review` is what you take home.
    """

    def __init__(self, source: Source = None) -> None:
        self.store = Store(Session())
        self.store.apply(*_first_steps(source))
        self.head = ipw.HTML()
        # Not ipw.HTML alone: the role tells screen readers to read a new message out.
        self.status = ipw.HTML()
        self.importing = ImportPane(self.store)
        self.diagram = DiagramWidget(self.store, speaks=False)
        self.findings = FindingsPane(self.store, self.go)
        self.lab = LabPane(self.store)
        self.decision = DecisionPane(self.store)
        self.export = ExportPane(self.store)
        panes = (self.importing, self.findings, self.lab, self.decision, self.export)
        views = [pane.view for pane in panes]
        views.insert(1, ipw.VBox([self.diagram], layout=ipw.Layout(padding="8px 4px")))
        titles = [pane.title for pane in panes]
        titles.insert(1, "2 Diagram")
        self.tab = ipw.Tab(views, titles=titles, selected_index=0 if self.session.review is None else 1)
        super().__init__([self.head, self.status, self.tab])
        self.store.subscribe(self.render)

    @property
    def session(self) -> Session:
        """The present state."""
        return self.store.session

    def go(self, page: str, candidate: Candidate | None = None) -> None:
        """Open the page "diagram" or "lab"."""
        if candidate is not None:
            self.lab.offer(candidate)
        self.tab.selected_index = {"diagram": 1, "lab": 3}[page]

    def render(self, session: Session) -> None:
        """Title and status line; the pages render themselves."""
        title = session.review.title if session.review else "Design review: no design yet"
        self.head.value = element("h2", title, style="margin:0;font-size:1.17em")
        message = session.message
        mark = "⚠ " if message and message.bad else ""
        self.status.value = f'<p role="status" aria-live="polite" style="min-height:1.5em;margin:0">{text(f"{mark}{message}" if message else "")}</p>'

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = dict(super()._repr_mimebundle_(**options))
        if self.session.review is not None:
            return {**bundle, **show(self.session.review)}
        return {**bundle, "text/html": element("p", "A workbench without a design yet: run this cell to use it.")}


def _first_steps(source: Source) -> tuple[Step, ...]:
    """What to do with the source; a step of its own each, so that rules that fail do not lose the design."""
    if source is None:
        return ()
    if isinstance(source, Session):
        return (lambda _: source,)
    if isinstance(source, Review | Schema | Diagram):
        session = Session.of(source)
        ready = bool(session.review and session.review.findings)
        return (lambda _: session,) if ready else (lambda _: session, Session.and_rules)
    if isinstance(source, Path) or ("\n" not in source and ";" not in source):
        return (lambda session: session.load_folder(source), Session.and_rules)
    return (lambda session: session.load_text(source), Session.and_rules)
