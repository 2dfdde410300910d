"""The two places where the live diagram is: a page of its own, and a notebook's widget. Both are asked the same way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mounted import mount

from dbarch_widgets import er_diagram
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload
from dbarch_widgets.render.view import DiagramView

if TYPE_CHECKING:
    from chromium import Watched
    from playwright.sync_api import Locator, Page

Kind = Literal["page", "widget"]


@dataclass
class Place:
    """An open live diagram. `widget` is None in a page, `file` in a notebook."""

    watched: Watched
    page: Page
    widget: Any = None
    file: Path | None = None

    def table(self, name: str) -> Locator:
        return self.page.locator(f'.dbarch-world [id="table:public.{name}"]')

    @property
    def selected(self) -> str:
        """The selected table, as the drawing says it."""
        chosen = self.page.locator('.dbarch-world [id^="table:"][aria-pressed="true"]')
        return _name(chosen.get_attribute("id")) if chosen.count() else ""

    @property
    def focused(self) -> str:
        """The table that has the keyboard's focus; the class of another element."""
        return _name(self.page.evaluate("document.activeElement.id || document.activeElement.className"))

    @property
    def near(self) -> set[str]:
        """The tables that stand out above the veil; empty when nothing is veiled."""
        if not self.page.locator(".dbarch-veil").count():
            return set()
        return set(self.page.evaluate("[...document.querySelectorAll('.dbarch-glass .node')].map(n => n.dataset.name)"))

    @property
    def said(self) -> str:
        return self.page.locator("[role=status]").inner_text()

    @property
    def scale(self) -> float:
        """Pixels per unit of the drawing."""
        return float(
            self.page.evaluate("new DOMMatrix(getComputedStyle(document.querySelector('.dbarch-world')).transform).a")
        )

    def box(self, locator: Locator) -> tuple[float, float, float, float]:
        found = locator.bounding_box()
        assert found
        return found["x"], found["y"], found["width"], found["height"]

    def choose(self, label: str, value: str) -> None:
        self.page.locator(f'select[aria-label="{label}"]').select_option(value)

    def expression(self) -> str:
        """The Python that "Copy state" offers."""
        self.page.get_by_role("button", name="Copy this view").click()
        text = self.page.get_by_role("textbox", name="Python").input_value()
        self.page.keyboard.press("Escape")
        return text

    def expression_with(self, words: str) -> str:
        """The same, as soon as these words are in it: a place is told when the view has come to rest."""
        while words not in (text := self.expression()):
            pass
        return text

    def again(self, view: DiagramView) -> Place:
        """The same diagram with a view that was copied, in another window."""
        link = self._link()
        page = self.page.context.new_page()
        if self.file:
            page.goto(link)
            return Place(self.watched, page, file=self.file)
        widget = self.widget.store.session.review.explore(view=view)
        mount(page, widget)
        return Place(self.watched, page, widget)

    def _link(self) -> str:
        if not self.file:
            return ""
        self.page.get_by_role("button", name="Copy this view").click()
        text = self.page.get_by_role("textbox", name="Link").input_value()
        self.page.keyboard.press("Escape")
        return text


def _name(id_: str | None) -> str:
    return str(id_).removeprefix("table:public.")


def open_place(
    kind: Kind,
    watched: Watched,
    folder: Path,
    schema: Schema,
    findings: tuple[Finding, ...] = (),
    workload: Workload | None = None,
    view: DiagramView | None = None,
) -> Place:
    """The diagram of a schema in one of the places."""
    if kind == "page":
        diagram = er_diagram(schema, findings=findings, workload=workload, title="A design")
        file = diagram.save(folder / "diagram.html")
        watched.page.emulate_media(reduced_motion="reduce")
        watched.page.goto(file.as_uri())
        return Place(watched, watched.page, file=file)
    widget = Review("A design", schema, workload, findings=findings).explore(view=view)
    mount(watched.page, widget)
    return Place(watched, watched.page, widget)
