"""The index of a folder of deliverables: a page that opens without network, and the same as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.delivered import Delivered, DeliveredFile
from dbarch_widgets.render.block_markdown import code_span, escaped
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.html import Html, details, element, join, table, text
from dbarch_widgets.render.page_css import CSS
from dbarch_widgets.render.words import count

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
FEW = 8  # files of a part that are shown at once
HEADERS = ("File", "What it is", "How to run it")
BEFORE_RUNNING = (
    "Read a file before you run it. Commands are run in this folder; the address of the database is in the environment "
    "variable DATABASE_URL and in no file."
)


def index_html(made: Delivered) -> str:
    """The page: one row for each file, with what it is and how it is run."""
    title = f"Deliverables: {one_line(made.title)}"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", content="width=device-width, initial-scale=1", name_="viewport"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("title", title),
        Html(f"<style>{CSS}</style>"),
    )
    header = element("header", element("h1", title), element("p", _counted(made)), element("p", BEFORE_RUNNING))
    body = element("body", header, element("main", list(_sections(made))))
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def _sections(made: Delivered) -> Iterator[Html]:
    yield element(
        "section", element("h2", "What was chosen"), element("ul", [element("li", note) for note in made.notes])
    )
    for part in made.parts:
        if part.files:
            rows = [
                (_link(file), _described(file), element("code", file.run) if file.run else "") for file in part.files
            ]
            first, more = rows[:FEW], rows[FEW:]
            shown = [table("", HEADERS, first)]
            if more:
                shown.append(details(f"{count(len(more), 'more file')}", table("", HEADERS, more)))
            yield element("section", element("h2", part.title), shown)
    missing = [part for part in made.parts if part.left_out]
    if missing:
        items = [element("li", element("strong", part.title), f": {part.left_out}") for part in missing]
        yield element("section", element("h2", "Not written"), element("ul", items))


def _link(file: DeliveredFile) -> Html:
    # The path of a file of ours holds nothing that an address would have to quote.
    return Html(f'<a href="{text(file.path)}">{text(file.path)}</a>')


def _described(file: DeliveredFile) -> Html:
    return join([element("strong", file.title), f". {file.note}" if file.note else ""])


def readme(made: Delivered) -> str:
    """The same as Markdown."""
    parts = [f"# Deliverables: {escaped(made.title)}", _counted(made), BEFORE_RUNNING, "## What was chosen"]
    parts.append("\n".join(f"- {escaped(note)}" for note in made.notes))
    for part in made.parts:
        if part.files:
            rows = [
                f"| [{escaped(file.path)}]({file.path}) | {_words(file)} | {_command(file)} |" for file in part.files
            ]
            head = "| file | what it is | how to run it |\n|---|---|---|"
            parts += [f"## {escaped(part.title)}", "\n".join([head, *rows])]
    missing = [part for part in made.parts if part.left_out]
    if missing:
        lines = [f"- **{escaped(part.title)}**: {escaped(part.left_out or '')}" for part in missing]
        parts += ["## Not written", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def _words(file: DeliveredFile) -> str:
    return f"**{escaped(file.title)}**." + (f" {escaped(file.note)}" if file.note else "")


def _command(file: DeliveredFile) -> str:
    return code_span(file.run).replace("|", "\\|") if file.run else ""


def _counted(made: Delivered) -> str:
    written = sum(1 for part in made.parts if part.files)
    return f"{count(len(made.files), 'file')} in {count(written, 'part')}."
