"""What is handed over, opened from a disk without a network: the report of a review and a published notebook."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dbarch_widgets.reviewing.report import save_report
from dbarch_widgets.reviewing.run import review
from dbarch_widgets.session import example_folders

if TYPE_CHECKING:
    from chromium import Watched

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
_IMAGES = """
async () => {
  document.querySelectorAll("details").forEach((each) => { each.open = true; });
  await Promise.all([...document.images].map((image) => image.decode().catch(() => null)));
  return [...document.images].map((image) => [image.alt, image.naturalWidth]);
}
"""


def open_offline(watched: Watched, page: Path) -> list[tuple[str, int]]:
    """Open the file without network; returns alt text and width of each picture."""
    watched.page.context.set_offline(offline=True)
    watched.page.goto(page.as_uri())
    found: list[Any] = watched.page.evaluate(_IMAGES)
    assert [url for url in watched.requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert [url for url in watched.requests if url.startswith("file:")] == [page.as_uri()]
    watched.assert_clean()
    return [(str(alt), int(width)) for alt, width in found]


def assert_readable(watched: Watched, images: list[tuple[str, int]]) -> None:
    """Pictures are there and have words, headings do not skip a level, tables have headers, the language is named."""
    page = watched.page
    assert images
    for alt, width in images:
        assert alt.strip()
        assert width > 0
    assert page.evaluate("document.documentElement.lang")
    assert page.title().strip()
    levels = [
        int(tag[1])
        for tag in page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => h.localName)")
    ]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels
    assert page.evaluate(
        "[...document.querySelectorAll('table')].every(table => !table.rows.length || table.querySelector('th'))"
    )


@pytest.mark.parametrize("design", [path.name for path in example_folders(HERE)])
def test_the_report_of_a_review(design: str, watched: Watched, tmp_path: Path) -> None:
    folder = next(path for path in example_folders(HERE) if path.name == design)
    report = save_report(review(folder), tmp_path / "report.html")
    assert_readable(watched, open_offline(watched, report))


def test_a_published_notebook_with_live_cells(watched: Watched, tmp_path: Path) -> None:
    """The cells that are live in JupyterLab are pictures and tables in the page."""
    page = tmp_path / "page.html"
    # A process of its own: the driver's event loop runs in this thread, and a kernel's client would wait for it for ever.
    command = [
        sys.executable,
        "-c",
        "from dbarch_widgets.cli import main; main()",
        "share",
        str(HERE / "fixtures" / "explore.ipynb"),
        "-o",
        str(page),
    ]
    subprocess.run(command, check=True)
    assert_readable(watched, open_offline(watched, page))
    text = watched.page.locator("body").inner_text()
    assert "foreign-key-without-index" in text
    assert "DiagramWidget" not in text
