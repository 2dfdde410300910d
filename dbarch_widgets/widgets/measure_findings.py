"""A button that measures what the findings predict, in the background."""

from __future__ import annotations

from collections.abc import Callable

from dbarch_widgets.model.review import Review
from dbarch_widgets.render.html import element
from dbarch_widgets.session import Message, Session
from dbarch_widgets.widgets.background import Job
from dbarch_widgets.widgets.callbacks import on_click, safe_callback
from dbarch_widgets.widgets.parts import button, html, ipw, row
from dbarch_widgets.widgets.store import Store


class MeasureFindings:
    """One run at a time; `job` is the present or the last one."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.job: Job[Review] | None = None
        self.run = button("Measure the findings")
        self.cancel = button("Cancel", disabled=True)
        self.bar = ipw.FloatProgress(min=0, max=1, layout=ipw.Layout(width="180px", visibility="hidden"))
        self.phase = html(width="auto")
        self.view = row(self.run, self.cancel, self.bar, self.phase)
        on_click(self.run, self._run)
        on_click(self.cancel, self._cancel)
        store.subscribe(self.render)

    def fail(self, error: BaseException) -> None:
        self.store.fail(error)

    @property
    def _running(self) -> bool:
        return self.job is not None and not self.job.ended

    @safe_callback
    def _run(self) -> None:
        session = self.store.session
        if session.review is None or self._running:
            return
        of = session.review
        self._progress("starting", 0.0)
        self.job = Job(
            session.measure_findings,
            done=lambda measured: self._end(lambda now: now.keep_evidence(measured, of=of.schema)),
            failed=lambda error: self._end(lambda now: now.say(Message.of(error))),
            progress=self._progress,
        ).start()
        self.render(session)

    @safe_callback
    def _cancel(self) -> None:
        if self.job:
            self.job.cancel()

    @safe_callback
    def _progress(self, phase: str, share: float) -> None:
        self.bar.layout.visibility = "visible"
        self.bar.value = share
        self.phase.value = element("span", phase)

    @safe_callback
    def _end(self, step: Callable[[Session], Session]) -> None:
        self.bar.layout.visibility = "hidden"
        self.phase.value = ""
        self.store.apply(step)
        self.render(self.store.session)

    def render(self, session: Session) -> None:
        """What can be pressed."""
        self.run.disabled = self._running or not (session.review and session.review.findings)
        self.cancel.disabled = not self._running
