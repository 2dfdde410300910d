"""The index of a folder of deliverables: a page that opens without network."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.deliverables.listing import Listing, Stage, StepLine, listing
from dbarch_widgets.model.delivered import Delivered, DeliveredFile, DeliveredPart
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.html import Child, Html, breakable, details, element, join, table, text
from dbarch_widgets.render.page_css import CSS
from dbarch_widgets.render.words import count

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
MANY_STEPS = 20  # of a stage: more are folded
HEADERS = ("File", "What it is", "How to run it")
BEFORE_RUNNING = (
    "Read a file before you run it. Commands are run in this folder; the address of the database is in the environment "
    "variable DATABASE_URL and in no file."
)
STEPS = (
    "The steps, which run.sh runs in this order; each says in its file what it locks; beside it is what takes it back."
)
_STYLE = """
body { max-width: 84rem; margin: 0 auto }
main p, main li { max-width: 110ch; overflow-wrap: break-word }
table { width: 100%; table-layout: fixed } th, td { overflow-wrap: break-word }
th:nth-child(1) { width: 28% } th:nth-child(2) { width: 40% }
.steps th:nth-child(1) { width: 3.5rem } .steps th:nth-child(2) { width: 52% } .steps th:nth-child(3) { width: 5rem }
ul.names { columns: 20rem; list-style: none; padding: 0 } ul.names li { overflow-wrap: anywhere }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.4rem } nav { margin: 1rem 0 }
summary { padding: .25rem 0 } section { scroll-margin-top: 1rem }
@media screen and (max-width: 46rem) {
  thead { display: none } table, tbody, tr, td { display: block } td { border: 0; padding: .1rem 0 }
  tr { border-bottom: 1px solid var(--line); padding: .5rem 0 } td:empty { display: none }
  .steps tr { display: grid; grid-template-columns: 2.5rem 1fr 3rem; column-gap: .5rem } .steps td:nth-child(4) { grid-column: 2 / 4; color: var(--soft) }
}
@media print {
  @page { size: portrait; margin: 16mm 15mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #55606b } }
  nav { display: block } body { max-width: none } h1 { font-size: 16pt } h2 { font-size: 12pt; margin: 1.2rem 0 .3rem }
  table, code { font-size: 8.5pt } tr { break-inside: avoid } thead, tr:first-child { break-after: avoid } summary { color: inherit }
}
"""


def index_html(made: Delivered) -> str:
    """The page: a row for each file, with what it is and how it is run; a line for each step of a migration."""
    title = f"Deliverables: {one_line(made.title)}"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", content="width=device-width, initial-scale=1", name_="viewport"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("title", title),
        Html(f"<style>{CSS}{_STYLE}</style>"),
    )
    header = element("header", element("h1", title), element("p", counted(made)), element("p", BEFORE_RUNNING))
    body = element("body", header, _nav(made), element("main", list(_sections(made))))
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def counted(made: Delivered) -> str:
    """`80 files in 14 parts.`"""
    written = sum(1 for part in made.parts if part.files)
    return f"{count(len(made.files), 'file')} in {count(written, 'part')}."


def _nav(made: Delivered) -> Html:
    items = [
        element("li", element("a", part.title, href=f"#{part.name}"), f" {len(part.files)}")
        for part in made.parts
        if part.files
    ]
    return element("nav", element("ul", items), aria_label="Parts")


def _sections(made: Delivered) -> Iterator[Html]:
    yield element(
        "section", element("h2", "What was chosen"), element("ul", [element("li", note) for note in made.notes])
    )
    for part in made.parts:
        if part.files:
            yield element("section", element("h2", part.title), list(_part(part, listing(part))), id=part.name)
    missing = [part for part in made.parts if part.left_out]
    if missing:
        items = [element("li", element("strong", part.title), f": {part.left_out}") for part in missing]
        yield element("section", element("h2", "Not written"), element("ul", items))


def _part(part: DeliveredPart, listed: Listing) -> Iterator[Html]:
    if listed.told:
        rows = [
            (_link(file), _described(file), element("code", breakable(file.run)) if file.run else "")
            for file in listed.told
        ]
        yield table("", HEADERS, rows)
    if listed.alike:
        names = [element("li", _link(file, file.title)) for file in listed.alike]
        yield element("ul", names, class_="names")
    if listed.stages:
        yield element("p", STEPS)
    for stage in listed.stages:
        yield details(stage.words, _steps(stage), open_=len(stage.steps) <= MANY_STEPS)


def _steps(stage: Stage) -> Html:
    return table("", ("Step", "Does", "Back", "Lock"), [_step(line) for line in stage.steps], class_="steps")


def _step(line: StepLine) -> tuple[Child, ...]:
    back = _link(line.down, "back") if line.down else ""
    return str(line.number), _link(line.up, line.title), back, breakable(line.up.note.removeprefix("Lock: "))


def _link(file: DeliveredFile, words: str = "") -> Html:
    # The path of a file of ours holds nothing that an address would have to quote.
    return Html(f'<a href="{text(file.path)}">{breakable(words or file.path)}</a>')


def _described(file: DeliveredFile) -> Html:
    return join([element("strong", file.title), f". {file.note}" if file.note else ""])
