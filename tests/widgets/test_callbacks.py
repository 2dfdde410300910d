"""Failures in callbacks are seen; long work can be watched, cancelled and does not tread on later steps."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

import pytest

from dbarch_widgets.errors import InputError
from dbarch_widgets.session import Cancelled, Message, Progress, Session
from dbarch_widgets.widgets.background import Job
from dbarch_widgets.widgets.callbacks import safe_callback
from dbarch_widgets.widgets.store import Store


class View:
    def __init__(self) -> None:
        self.failures: list[BaseException] = []

    def fail(self, error: BaseException) -> None:
        self.failures.append(error)

    @safe_callback
    def press(self, number: int) -> float:
        return 1 / number


def test_a_failed_callback_raises_when_strict() -> None:
    view = View()
    with pytest.raises(ZeroDivisionError):
        view.press(0)
    assert len(view.failures) == 1


def test_a_failed_callback_is_shown_and_logged_otherwise(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("DBARCH_STRICT", "0")
    view = View()
    with caplog.at_level(logging.ERROR):
        assert view.press(0) is None
    assert isinstance(view.failures[0], ZeroDivisionError)
    assert "ZeroDivisionError" in caplog.text
    assert "View.press" in caplog.text
    assert view.press(2) == 0.5


def test_a_store_keeps_the_session_when_a_step_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBARCH_STRICT", "0")
    store = Store(Session().load_text("CREATE TABLE a (id int);"))
    seen: list[Session] = []
    store.subscribe(seen.append)
    review = store.session.review

    def breaks(session: Session) -> Session:
        raise KeyError("planned")

    store.apply(breaks)
    assert store.session.review is review
    assert store.session.message == Message(
        "KeyError: 'planned'", "earlier results are kept; the log has the details", bad=True
    )
    assert isinstance(store.failure, KeyError)
    assert seen[-1] is store.session


def test_later_steps_are_left_out_after_one_that_went_wrong() -> None:
    store = Store(Session())
    store.apply(lambda session: session.say(Message("no", bad=True)), lambda session: session.say(Message("yes")))
    assert store.session.message == Message("no", bad=True)


def test_views_see_the_last_session_when_a_render_takes_a_step() -> None:
    store = Store(Session())
    seen: list[str] = []

    def first(session: Session) -> None:
        if session.message == Message("one"):
            store.apply(lambda session: session.say(Message("two")))

    store.subscribe(first)
    store.subscribe(lambda session: seen.append(str(session.message)))
    store.apply(lambda session: session.say(Message("one")))
    assert seen == ["None", "two"]


def test_a_view_that_fails_does_not_hide_the_new_session_or_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBARCH_STRICT", "0")
    store = Store(Session())
    seen: list[Session] = []
    shown: list[object] = [None]

    def breaks_once(session: Session) -> None:
        if session.review is not shown[0]:
            shown[0] = session.review
            raise RuntimeError("cannot draw this")

    store.subscribe(breaks_once)
    store.subscribe(seen.append)
    store.apply(lambda session: session.load_text("CREATE TABLE a (id int);"))
    assert store.session.review is not None
    assert seen[-1] is store.session
    assert str(store.session.message).startswith("RuntimeError: cannot draw this")


class Heard:
    """Where a job's reports arrive."""

    def __init__(self) -> None:
        self.done: list[Any] = []
        self.failed: list[BaseException] = []
        self.phases: list[str] = []
        self.threads: set[int] = set()

    def job(self, work: Any) -> Job[Any]:
        return Job(
            work, done=self.on_done, failed=self.failed.append, progress=lambda phase, _: self.phases.append(phase)
        )

    def on_done(self, result: Any) -> None:
        self.threads.add(threading.get_ident())
        self.done.append(result)


def test_a_job_reports_and_delivers() -> None:
    heard = Heard()

    def work(progress: Progress) -> int:
        progress("half", 0.5)
        return 42

    assert heard.job(work).start().wait(10)
    assert (heard.done, heard.failed, heard.phases) == ([42], [], ["half"])


def test_a_job_that_fails_says_so() -> None:
    heard = Heard()

    def work(_: Progress) -> int:
        raise InputError("no")

    heard.job(work).start().wait(10)
    assert heard.done == []
    assert str(heard.failed[0]) == "no"


def test_a_job_can_be_cancelled() -> None:
    heard, reported = Heard(), threading.Event()

    def work(progress: Progress) -> int:
        while True:
            progress("working", 0.1)
            reported.set()

    job = heard.job(work).start()
    assert reported.wait(10)
    job.cancel()
    assert job.wait(10)
    assert isinstance(heard.failed[0], Cancelled)
    assert job.ended


def test_results_come_back_on_the_loop_that_started_the_job() -> None:
    """A kernel's loop must not be entered from another thread."""
    heard = Heard()

    async def main() -> None:
        job = heard.job(lambda progress: 42).start()
        while not heard.done:
            await asyncio.sleep(0.001)
        assert job.ended

    asyncio.run(main())
    assert heard.threads == {threading.get_ident()}
