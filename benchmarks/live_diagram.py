"""The live diagram of 1,000 tables in Chromium: from an event to the frame that shows it; and a new drawing by the kernel.

The browser is driven on the exported page with all tables in one drawing. The yardstick beside it is the plain way: each
table and line gets its own style, and the view box is set. An animation frame is asked for twice, since the first is the one
that paints; on an idle screen that alone takes up to two frames, 33 ms.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.base import Result, in_turns

if TYPE_CHECKING:
    from dbarch_widgets.model.schema import Schema

TABLES = 1000
AREAS = 25
TURNS = 15
LIMIT = 0.1
LAYOUT_LIMIT = 1.0

_READY = """
() => {
  window.timed = async (act) => {
    await new Promise((done) => setTimeout(done, 60));
    const start = performance.now();
    act();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return (performance.now() - start) / 1000;
  };
  const world = document.querySelector(".dbarch-world > svg"), tables = [...world.querySelectorAll('[id^="table:"]')];
  const find = document.querySelector('[role="combobox"]'), hops = document.querySelector('select[aria-label="Neighbours"]');
  const fire = (node, name) => node.dispatchEvent(new Event(name, { bubbles: true }));
  window.acts = {
    click: (turn) => tables[(turn * 37) % tables.length].dispatchEvent(new MouseEvent("click", { bubbles: true })),
    find: (turn) => { find.value = `_${(turn * 53) % tables.length}`; fire(find, "input"); },
    hop: (turn) => { hops.value = String(1 + (turn % 3)); fire(hops, "change"); },
  };
  const plain = document.createElement("div");
  plain.style.cssText = "position:fixed;inset:0 0 auto 0;height:700px;overflow:hidden;visibility:hidden";
  plain.append(document.importNode(world, true));
  document.body.append(plain);
  const svg = plain.firstChild, [x, y, w, h] = svg.getAttribute("viewBox").split(" ").map(Number);
  svg.style.cssText = "width:100%;height:100%";
  const nodes = [...svg.querySelectorAll('[id^="table:"], [id^="fk:"]')];
  window.plainly = (turn) => {
    plain.style.visibility = "visible";
    nodes.forEach((node, at) => { node.style.opacity = (at + turn) % 9 ? 0.2 : 1; });
    svg.setAttribute("viewBox", `${(x + turn * w / 40) % w} ${y + h / 3} ${w / 5} ${h / 5}`);
  };
  window.hidePlain = () => { plain.style.visibility = "hidden"; };
}
"""


def run() -> Iterator[Result]:
    """In the browser, then in Python."""
    from dbarch_widgets.reviewing.sources import read_schema

    schema = read_schema(ddl(TABLES))
    yield from _in_browser(schema)
    yield from _by_kernel(schema)


def _in_browser(schema: Schema) -> Iterator[Result]:
    from playwright.sync_api import sync_playwright

    from dbarch_widgets import er_diagram

    path = next((found for name in ("chromium", "google-chrome", "chrome") if (found := shutil.which(name))), None)
    if path is None:
        print("The live diagram was not measured: there is no Chromium.")
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        file = er_diagram(schema, title=f"{TABLES} tables").save(Path(folder) / "page.html")
        megabytes = file.stat().st_size / 1e6
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(f"{file.as_uri()}#view?detail=names&selected=public.area0_0")
        page.evaluate(_READY)
        for act in ("click", "find", "hop"):
            ours, plain = _timings(page, act)
            worst = sorted(ours)[-2]
            work = (
                f"{act}, {TABLES} tables, page of {megabytes:.1f} MB (second worst of {TURNS}: {worst * 1000:.0f} ms)"
            )
            middle = statistics.median(ours)
            yield Result(
                work, middle, "style every table and line", statistics.median(plain), f"under {LIMIT} s", middle < LIMIT
            )
        browser.close()


def _timings(page: Any, act: str) -> tuple[list[float], list[float]]:
    ours, plain = [], []
    for turn in range(1, TURNS + 1):
        ours.append(page.evaluate(f"timed(() => acts.{act}({turn}))"))
        plain.append(page.evaluate(f"timed(() => plainly({turn}))"))
        page.evaluate("hidePlain()")
    return ours, plain


def _by_kernel(schema: Schema) -> Iterator[Result]:
    """What the kernel does when a person asks for another drawing: from the changed trait to the SVG to be sent."""
    from dbarch_widgets import er_diagram

    widget = schema.explore()
    groups = [each["name"] for each in widget.groups]
    turn = iter(range(1, 1000))

    def focus() -> None:
        number = next(turn)
        widget.set_state({"group": "", "hops": 2, "focus": f"public.area{number % AREAS}_{number % AREAS}"})

    def group() -> None:
        widget.set_state({"focus": "", "group": groups[next(turn) % len(groups)]})

    def whole() -> None:
        _ = er_diagram(schema, detail="names").svg

    for work, act in (("focus on a table with 2 hops", focus), ("page of a group", group)):
        ours, plain = in_turns(act, whole, turns=5)
        yield Result(
            f"new drawing by the kernel of {TABLES} tables: {work}",
            ours,
            "all tables anew",
            plain,
            f"under {LAYOUT_LIMIT:g} s",
            ours < LAYOUT_LIMIT,
        )


def ddl(tables: int) -> str:
    """DDL of so many tables in areas of equal size; each refers to one before it in its area, some to the first area."""
    parts = []
    for number in range(tables):
        area, place = number % AREAS, number // AREAS
        name = f"area{area}_{number}"
        columns = ",\n".join(f"    value_{n} numeric(12, 2)" for n in range(6))
        parents = [f"area{area}_{area + AREAS * (place // 2)}"] if place else []
        if place % 5 == 1 and area:
            parents.append(f"area0_{AREAS * (place % 3)}")
        keys = "".join(f",\n    ref_{n} bigint REFERENCES {parent} (id)" for n, parent in enumerate(parents))
        parts.append(f"CREATE TABLE {name} (\n    id bigint PRIMARY KEY,\n{columns}{keys}\n);")
    return "\n".join(parts)
