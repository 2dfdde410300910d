"""Third page: the findings, by severity; picking one selects its table in the diagram."""

from __future__ import annotations

from collections.abc import Callable

from dbarch_widgets.model.finding import SEVERITIES, Finding
from dbarch_widgets.model.schema import QName
from dbarch_widgets.render.finding_blocks import most_important_first, severity_words
from dbarch_widgets.session import Candidate, Session
from dbarch_widgets.session.candidates import suggested
from dbarch_widgets.widgets.callbacks import observe, on_click, safe_callback
from dbarch_widgets.widgets.parts import button, column, html, ipw, row, static
from dbarch_widgets.widgets.store import Store

MOST = 500


class FindingsPane:
    """`go` opens another page by its name: "diagram", or "lab" with a candidate to weigh."""

    title = "3 Findings"

    def __init__(self, store: Store, go: Callable[[str, Candidate | None], object]) -> None:
        self.store, self.go = store, go
        self.levels = {
            level: ipw.ToggleButton(
                value=True,
                description=level,
                tooltip=f"Show findings of severity {level}",
                layout=ipw.Layout(width="auto"),
            )
            for level in SEVERITIES
        }
        self.again = button("Run the rules again")
        self.list = ipw.Select(
            rows=12, layout=ipw.Layout(width="100%"), description="", tooltip="Findings, most important first"
        )
        self.detail = html(max_height="420px")
        self.to_diagram = button("Show in the diagram")
        self.to_lab = button("Weigh its index in the lab")
        self.empty = html()
        self._found: dict[str, Finding] = {}
        self._shown: tuple[Finding, ...] | None = None
        self.view = column(
            row(*self.levels.values(), self.again),
            self.empty,
            self.list,
            row(self.to_diagram, self.to_lab),
            self.detail,
        )
        for toggle in self.levels.values():
            observe(toggle, "value", self._filter)
        observe(self.list, "value", self._pick)
        on_click(self.again, lambda: store.apply(Session.run_rules))
        on_click(self.to_diagram, lambda: self.go("diagram", None))
        on_click(self.to_lab, self._weigh)
        store.subscribe(self.render)

    def fail(self, error: BaseException) -> None:
        self.store.fail(error)

    @property
    def picked(self) -> Finding | None:
        """The finding that is picked in the list."""
        return self._found.get(self.list.value) if self.list.value else None

    @safe_callback
    def _filter(self, _: bool) -> None:
        levels = frozenset(level for level, toggle in self.levels.items() if toggle.value)
        if levels != self.store.session.view.severities:
            self.store.apply(lambda session: session.look(severities=levels))

    @safe_callback
    def _pick(self, _: str | None) -> None:
        finding = self.picked
        self._show(finding)
        if finding and finding.table:
            name = QName(finding.schema or "public", finding.table)
            self.store.apply(lambda session: session.select_table(name))

    @safe_callback
    def _weigh(self) -> None:
        if candidate := self._candidate(self.picked):
            self.go("lab", candidate)

    def _candidate(self, finding: Finding | None) -> Candidate | None:
        schema = self.store.session.schema
        return next(iter(suggested(schema, [finding])), None) if finding and schema else None

    def _show(self, finding: Finding | None) -> None:
        self.detail.value = static(finding) if finding else ""
        self.to_diagram.disabled = not (finding and finding.table)
        self.to_lab.disabled = self._candidate(finding) is None

    def render(self, session: Session) -> None:
        """The list; the picked finding stays picked while it is in it."""
        counts = session.review.counts() if session.review else dict.fromkeys(SEVERITIES, 0)
        for level, toggle in self.levels.items():
            toggle.description = f"{level} {counts[level]}"
            toggle.value = level in session.view.severities
        self.again.disabled = session.review is None
        if session.findings == self._shown:
            return
        self._shown = session.findings
        ordered = most_important_first(session.findings)
        kept = self.list.value
        self._found = {finding.key: finding for finding in ordered[:MOST]}
        self.list.options = [(_line(finding), key) for key, finding in self._found.items()]
        self.list.value = kept if kept in self._found else None
        hidden = len(ordered) - MOST
        self.empty.value = f"<p>The first {MOST} are listed; the report has {hidden} more.</p>" if hidden > 0 else ""
        if not ordered:
            self.empty.value = (
                "<p>No findings of these severities.</p>" if session.review else "<p>Import a design first.</p>"
            )
        self._show(self.picked)


def _line(finding: Finding) -> str:
    return f"{severity_words(finding)} · {finding.place} · {finding.rule}"
