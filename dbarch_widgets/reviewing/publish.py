"""Publishes a notebook: runs it from the top, takes the live parts out, and writes one page that needs no network.

A page that would load something from outside, shows a picture without alt text, grew too large, or comes from a notebook
in which a cell failed is not written: the error says what to mend.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from dbarch_widgets.errors import InputError, SourceError
from dbarch_widgets.render.html import with_breaks
from dbarch_widgets.reviewing.folder import write_text
from dbarch_widgets.reviewing.page_css import PAGE_CSS

MOST_BYTES = 20 * 2**20
# A result wider than the page is scrolled by the keyboard too, and the corner of a pandas table is no header.
_BETTER = (
    ('<div class="output_html ', '<div tabindex="0" role="group" aria-label="Result" class="output_html '),
    ("<th></th>", "<td></td>"),
)
# The words of a cell, in which a long name may go on in the next line.
_CELL = re.compile(r"<td\b[^>]*>.*?</td>", re.DOTALL)
_WORDS = re.compile(r"(?<=>)[^<>]+(?=<)")
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"


def publish(notebook: Path, output: Path, *, timeout: int = 600) -> Path:
    """Runs the notebook and writes the page; returns its path.

    Args:
        notebook: the `.ipynb` file; it is not changed.
        output: the `.html` file to write.
        timeout: seconds that one cell may take.

    Raises:
        SourceError: the notebook cannot be read, or the page not be written.
        InputError: a cell failed, or the page is not fit to be shared.
    """
    document = execute(notebook, timeout=timeout)
    text = page(document, title(document) or notebook.stem)
    wrong = list(unfit(text))
    if wrong:
        raise InputError("; ".join(wrong), where=notebook.as_posix(), to_do="mend the cell that shows it")
    write_text(output, text)
    return output


def execute(notebook: Path, *, timeout: int = 600) -> Any:
    """The notebook, run from the top, without widget state.

    Raises:
        SourceError: it cannot be read.
        InputError: a cell failed; the message names the cell and the error.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    try:
        document: Any = nbformat.read(notebook, as_version=4)
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", where=notebook.as_posix()) from error
    except Exception as error:  # nbformat raises its own and json's errors for what is no notebook
        raise SourceError(f"is no notebook: {error}", where=notebook.as_posix()) from error
    client = NotebookClient(
        document,
        timeout=timeout,
        kernel_name="python3",
        store_widget_state=False,
        # It warns of loopback being loopback, and calls being stopped at the end an error; what cells say comes as outputs.
        extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
        resources={"metadata": {"path": str(notebook.resolve().parent)}},
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError) as error:
        number, what = _failed_cell(document, error)
        raise InputError(f"cell {number} failed: {what}", where=notebook.as_posix()) from error
    document.metadata.pop("widgets", None)
    return document


def _failed_cell(document: Any, error: Exception) -> tuple[int, str]:
    for number, cell in enumerate(document.cells, start=1):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                return number, f"{output.ename}: {output.evalue}"
    return 0, str(error).strip().splitlines()[-1]


def title(document: Any) -> str | None:
    """The first heading of the notebook."""
    for cell in document.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            return str(cell.source.splitlines()[0][2:].strip())
    return None


def page(document: Any, heading: str) -> str:
    """The executed notebook as one HTML page."""
    from nbconvert import HTMLExporter
    from pygments.formatters.html import HtmlFormatter

    for cell in document.cells:
        for output in cell.get("outputs", ()):
            if "data" in output:
                output.data.pop(WIDGET_MIME, None)
        if "outputs" in cell:  # a line of progress leaves an empty one behind
            cell.outputs = [output for output in cell.outputs if output.get("data", True)]
    exporter = HTMLExporter(template_name="basic", embed_images=True, exclude_anchor_links=True)
    exporter.exclude_input_prompt = exporter.exclude_output_prompt = True
    body, _ = exporter.from_notebook_node(document)
    for written, better in _BETTER:
        body = body.replace(written, better)
    body = _CELL.sub(lambda cell: _WORDS.sub(lambda words: with_breaks(words[0]), cell[0]), body)
    code = HtmlFormatter(style="default").get_style_defs(".highlight")  # type: ignore[no-untyped-call]
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(heading)}</title>\n'
        f"<style>\n{code}\n{PAGE_CSS}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def unfit(text: str) -> Iterator[str]:
    """What makes a page unfit to be shared, in words."""
    if len(text.encode()) > MOST_BYTES:
        yield f"the page is larger than {MOST_BYTES // 2**20} MiB"
    reader = _Reader()
    reader.feed(text)
    yield from dict.fromkeys(reader.wrong)


class _Reader(HTMLParser):
    """Collects what a page would load from outside, pictures without alt text, and output of failed cells."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in ("src", "srcset", "poster", "data") if tag != "a" else ():
            address = given.get(name) or ""
            if address.startswith(("http:", "https:", "//")):
                self.wrong.append(f"<{tag}> would load {address[:80]}")
        if tag == "link" and not (given.get("href") or "").startswith(("data:", "#")):
            self.wrong.append(f"<link> would load {(given.get('href') or '')[:80]}")
        if tag == "img" and not (given.get("alt") or "").strip():
            self.wrong.append("a picture has no alt text")
        if tag == "img" and (given.get("alt") or "").startswith("No description has been provided"):
            self.wrong.append("a picture has no alt text")
