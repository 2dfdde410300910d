"""Third page: the findings, filtered, sorted and grouped; picking one selects its table in the diagram."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dbarch_widgets.model.finding import SEVERITIES, Finding
from dbarch_widgets.model.schema import QName
from dbarch_widgets.render.finding_blocks import severity_words
from dbarch_widgets.render.html import element
from dbarch_widgets.session import Candidate, Session
from dbarch_widgets.session.candidates import suggested
from dbarch_widgets.session.finding_list import GROUPS, SORTS, STATES, choices
from dbarch_widgets.widgets.callbacks import observe, on_click, safe_callback
from dbarch_widgets.widgets.measure_findings import MeasureFindings
from dbarch_widgets.widgets.parts import button, calm, column, html, ipw, row, static
from dbarch_widgets.widgets.store import Store

MOST = 500
# A dropdown shows nothing at all for the value None.
ALL = ("all", "")


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
        self.filters = {name: _dropdown(f"{name} ", [ALL]) for name in ("area", "rule", "table")}
        self.state = _dropdown("state ", STATES)
        self.measured = ipw.Checkbox(
            value=False, description="with evidence only", indent=False, layout=ipw.Layout(width="auto")
        )
        self.sort = _dropdown("sort by ", SORTS)
        self.group = _dropdown("group by ", GROUPS)
        self.list = ipw.Select(
            rows=12,
            layout=ipw.Layout(width="100%"),
            description="found",
            style={"description_width": "initial"},
            tooltip="Findings as they are filtered and sorted",
        )
        self.detail = html(max_height="420px")
        self.to_diagram = button("Show in the diagram")
        self.to_lab = button("Weigh its index in the lab")
        self.to_rule = button("The rule's page")
        self.measuring = MeasureFindings(store)
        self.empty = html()
        self._found: dict[str, Finding] = {}
        self._shown: object = None
        self._filling = False
        self.view = self._laid_out()
        self._listen()
        store.subscribe(self.render)

    def _laid_out(self) -> Any:
        return column(
            row(*self.levels.values(), self.again),
            row(*self.filters.values(), self.state, self.measured, self.sort, self.group),
            self.measuring.view,
            self.empty,
            self.list,
            row(self.to_diagram, self.to_lab, self.to_rule),
            self.detail,
        )

    def _listen(self) -> None:
        for toggle in self.levels.values():
            observe(toggle, "value", self._filter)
        for control in (*self.filters.values(), self.state, self.measured, self.sort, self.group):
            observe(control, "value", self._arrange)
        observe(self.list, "value", self._pick)
        on_click(self.again, lambda: self.store.apply(Session.run_rules))
        on_click(self.to_diagram, lambda: self.go("diagram", None))
        on_click(self.to_lab, self._weigh)
        on_click(self.to_rule, self._page)

    def fail(self, error: BaseException) -> None:
        self.store.fail(error)

    @property
    def picked(self) -> Finding | None:
        """The finding that is picked in the list."""
        return self._found.get(self.list.value) if self.list.value else None

    @safe_callback
    def _filter(self, _: bool) -> None:
        if self._filling:
            return
        levels = frozenset(level for level, toggle in self.levels.items() if toggle.value)
        if levels != self.store.session.view.severities:
            self.store.apply(lambda session: session.look(severities=levels))

    @safe_callback
    def _arrange(self, _: object) -> None:
        if self._filling:
            return
        asked = {name: control.value or None for name, control in self.filters.items()}
        asked |= {"state": self.state.value, "measured": self.measured.value}
        asked |= {"sort": self.sort.value, "group": self.group.value}
        now = self.store.session.view.listing
        if any(getattr(now, name) != value for name, value in asked.items()):
            self.store.apply(lambda session: session.list_findings(**asked))

    @safe_callback
    def _pick(self, _: str | None) -> None:
        if self._filling:
            return
        finding = self.picked
        self._show(finding)
        if finding and finding.table:
            name = QName(finding.schema or "public", finding.table)
            self.store.apply(lambda session: session.select_table(name))

    @safe_callback
    def _weigh(self) -> None:
        if candidate := self._candidate(self.picked):
            self.go("lab", candidate)

    @safe_callback
    def _page(self) -> None:
        """The rule's documentation below the finding."""
        if finding := self.picked:
            self.detail.value = static(finding) + calm(rule_page(finding.rule))

    def _candidate(self, finding: Finding | None) -> Candidate | None:
        schema = self.store.session.schema
        return next(iter(suggested(schema, [finding])), None) if finding and schema else None

    def _show(self, finding: Finding | None) -> None:
        self.detail.value = static(finding) if finding else ""
        self.to_diagram.disabled = not (finding and finding.table)
        self.to_lab.disabled = self._candidate(finding) is None
        self.to_rule.disabled = finding is None

    def render(self, session: Session) -> None:
        """The list; the picked finding stays picked while it is in it."""
        # New options move a control to its first one: nobody chose that.
        self._filling = True
        try:
            self._render(session)
        finally:
            self._filling = False

    def _render(self, session: Session) -> None:
        counts = session.review.counts() if session.review else dict.fromkeys(SEVERITIES, 0)
        for level, toggle in self.levels.items():
            toggle.description = f"{level} {counts[level]}"
            toggle.value = level in session.view.severities
        self.again.disabled = session.review is None
        self._render_filters(session)
        if session.arranged_findings == self._shown:
            return
        self._shown = session.arranged_findings
        kept = self.list.value
        options, self._found = _options(session)
        self.list.options = options
        self.list.value = kept if kept in self._found else None
        hidden = len(session.findings) - MOST
        self.empty.value = f"<p>The first {MOST} are listed; the report has {hidden} more.</p>" if hidden > 0 else ""
        if not session.findings:
            self.empty.value = "<p>No findings of these.</p>" if session.review else "<p>Import a design first.</p>"
        self._show(self.picked)

    def _render_filters(self, session: Session) -> None:
        listing = session.view.listing
        found = choices(session.review.findings if session.review else ())
        for name, control in self.filters.items():
            chosen = getattr(listing, name) or ""
            options = [ALL, *((each, each) for each in found[name])]
            if chosen and chosen not in found[name]:
                options.append((f"{chosen} (none left)", chosen))
            if tuple(control.options) != tuple(options):
                control.options = options
            control.value = chosen
        self.state.value, self.measured.value = listing.state, listing.measured
        self.sort.value, self.group.value = listing.sort, listing.group


