"""Last page: hand the review over as one HTML file and as a folder of plain text."""

from __future__ import annotations

import base64
from pathlib import Path

from dbarch_widgets.render.html import Html, element, text
from dbarch_widgets.session import Session
from dbarch_widgets.widgets.callbacks import on_click
from dbarch_widgets.widgets.parts import bullets, button, calm, column, field, html, ipw, row, static
from dbarch_widgets.widgets.store import Store

# A browser keeps a download of this size in the page; larger reports are opened from the folder.
MOST_BYTES = 20_000_000


class ExportPane:
    """Writes below `folder` and offers the report for download."""

    title = "6 Export"

    def __init__(self, store: Store) -> None:
        self.store = store
        self.folder = field(ipw.Text, "Folder", "min(600px, 100%)", value="review")
        self.write = button("Write report and review folder", primary=True)
        self.files = html()
        self.summary = html()
        self._shown: tuple[object, ...] = ()
        self.view = column(row(self.folder, self.write), self.files, self.summary)
        on_click(self.write, lambda: store.apply(lambda session: session.export(self.folder.value.strip())))
        store.subscribe(self.render)

    def fail(self, error: BaseException) -> None:
        self.store.fail(error)

    def render(self, session: Session) -> None:
        """What would be handed over, and the files once they are written."""
        self.write.disabled = session.review is None
        if (session.review, session.written) == self._shown:
            return
        self._shown = (session.review, session.written)
        self.summary.value = static(session.review) if session.review else "<p>Import a design first.</p>"
        links = [_download(path) for path in session.written if path.suffix == ".html"]
        files = bullets(element("code", path.as_posix()) for path in session.written)
        self.files.value = calm("".join(links) + files) if session.written else ""


def _download(path: Path) -> str:
    data = path.read_bytes()
    if len(data) > MOST_BYTES:
        return element("p", f"{path.name} is {len(data) // 1_000_000} MB; open it from the folder.")
    uri = f"data:text/html;base64,{base64.b64encode(data).decode()}"
    return Html(
        f'<p><a download="{text(path.name)}" href="{uri}">Download {text(path.name)}</a> ({len(data) // 1000:,} kB)</p>'
    )
