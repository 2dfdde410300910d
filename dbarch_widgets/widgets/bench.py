"""The workload bench: controls for engine, scale, rate and mix, a chart that runs along, and a line for each run."""

from __future__ import annotations

from typing import Any

from dbarch_widgets.errors import DbarchError
from dbarch_widgets.model.display import show
from dbarch_widgets.model.measurement import Measurement, Window
from dbarch_widgets.render.block_html import blocks_html
from dbarch_widgets.render.html import element, table, text
from dbarch_widgets.render.load_chart import load_chart
from dbarch_widgets.render.words import milliseconds, number
from dbarch_widgets.session import Bench, Message, Progress, experiment_of
from dbarch_widgets.widgets.background import Job
from dbarch_widgets.widgets.callbacks import on_click, safe_callback
from dbarch_widgets.widgets.parts import button, calm, field, html, ipw, row, static

_ENGINES = ("duckdb", "postgres", "sqlite", "d1")
_OWN_MIX = "as stated"


class WorkloadBench(ipw.VBox):  # type: ignore[misc]
    """`WorkloadBench("data/slow_webshop", Bench(rate=1))`, or with a Review or an Experiment.

    `bench` says where the controls stand, as the argument of a cell that sets them again; `runs` are the measurements so
    far, the last one last.

    Raises:
        InputError: the source has no workload.
    """

    def __init__(self, source: Any, bench: Bench | None = None) -> None:
        self.experiment = experiment_of(source)
        self.runs: tuple[Measurement, ...] = ()
        self.failure: BaseException | None = None
        self.job: Job[Measurement] | None = None
        self._windows: list[Window] = []
        start = bench or Bench()
        slide = {"base": 10, "step": 0.25, "readout_format": ".3g", "continuous_update": False}
        self.engine = field(ipw.Dropdown, "Engine", "260px", options=_ENGINES, value=start.engine)
        self.scale = field(ipw.FloatLogSlider, "Scale of rows", "400px", value=start.scale, min=-3, max=2, **slide)
        self.rate = field(ipw.FloatLogSlider, "Rates ×", "400px", value=start.rate, min=-3, max=2, **slide)
        mixes = (_OWN_MIX, *range(0, 101, 5))
        mix = _OWN_MIX if start.read_share is None else round(start.read_share * 20) * 5
        self.mix = field(ipw.SelectionSlider, "Reading, %", "400px", options=mixes, value=mix, continuous_update=False)
        self.connections = field(ipw.IntSlider, "Connections", "400px", value=start.connections, min=1, max=32)
        self.seconds = field(ipw.BoundedFloatText, "Seconds", "220px", value=start.seconds, min=1, max=3600)
        self.seed = field(ipw.BoundedIntText, "Seed", "220px", value=start.seed, min=0, max=2**31 - 1)
        self.closed = ipw.Checkbox(value=start.closed, description="closed loop", indent=False)
        self.run = button("Run", primary=True)
        self.cancel = button("Stop", disabled=True, tooltip="Stop; what was measured is kept")
        self.bar = ipw.FloatProgress(min=0, max=1, layout=ipw.Layout(width="220px", visibility="hidden"))
        self.status = ipw.HTML()
        self.chart, self.table, self.result, self.argument = html(), html(), html(), html()
        controls = (
            self.engine,
            self.scale,
            self.rate,
            self.mix,
            self.connections,
            self.seconds,
            self.seed,
            self.closed,
        )
        super().__init__(
            [
                row(*controls),
                row(self.run, self.cancel, self.bar),
                self.status,
                self.chart,
                self.table,
                self.result,
                self.argument,
            ]
        )
        on_click(self.run, self._run)
        on_click(self.cancel, self._cancel)
        for control in controls:
            control.observe(lambda _: self._show_argument(), names=["value"])
        self._show_argument()
        self._say("Ready.")

    @property
    def bench(self) -> Bench:
        """Where the controls stand."""
        share = None if self.mix.value == _OWN_MIX else int(self.mix.value) / 100
        return Bench(
            self.engine.value, self.scale.value, self.rate.value, share, self.connections.value, self.seconds.value,
            self.closed.value, self.seed.value,
        )  # fmt: skip

    def fail(self, error: BaseException) -> None:
        """Show an error that nobody expected; earlier runs stay."""
        self.failure = error
        self._say(str(Message.of(error)), bad=True)

    @safe_callback
    def _run(self) -> None:
        if self.job is not None and not self.job.ended:
            return
        bench, experiment = self.bench, self.experiment
        self._windows = []
        self.chart.value = ""

        def work(progress: Progress) -> Measurement:
            return bench.run(experiment, progress, self._windows.append)

        self.job = Job(work, done=self._done, failed=self._failed, progress=self._progress)
        self.run.disabled, self.cancel.disabled = True, False
        self.bar.layout.visibility, self.bar.value = "visible", 0.0
        self.job.start()

    @safe_callback
    def _cancel(self) -> None:
        if self.job:
            self.job.cancel()

    @safe_callback
    def _progress(self, phase: str, share: float) -> None:
        self.bar.value = share
        self._say(phase)
        self._draw(tuple(self._windows))

    def _draw(self, windows: tuple[Window, ...]) -> None:
        if (picture := load_chart(windows)) is not None and picture.alt not in self.chart.value:
            self.chart.value = calm(blocks_html((picture,)))

    @safe_callback
    def _done(self, measurement: Measurement) -> None:
        self._rest()
        self.runs = (*self.runs, measurement)
        self._draw(measurement.windows)
        self.table.value = calm(_runs_table(self.runs))
        self.result.value = calm(
            f"<details><summary>The last run, query by query</summary>{static(measurement)}</details>"
        )
        stopped = next((line for line in measurement.not_modelled if line.startswith("stopped")), None)
        self._say(stopped or f"Done: {measurement.name}.")

    @safe_callback
    def _failed(self, error: BaseException) -> None:
        self._rest()
        self._say(str(Message.of(error)), bad=True)
        if not isinstance(error, DbarchError):
            self.failure = error

    def _rest(self) -> None:
        self.run.disabled, self.cancel.disabled = False, True
        self.bar.layout.visibility = "hidden"

    def _say(self, words: str, *, bad: bool = False) -> None:
        mark = "⚠ " if bad else ""
        self.status.value = (
            f'<p role="status" aria-live="polite" style="min-height:1.5em;margin:0">{text(mark + words)}</p>'
        )

    def _show_argument(self) -> None:
        self.argument.value = element("p", ["This bench again: ", element("code", f"WorkloadBench(…, {self.bench!r})")])

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = dict(super()._repr_mimebundle_(**options))
        if self.runs:
            last = show(self.runs[-1])
            return {**bundle, **last, "text/html": _runs_table(self.runs) + last["text/html"]}
        return {**bundle, "text/html": element("p", "A workload bench that has not run yet: run this cell to use it.")}


def _runs_table(runs: tuple[Measurement, ...]) -> str:
    headers = ("Run", "Done/s", "Within goal/s", "Median", "p99", "Failed", "Never began")
    rows = [
        (
            f"{place}. {run.name}",
            "" if run.throughput is None else number(run.throughput),
            "" if run.goodput is None else number(run.goodput),
            milliseconds(run.latency.median) if run.latency and run.latency.count else "–",
            milliseconds(run.latency.p99) if run.latency and run.latency.count else "–",
            number(sum(query.errors for query in run.queries)),
            number(sum(query.unserved for query in run.queries)),
        )
        for place, run in enumerate(runs, 1)
    ]
    return table("Runs of this bench", headers, rows, numbers=frozenset(range(1, 7)))
