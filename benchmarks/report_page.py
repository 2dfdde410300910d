"""The HTML report of a large review: its size, and how long Chromium takes until the page has loaded and painted."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.base import Result, timed
from benchmarks.rules_text import INTAKE, TABLES, schema_text, workload_text

TURNS = 5
MOST_MEGABYTES, MOST_SECONDS = 10.0, 3.0
_READY = (
    """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"""
)


def run() -> Iterator[Result]:
    """Size and writing; then the page in Chromium, beside one that holds the same bytes as one text."""
    from dbarch_widgets.reviewing.report import report
    from dbarch_widgets.reviewing.run import review

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "schema.sql").write_text(schema_text())
        (folder / "workload.sql").write_text(workload_text())
        (folder / "intake.yaml").write_text(INTAKE)
        made = review(folder)
        texts: list[str] = []
        seconds = timed(lambda: texts.append(report(made, "html")))
        megabytes = len(texts[0].encode()) / 1e6
        work = f"HTML report of {TABLES} tables with {len(made.findings):,} findings: {megabytes:.1f} MB"
        plain = timed(lambda: report(made, "text"))
        met = megabytes <= MOST_MEGABYTES
        yield Result(work, seconds, "the same as text", plain, f"{MOST_MEGABYTES:.0f} MB", met)
        yield from _in_browser(folder, texts[0])


def _in_browser(folder: Path, text: str) -> Iterator[Result]:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("the report is not opened: no chromium is installed")
        return
    (folder / "report.html").write_text(text)
    (folder / "plain.html").write_text(f"<!doctype html><pre>{'x' * 99}\n" + "y" * len(text.encode()) + "</pre>")
    times: dict[str, list[float]] = {"report.html": [], "plain.html": []}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(TURNS):
            for file, found in times.items():
                page = browser.new_page(viewport={"width": 1400, "height": 900})
                page.goto((folder / file).as_uri(), wait_until="load")
                found.append(float(page.evaluate(_READY)) / 1000)
                page.close()
        browser.close()
    ours, plain = (statistics.median(seconds) for seconds in times.values())
    work = "the report opens in Chromium: from the start of navigation to the frame after the load"
    yield Result(work, ours, "a page of as many bytes of text", plain, f"{MOST_SECONDS:.0f} s", ours <= MOST_SECONDS)
