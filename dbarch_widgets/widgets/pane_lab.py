"""Fourth page: measure the workload on generated rows, and weigh one more index."""

from __future__ import annotations

from collections.abc import Callable

from dbarch_widgets.model.measurement import Comparison, Measurement
from dbarch_widgets.session import Candidate, Lab, Progress, Session
from dbarch_widgets.widgets.callbacks import observe, on_click, safe_callback
from dbarch_widgets.widgets.one_run import OneRun
from dbarch_widgets.widgets.parts import button, column, field, heading, html, ipw, row, static
from dbarch_widgets.widgets.store import Store

Result = Measurement | Comparison


class LabPane(OneRun[Result]):
    """One run at a time, in the background; `job` is the present or the last one."""

    title = "4 Lab"

    def __init__(self, store: Store) -> None:
        super().__init__(store, "220px")
        self.scale = field(
            ipw.FloatLogSlider, "Scale", "420px", value=0.1, base=10, min=-3, max=1, step=0.25, readout_format=".3g"
        )
        self.seed = field(ipw.BoundedIntText, "Seed", "220px", value=1, min=0, max=2**31 - 1)
        self.repetitions = field(ipw.BoundedIntText, "Repetitions", "220px", value=15, min=1, max=1000)
        self.run = button("Run the workload", primary=True)
        self.choice = field(ipw.Dropdown, "Index", "min(560px, 100%)", options=[])
        self.own = field(
            ipw.Text, "or your own", "min(560px, 100%)", placeholder="orders (customer_id, created_at desc)"
        )
        self.add = button("Add to the choices")
        self.weigh = button("Compare with and without", primary=True)
        self.results = field(ipw.Dropdown, "Result", "min(560px, 100%)", options=[])
        self.result = html()
        self._known: tuple[Result, ...] = ()
        self.view = column(
            heading("Measure"),
            row(self.scale, self.seed, self.repetitions),
            row(self.run, self.cancel, self.bar, self.phase),
            heading("Weigh an index"),
            row(self.choice, self.weigh),
            row(self.own, self.add),
            self.results,
            self.result,
        )
        on_click(self.run, self._run)
        on_click(self.weigh, self._weigh)
        on_click(self.add, self._add)
        observe(self.results, "value", self._show)
        store.subscribe(self.render)

    @property
    def lab(self) -> Lab:
        """How the controls say to measure."""
        return Lab(self.scale.value, self.seed.value, self.repetitions.value)

    @safe_callback
    def _run(self) -> None:
        session, lab = self.store.session, self.lab
        self._start(lambda progress: session.measure(lab, progress))

    @safe_callback
    def _weigh(self) -> None:
        session, lab, candidate = self.store.session, self.lab, self.choice.value
        if candidate is not None:
            self._start(lambda progress: session.measure_candidate(candidate, lab, progress))

    def _start(self, work: Callable[[Progress], Result]) -> None:
        schema = self.store.session.schema
        if schema is None or self._running:
            return
        self._begin(work, lambda session, result: session.keep(result, of=schema))

    @safe_callback
    def _add(self) -> None:
        self.store.apply(lambda session: session.ask_for_index(self.own.value))
        if self.store.session.fine:
            self.own.value = ""
            self.choice.value = self.store.session.candidates[0]

    @safe_callback
    def _show(self, result: Result | None) -> None:
        self.result.value = static(result) if result else ""

    def offer(self, candidate: Candidate) -> None:
        """Choose a candidate, for instance the one that a finding suggests."""
        same = (
            each
            for each in self.store.session.candidates
            if (each.table, each.index.keys) == (candidate.table, candidate.index.keys)
        )
        self.choice.value = next(same, None)

    def render(self, session: Session) -> None:
        """Choices and results; the newest result is shown."""
        review = session.review
        results: tuple[Result, ...] = (*review.measurements, *review.comparisons) if review else ()
        if self.choice.options != (options := tuple((each.label, each) for each in session.candidates)):
            chosen = self.choice.value
            self.choice.options = options
            self.choice.value = chosen if chosen in session.candidates else next(iter(session.candidates), None)
        if results != self._known:
            new = [result for result in results if result not in self._known]
            self._known = results
            self.results.options = [
                (f"{result.name} ({result.engine}, scale {result.scale:g})", result) for result in results
            ]
            self.results.value = new[-1] if new else (results[-1] if results else None)
        self._buttons(session)

    def _buttons(self, session: Session) -> None:
        ready = bool(session.review and session.review.workload) and not self._running
        self.run.disabled, self.cancel.disabled = not ready, not self._running
        self.weigh.disabled = not (ready and session.candidates)
        self.add.disabled = session.review is None
