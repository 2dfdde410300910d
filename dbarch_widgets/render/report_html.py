"""A review as one HTML file for a meeting: no network, no script needed, light, dark and print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dbarch_widgets.model.review import Review
from dbarch_widgets.model.slow_queries import SlowQueries
from dbarch_widgets.render import html
from dbarch_widgets.render.block_html import blocks_html
from dbarch_widgets.render.blocks import Blocks, Bullets, Para, Strong, plain
from dbarch_widgets.render.comparison_blocks import comparison_blocks
from dbarch_widgets.render.diagram_page import policy
from dbarch_widgets.render.html import Html, element
from dbarch_widgets.render.live_script import style
from dbarch_widgets.render.measure_blocks import workload_blocks
from dbarch_widgets.render.measurement_blocks import measurement_blocks
from dbarch_widgets.render.provenance import schema_hash
from dbarch_widgets.render.report_css import CSS, page_header
from dbarch_widgets.render.report_diagram import diagram_section
from dbarch_widgets.render.report_parts import Page, cards_section, findings_section, other_objects, summary_section
from dbarch_widgets.render.report_script import script
from dbarch_widgets.render.requirement_blocks import requirements_blocks
from dbarch_widgets.render.review_blocks import answers_grid, decision_blocks, not_run_grid, questions_blocks
from dbarch_widgets.render.rights_blocks import rights_blocks
from dbarch_widgets.render.schema_blocks import report_blocks
from dbarch_widgets.render.slow_query_blocks import TITLE, slow_query_blocks
from dbarch_widgets.render.weighing_blocks import OPINION, weighing_blocks
from dbarch_widgets.render.words import count


@dataclass(frozen=True)
class Section:
    """One section: its anchor, title, how many things are in it (None: not counted), and its content."""

    anchor: str
    title: str
    number: int | None
    content: Callable[[Page], Html]


def report_html(review: Review) -> str:
    """The whole review as one file that needs no network."""
    page = Page(review)
    sections = _sections(review)
    skip = element("a", "Skip to the review", href="#summary", class_="skip")
    main = element(
        "main",
        element("header", summary_section(page), _contents(sections), id="summary"),
        [_section(page, section) for section in sections],
        element(
            "footer",
            element(
                "p",
                "Made by dbarch from the files of the review. Numbers carry the engine, version, seed and rows that they were measured with. "
                f"SHA-256 of the schema that was reviewed, as `dbarch review --format json` gives it: {schema_hash(page.review.schema)}",
            ),
        ),
    )
    body = element("body", skip, element("div", _nav(review, sections), main, class_="frame"), _script())
    text = f"<!DOCTYPE html>\n{element('html', _head(review), body, lang='en')}\n"
    return _without_cell_styles(text)


def _head(review: Review) -> Html:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy(script())),
        element("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{review.title}: database design review"),
        Html(f"<style>{CSS}\n{page_header(review.title)}\n{style()}</style>"),
    )


def _script() -> Html:
    return Html(f"<script>{script()}</script>")


def _nav(review: Review, sections: list[Section]) -> Html:
    items = [element("li", element("a", "Summary", href="#summary"))]
    for section in sections:
        number = [element("span", f"{section.number:,}")] if section.number is not None else []
        items.append(element("li", element("a", section.title, *number, href=f"#{section.anchor}")))
    return element("nav", element("strong", review.title), element("ul", items), aria_label="Sections")


def _contents(sections: list[Section]) -> Html:
    """On paper in place of the navigation; the script adds the day on which it is printed."""
    parts: list[str | Html] = ["In this report: "]
    for at, section in enumerate(sections):
        number = f" ({section.number:,})" if section.number is not None else ""
        parts += [" · " if at else "", element("a", f"{section.title}{number}", href=f"#{section.anchor}")]
    return html.join([element("p", parts, class_="paper meta"), element("p", "", class_="paper meta", id="printed")])


def _section(page: Page, section: Section) -> Html:
    title = element("h2", section.title, id=f"{section.anchor}-title")
    return element(
        "section", title, section.content(page), id=section.anchor, aria_labelledby=f"{section.anchor}-title"
    )


def _sections(review: Review) -> list[Section]:
    """The sections in reading order; what was not done is a section that says so, not a gap."""
    problems = review.schema.report.not_understood + review.schema.report.partly
    return [
        Section("diagram", "Diagram", None, lambda page: diagram_section(page.review)),
        *_slow(review.slow_queries()),
        Section("findings", "Findings", len(review.open_findings), findings_section),
        Section("comparisons", "Trade-offs", len(review.comparisons), _comparisons),
        Section("alternatives", "Alternatives", len(review.weighings), _alternatives),
        Section("measured", "Measurements", len(review.measurements), _measurements),
        Section("decisions", "Decisions", len(review.decisions), _decisions),
        Section("requirements", "Requirements", len(review.requirements), _requirements),
        Section("questions", "Open questions", len(review.open_questions), _intake),
        Section("tables", "Tables", len(review.schema.base_tables), _tables),
        Section("workload", "Workload", len(review.workload.queries) if review.workload else 0, _workload),
        Section("import", "Not understood", problems, _import),
        Section("not-run", "Not run", len(review.not_run), _not_run),
    ]


def _slow(slow: SlowQueries) -> list[Section]:
    """Only a workload that was measured where it runs says where the time goes."""
    if not slow.rows:
        return []
    number = len(slow.rows)
    return [Section("time", TITLE, number, lambda page: blocks_html(slow_query_blocks(slow, page.anchors), page=True))]


def _record(blocks: Blocks) -> Html:
    """Blocks as an article; what they begin with in bold is its heading."""
    first, *rest = blocks
    if isinstance(first, Para) and isinstance(first.words, tuple) and isinstance(first.words[0], Strong):
        head = element("h3", first.words[0].text)
        words = plain(first.words[1:]).removeprefix(": ").strip()
        return element("article", head, element("p", words), blocks_html(tuple(rest), page=True), class_="record")
    return element("article", blocks_html(blocks, page=True), class_="record")


def _said(words: str) -> Html:
    return blocks_html((Para(words),), page=True)


def _comparisons(page: Page) -> Html:
    records = [_record(comparison_blocks(each)) for each in page.review.comparisons]
    return html.join(records or [_said("No two designs were compared.")])


def _alternatives(page: Page) -> Html:
    if not page.review.weighings:
        return _said("Without answers to the questions of the intake no alternatives were weighed.")
    records = [_record(weighing_blocks(each)) for each in page.review.weighings]
    return html.join([_said(OPINION), *records])


def _measurements(page: Page) -> Html:
    records = [_record(measurement_blocks(each)) for each in page.review.measurements]
    shown = sum(each.evidence is not None and each.evidence.kind == "measured" for each in page.review.findings)
    said = "Nothing was measured: what is said about speed is an opinion."
    if shown:
        said = f"The workload as a whole was not measured; {count(shown, 'finding')} above, each by an experiment of its own."
    return html.join(records or [_said(said)])


def _decisions(page: Page) -> Html:
    records = [_record(decision_blocks(each)) for each in page.review.decisions]
    return html.join(records or [_said("Nothing was decided yet.")])


def _requirements(page: Page) -> Html:
    return blocks_html(requirements_blocks(page.review.requirements, page.review.intake), page=True)


def _intake(page: Page) -> Html:
    review = page.review
    questions = questions_blocks(review.open_questions, review.intake_warnings)
    answers: Blocks = (answers_grid(review.intake),) if review.intake else (Para("No answers were given."),)
    return blocks_html((*questions, *answers), page=True)


def _tables(page: Page) -> Html:
    schema = page.review.schema
    return html.join([cards_section(page), blocks_html((*other_objects(schema), *rights_blocks(schema)), page=True)])


def _workload(page: Page) -> Html:
    workload = page.review.workload
    return blocks_html(workload_blocks(workload), page=True) if workload else _said("No workload was given.")


def _import(page: Page) -> Html:
    report = page.review.schema.report
    return (
        blocks_html(report_blocks(report), page=True)
        if report.statements
        else _said("The schema was not read from a text.")
    )


def _not_run(page: Page) -> Html:
    notes = (Bullets(page.review.notes),) if page.review.notes else ()
    return blocks_html((not_run_grid(page.review.not_run), *notes), page=True)


def _without_cell_styles(text: str) -> str:
    """The page has a style sheet; text from outside has its quotes escaped, so only our own attributes match."""
    return text.replace(' style="text-align:left"', "").replace(' style="text-align:right"', ' class="n"')