def _dropdown(label: str, options: object) -> Any:
    return ipw.Dropdown(
        options=options,
        description=label,
        style={"description_width": "initial"},
        layout=ipw.Layout(width="auto", max_width="320px"),
    )


def _options(session: Session) -> tuple[list[tuple[str, str]], dict[str, Finding]]:
    """Lines of the list with their keys; headings stand between them and pick nothing."""
    options: list[tuple[str, str]] = []
    found: dict[str, Finding] = {}
    for title, findings in session.arranged_findings:
        room = MOST - len(found)
        if room <= 0:
            break
        if title:
            options.append((f"── {title} ({len(findings)}) ──", f"heading:{title}"))
        for finding in findings[:room]:
            if finding.key not in found:
                options.append((_line(finding), finding.key))
            found.setdefault(finding.key, finding)
    return options, found


def _line(finding: Finding) -> str:
    return f"{severity_words(finding)} · {finding.place} · {finding.rule}"


def rule_page(name: str) -> str:
    """A rule's page as static HTML; what a rule of another version was called has none."""
    from dbarch_widgets.rules.registry import RULES

    rule = next((rule for rule in RULES if rule.name == name), None)
    if rule is None:
        return element("p", f"There is no page of {name}.")
    parts = [element("h3", f"{rule.name}: {rule.title}"), element("p", f"{rule.summary}.")]
    for title, said in rule.sections.items():
        parts += [element("h4", title), element("p", " ".join(said.split()))]
    return element("div", parts)
