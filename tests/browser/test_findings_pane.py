"""The findings page of the workbench in a real JupyterLab: filters, headings, a finding's fix and rule, evidence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lab_page import open_notebook, run_all, wait_for_page, wait_idle
from lab_server import LabServer, lab_server

if TYPE_CHECKING:
    from chromium import Watched
    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HERE = Path(__file__).parent
NOTEBOOK = "fixtures/findings.ipynb"
ALL = 11
NBSP = "\N{NO-BREAK SPACE}"  # ipywidgets writes the lines of a list with it
HIGH = ("▲ high · notes · table-without-primary-key", "▲ high · items (price) · float-money")
NO_INDEX = "◆ medium · notes (order_id) · foreign-key-without-index"
ACCEPTED = "✓ accepted (high) · orders (total) · float-money"


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
    base = tmp_path_factory.mktemp("lab")
    with pytest.MonkeyPatch.context() as patch:
        # What was measured on this machine before must not be taken for what this page measures.
        patch.setenv("XDG_CACHE_HOME", str(base / "cache"))
        with lab_server(base, HERE / "fixtures") as server:
            yield server


@dataclass
class FindingsPage:
    """The open findings page, and the kernel behind it."""

    page: Page
    server: LabServer
    kernel: str
    here: Locator

    @property
    def listed(self) -> Locator:
        return self.here.locator("select[size='12']")

    @property
    def detail(self) -> Locator:
        """Below the list: the finding that was picked."""
        return self.here.locator(".jp-RenderedHTMLCommon:visible").last

    def lines(self) -> list[str]:
        return [line.replace(NBSP, " ") for line in self.listed.locator("option").all_text_contents()]

    def wait_lines(self, count: int) -> list[str]:
        """The lines of the list, when there are as many."""
        wait_for_page(self.page, f"{count} lines", lambda: len(self.lines()) == count)
        return self.lines()

    def choose(self, label: str, value: str) -> None:
        self.here.get_by_label(label, exact=True).locator("visible=true").select_option(value)

    def chosen(self, label: str) -> str:
        """What the page shows as chosen; nothing where a list stands at none of its options."""
        shown = "list => list.selectedOptions[0]?.textContent ?? ''"
        return str(self.here.get_by_label(label, exact=True).locator("visible=true").evaluate(shown))

    def button(self, name: str) -> Locator:
        return self.here.get_by_role("button", name=name, exact=True).locator("visible=true")

    def press(self, name: str) -> None:
        self.button(name).click()

    def pick(self, line: str) -> None:
        self.listed.select_option(label=line.replace(" ", NBSP))

    def ask(self, expression: str) -> object:
        return self.server.ask_kernel(self.kernel, expression)

    def picture(self, name: str) -> None:
        """For people to look at, in the folder that `DBARCH_SCREENSHOTS` names."""
        if folder := os.environ.get("DBARCH_SCREENSHOTS"):
            self.here.screenshot(path=str(Path(folder) / f"{name}.png"))


@pytest.fixture
def findings(server: LabServer, watched: Watched) -> Iterator[FindingsPage]:
    page = watched.page
    kernel = open_notebook(page, server, NOTEBOOK)
    run_all(page, server, NOTEBOOK)
    cell = page.locator(".jp-CodeCell").filter(has=page.locator(".jp-InputArea", has_text="bench = Workbench")).first
    cell.locator(".widget-tab .lm-TabBar-tab", has_text="Findings").click()
    opened = FindingsPage(page, server, kernel, cell)
    opened.wait_lines(ALL)
    yield opened
    wait_idle(page, server, NOTEBOOK)
    watched.assert_clean()
    server.end_sessions()


def test_findings_are_filtered_grouped_and_read(findings: FindingsPage) -> None:
    """From all of them to one finding's fix, its rule's page, and the one that people live with."""
    assert [findings.chosen(label) for label in ("area", "rule", "table", "state")] == ["all"] * 4
    for level in ("medium 2", "low 4", "info 2"):
        findings.press(level)
    assert findings.wait_lines(len(HIGH) + 1) == [*HIGH, ACCEPTED]
    findings.press("medium 2")
    findings.wait_lines(len(HIGH) + 3)
    findings.choose("group by", "table")
    grouped = findings.wait_lines(len(HIGH) + 3 + 3)
    assert [line for line in grouped if line.startswith("──")] == [
        "── notes (2) ──",
        "── items (1) ──",
        "── orders (2) ──",
    ]
    assert grouped[grouped.index("── notes (2) ──") + 2] == NO_INDEX
    findings.picture("grouped")
    findings.pick("── notes (2) ──")
    assert findings.button("The rule's page").is_disabled()
    findings.pick(NO_INDEX)
    findings.detail.get_by_text("CREATE INDEX notes_order_id_idx ON notes (order_id);").wait_for()
    wait_for_page(findings.page, "the table", lambda: findings.ask("bench.diagram.selected") == "public.notes")
    findings.press("The rule's page")
    for heading in ("foreign-key-without-index:", "Symptom", "When it is fine", "How to fix"):
        findings.detail.locator("h3, h4", has_text=heading).wait_for()
    findings.picture("rule")
    findings.choose("state", "accepted")
    assert findings.wait_lines(2) == ["── orders (1) ──", ACCEPTED]
    wait_for_page(findings.page, "an empty place below", lambda: not findings.detail.inner_text().strip())
    findings.pick(ACCEPTED)
    findings.detail.get_by_text("Accepted by Ann until 2999-12-31, because the till <b>rounds</b> it").wait_for()
    findings.picture("accepted")


def test_findings_are_measured_from_their_page(findings: FindingsPage) -> None:
    """Cancel keeps nothing; a whole run leaves evidence in the list and in the finding."""
    findings.choose("rule", "foreign-key-without-index")
    findings.wait_lines(2)
    findings.press("Measure the findings")
    findings.press("Cancel")
    findings.here.get_by_role("status").get_by_text("cancelled").wait_for()
    assert findings.ask("any(each.evidence for each in bench.session.review.findings)") is False
    findings.press("Measure the findings")
    findings.here.get_by_role("status").get_by_text("findings with evidence").wait_for()
    findings.here.get_by_label("with evidence only").check()
    findings.wait_lines(2)
    findings.pick(NO_INDEX)
    findings.detail.get_by_text("CREATE INDEX notes_order_id_idx ON notes (order_id);").wait_for()
    findings.picture("measured")
    assert findings.detail.get_by_text("Not measured.").count() == 0
