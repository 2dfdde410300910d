"""Publishing: a page without network, or one clear error."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from dbarch_widgets.errors import InputError, SourceError
from dbarch_widgets.reviewing.publish import publish, unfit


def notebook(folder: Path, *sources: str) -> Path:
    """A notebook of a heading and code cells."""
    cells = [nbformat.v4.new_markdown_cell("# A title & more"), *(nbformat.v4.new_code_cell(s) for s in sources)]
    path = folder / "n.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_a_notebook_becomes_one_page(tmp_path: Path) -> None:
    source = notebook(
        tmp_path,
        "import ipywidgets\nipywidgets.IntSlider(description='live only')",
        "from dbarch_widgets import read_schema\nread_schema('CREATE TABLE shown (id integer PRIMARY KEY);')",
    )
    before = source.read_bytes()
    text = publish(source, tmp_path / "page.html").read_text()
    assert "<title>A title &amp; more</title>" in text
    assert "shown" in text
    assert "<script" not in text
    assert "widget-view" not in text
    assert source.read_bytes() == before


def test_a_failing_cell_is_named_and_no_page_is_written(tmp_path: Path) -> None:
    source = notebook(tmp_path, "1 + 1", "raise ValueError('the reason')")
    with pytest.raises(InputError, match="cell 3 failed: ValueError: the reason"):
        publish(source, tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


def test_what_is_no_notebook(tmp_path: Path) -> None:
    (tmp_path / "n.ipynb").write_text("{")
    with pytest.raises(SourceError, match="is no notebook"):
        publish(tmp_path / "n.ipynb", tmp_path / "page.html")
    with pytest.raises(SourceError, match="cannot be read"):
        publish(tmp_path / "gone.ipynb", tmp_path / "page.html")


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ('<img src="https://example.org/a.png" alt="a">', "would load https://example.org"),
        ('<script src="//example.org/a.js"></script>', "<script> would load"),
        ('<link rel="stylesheet" href="style.css">', "<link> would load style.css"),
        ('<img src="data:,">', "no alt text"),
        ('<img src="data:," alt="No description has been provided for this image">', "no alt text"),
    ],
)
def test_what_makes_a_page_unfit(html: str, words: str) -> None:
    (found,) = unfit(html)
    assert words in found


def test_a_fit_page_passes() -> None:
    assert list(unfit('<img src="data:image/png;base64,AA" alt="A diagram"><a href="#top">up</a>')) == []
