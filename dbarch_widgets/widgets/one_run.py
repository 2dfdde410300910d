"""One piece of work at a time in the background, with its Cancel, its bar and what it is at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from dbarch_widgets.render.html import element
from dbarch_widgets.session import Message, Progress, Session
from dbarch_widgets.widgets.background import Job
from dbarch_widgets.widgets.callbacks import on_click, safe_callback
from dbarch_widgets.widgets.parts import button, html, ipw
from dbarch_widgets.widgets.store import Store

R = TypeVar("R")


class OneRun(Generic[R]):
    """Base of a pane; `job` is the present or the last run. What can be pressed is set by `_buttons` of the pane."""

    def __init__(self, store: Store, bar_width: str) -> None:
        self.store = store
        self.job: Job[R] | None = None
        self.cancel = button("Cancel", disabled=True)
        self.bar = ipw.FloatProgress(min=0, max=1, layout=ipw.Layout(width=bar_width, visibility="hidden"))
        self.phase = html(width="auto")
        on_click(self.cancel, self._cancel)

    def fail(self, error: BaseException) -> None:
        self.store.fail(error)

    def _buttons(self, session: Session) -> None:
        raise NotImplementedError

    @property
    def _running(self) -> bool:
        return self.job is not None and not self.job.ended

    def _begin(self, work: Callable[[Progress], R], keep: Callable[[Session, R], Session]) -> None:
        """Start the work; `keep` puts what came of it into the session."""
        self._progress("starting", 0.0)
        self.job = Job(
            work,
            done=lambda result: self._end(lambda now: keep(now, result)),
            failed=lambda error: self._end(lambda now: now.say(Message.of(error))),
            progress=self._progress,
        ).start()
        self._buttons(self.store.session)

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
        self._buttons(self.store.session)
