"""First page: bring a design, and see what of it was understood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dbarch_widgets.model.schema import Schema
from dbarch_widgets.session import Session, example_folders
from dbarch_widgets.widgets.callbacks import on_click, safe_callback
from dbarch_widgets.widgets.pane_questions import QuestionsPane
from dbarch_widgets.widgets.parts import area, button, column, field, heading, html, ipw, row, static
from dbarch_widgets.widgets.store import Store


class ImportPane:
    """Paste, upload, or open a folder; each starts a review and runs the rules."""

    title = "1 Import"

    def __init__(self, store: Store) -> None:
        self.store = store
        examples = [(path.name, path) for path in example_folders()]
        self.example = field(ipw.Dropdown, "Example", "min(400px, 100%)", options=examples)
        self.try_it = button("Open the example", primary=True, disabled=not examples)
        self.folder = field(
            ipw.Text, "Your folder", "min(600px, 100%)", placeholder="a folder with schema.sql, or an .sql file"
        )
        self.open = button("Open it")
        self.upload = ipw.FileUpload(
            accept=".sql,.yaml,.yml,.txt",
            multiple=True,
            description="Upload files",
            tooltip="schema.sql, workload.sql, intake.yaml",
        )
        self.text = area("DDL", "CREATE TABLE …", rows=8)
        self.read = button("Read the text")
        self.report = html()
        self.questions = QuestionsPane(store)
        self._shown: Schema | None = None
        self.view = column(
            heading("Open a review folder"),
            row(self.example, self.try_it),
            row(self.folder, self.open),
            heading("or upload files"),
            row(self.upload, html("schema.sql, and with it or later workload.sql and intake.yaml", width="auto")),
            heading("or paste DDL"),
            self.text,
            row(self.read),
            self.questions.view,
            self.report,
        )
        on_click(self.try_it, lambda: self._open(self.example.value))
        on_click(self.open, lambda: self._open(self.folder.value.strip()))
        on_click(self.read, self._read)
        self.upload.observe(self._uploaded, names=["value"])
        store.subscribe(self.render)

    def fail(self, error: BaseException) -> None:
        self.store.fail(error)

    def _open(self, folder: Path | str) -> None:
        self.store.apply(lambda session: session.load_folder(folder), Session.and_rules)

    def _read(self) -> None:
        self.store.apply(lambda session: session.load_text(self.text.value), Session.and_rules)

    @safe_callback
    def _uploaded(self, change: dict[str, Any]) -> None:
        files = {file["name"]: bytes(file["content"]) for file in change["new"]}
        if files:
            self.store.apply(lambda session: session.load_files(files), Session.and_rules)
            # So that the same file can be uploaded again after it was edited.
            self.upload.value = ()

    def render(self, session: Session) -> None:
        """What came in, and what was not understood."""
        if session.schema is self._shown:
            return
        self._shown = session.schema
        self.report.value = static(session.schema.report) if session.schema else ""
