"""A button that measures what the findings predict, in the background."""

from __future__ import annotations

from dbarch_widgets.model.review import Review
from dbarch_widgets.session import Session
from dbarch_widgets.widgets.callbacks import on_click, safe_callback
from dbarch_widgets.widgets.one_run import OneRun
from dbarch_widgets.widgets.parts import button, row
from dbarch_widgets.widgets.store import Store


class MeasureFindings(OneRun[Review]):
    """One run at a time; `job` is the present or the last one."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, "180px")
        self.run = button("Measure the findings")
        self.view = row(self.run, self.cancel, self.bar, self.phase)
        on_click(self.run, self._run)
        store.subscribe(self.render)

    @safe_callback
    def _run(self) -> None:
        session = self.store.session
        if session.review is None or self._running:
            return
        schema = session.review.schema
        self._begin(session.measure_findings, lambda now, measured: now.keep_evidence(measured, of=schema))

    def render(self, session: Session) -> None:
        """What can be pressed."""
        self._buttons(session)

    def _buttons(self, session: Session) -> None:
        self.run.disabled = self._running or not (session.review and session.review.findings)
        self.cancel.disabled = not self._running
