"""The sections of the report page that are more than blocks: summary, findings, table cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import groupby

from dbarch_widgets.model.finding import SEVERITIES, Evidence, Finding, Fix
from dbarch_widgets.model.objects import Function, View
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.render import html
from dbarch_widgets.render.accepted_blocks import acceptance_words, notes_grid
from dbarch_widgets.render.block_html import blocks_html
from dbarch_widgets.render.blocks import Blocks, Code, Fold, Grid, Para, capped, plain, slim
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.evidence_blocks import evidence_blocks, evidence_sentence, evidence_words
from dbarch_widgets.render.finding_blocks import (
    because_words,
    more_words,
    most_important_first,
    severity_words,
    what_matters,
)
from dbarch_widgets.render.html import Html, element
from dbarch_widgets.render.report_ids import card_anchor, finding_anchors, table_anchor
from dbarch_widgets.render.summary import FAVOURED, TOP, has_design, question, summary_lines, verdict
from dbarch_widgets.render.table_blocks import table_blocks
from dbarch_widgets.render.weighing_blocks import favoured_ways
from dbarch_widgets.render.words import CONFIDENCE_WORDS, SEVERITY_MARK, count, place

FEW_TABLES = 25
_MOST_PARTITIONS = 60
_MOST_OPEN = 10
_FEW_FINDINGS = 60


class Page:
    """A review with the anchors that its parts link each other by."""

    def __init__(self, review: Review) -> None:
        self.review = review
        self.findings = most_important_first(review.findings)
        self.anchors = finding_anchors(self.findings)
        self.by_card: dict[str, list[Finding]] = {}
        for finding in self.findings:
            if anchor := card_anchor(review.schema, finding):
                self.by_card.setdefault(anchor, []).append(finding)

    @cached_property
    def left_out(self) -> tuple[str, ...]:
        """What several experiments do not model."""
        limits = Counter(limit for each in self.findings if each.evidence for limit in each.evidence.not_modelled)
        return tuple(limit for limit, number in limits.items() if number > 2)

    def on_paper(self, evidence: Evidence) -> str:
        """The evidence in a line, with what only this experiment leaves out."""
        own = [limit for limit in evidence.not_modelled if limit not in self.left_out]
        more = f" It leaves out: {'; '.join(own)}." if own else ""
        return f"Evidence, {evidence_sentence(evidence)}.{more}"

    def place(self, finding: Finding) -> Html:
        """Where a finding is, as a link to the card of its table."""
        anchor = card_anchor(self.review.schema, finding)
        name = element("code", one_line(finding.place))
        return element("a", name, href=f"#{anchor}") if anchor else name

    def link(self, finding: Finding, words: str) -> Html:
        return element("a", words, href=f"#{self.anchors[id(finding)]}")


def mark(finding: Finding) -> Html:
    """The severity as shape, word and colour; an accepted one is only that."""
    if finding.accepted:
        return element("span", severity_words(finding), class_="mark accepted")
    return element("span", f"{SEVERITY_MARK[finding.severity]} {finding.severity}", class_=f"mark {finding.severity}")


def summary_section(page: Page) -> Html:
    """One screen: what is asked, the answer, counts, what matters most, and what it rests on."""
    review = page.review
    counts = review.counts()
    worst = next((level for level in ("high", "medium") if counts[level]), "")
    tiles = [
        element(
            "li",
            element(
                "a",
                element("strong", f"{SEVERITY_MARK[level]} {counts[level]:,}"),
                f" {level}",
                href=f"#{_target(level, counts)}",
            ),
            class_=level,
        )
        for level in SEVERITIES
    ]
    facts = element("ul", [element("li", line) for line in summary_lines(review)], class_="facts")
    return html.join(
        [
            element("h1", review.title),
            element("p", question(review), class_="question"),
            element("p", element("strong", verdict(review)), class_=f"verdict {worst}".rstrip()),
            element("ul", tiles, class_="tiles"),
            element(
                "div",
                _what_matters(page),
                element("div", element("h2", "What this rests on"), facts),
                class_="two",
            ),
        ]
    )


def _what_matters(page: Page) -> Html:
    """The findings; of answers alone what they favour."""
    review = page.review
    if review.weighings and not has_design(review):
        ways = blocks_html((favoured_ways(review.weighings),), page=True)
        return element("div", element("h2", FAVOURED), ways)
    return element("div", element("h2", "What matters most"), _top(page))


def _target(level: str, counts: dict[str, int]) -> str:
    return f"findings-{level}" if counts[level] else "findings"


def _top(page: Page) -> Html:
    if not page.review.open_findings:
        return element("p", "No findings.")
    items = []
    for finding, others in what_matters(page.findings, TOP):
        facts = html.join(
            [page.place(finding), " · ", page.link(finding, finding.rule), f" · {evidence_words(finding.evidence)}"]
        )
        said = one_line(finding.message + more_words(others))
        items.append(element("li", mark(finding), " ", html.breakable(said), element("div", facts, class_="meta")))
    return element("ol", items, class_="top")


def findings_section(page: Page) -> Html:
    """By severity, then by rule; each with its place, its fix, what it rests on and what it cites."""
    open_ones = [finding for finding in page.findings if not finding.accepted]
    parts: list[Html] = [] if open_ones else [element("p", "No findings.")]
    if len(open_ones) >= TOP:
        from dbarch_widgets.render.charts import findings_chart

        parts.append(blocks_html((findings_chart(open_ones),), page=True))
    parts += _on_paper(page)
    few = len(page.findings) <= _FEW_FINDINGS
    for level, same in groupby(open_ones, key=lambda finding: finding.severity):
        findings = list(same)
        parts.append(
            element(
                "h3",
                f"{SEVERITY_MARK[level]} {level.capitalize()}: {count(len(findings), 'finding')}",
                id=f"findings-{level}",
            )
        )
        by_rule: dict[str, list[Finding]] = {}
        for finding in findings:
            by_rule.setdefault(finding.rule, []).append(finding)
        parts += [_rule(page, each, open_=few) for each in by_rule.values()]
    return html.join([*parts, *_accepted(page)])


def _on_paper(page: Page) -> list[Html]:
    """Paper has a line of evidence for each finding; what is the same for all of them is said once."""
    limits = [f"What the experiments leave out: {'; '.join(page.left_out)}."] if page.left_out else []
    if any(each.evidence and each.evidence.command for each in page.findings):
        limits.append("dbarch review SOURCE --measure --rules RULE runs the experiments of a rule again.")
    return [element("p", " ".join(limits), class_="paper meta")] if limits else []


def _accepted(page: Page) -> list[Html]:
    """What people live with, and the notes on it."""
    accepted = [finding for finding in page.findings if finding.accepted]
    parts = []
    if accepted:
        cards = html.join(_finding(page, finding, open_=False) for finding in accepted)
        parts.append(element("h3", f"Accepted: {count(len(accepted), 'finding')}", id="findings-accepted"))
        parts.append(html.details("Each with its reason; they do not count.", cards))
    if page.review.acceptance_notes:
        parts.append(blocks_html((notes_grid(page.review.acceptance_notes),), page=True))
    return parts


def _rule(page: Page, findings: Sequence[Finding], *, open_: bool) -> Html:
    open_ = open_ or (findings[0].severity == "high" and len(findings) <= _MOST_OPEN)
    cards = html.join(_finding(page, finding, open_=open_) for finding in findings)
    if len(findings) <= 3:
        return cards
    summary = [element("strong", findings[0].rule), f": {count(len(findings), 'place')}"]
    return html.details(summary, cards, open_=open_)


def _finding(page: Page, finding: Finding, *, open_: bool) -> Html:
    where = place(finding.file, finding.line)
    facts: list[str | Html] = [
        page.place(finding),
        f" · {finding.rule} · {finding.area} · {CONFIDENCE_WORDS[finding.confidence]}",
    ]
    facts += [" · ", element("code", where)] if where else []
    facts += [] if finding.evidence else [" · not measured"]
    parts = [
        element("h4", mark(finding), " ", html.breakable(one_line(finding.message))),
        element("p", facts, class_="meta"),
    ]
    if finding.because:
        parts.append(element("p", one_line(because_words(finding), 400), class_="meta because"))
    if said := acceptance_words(finding):
        parts.append(element("p", one_line(said, 400), class_="meta accepted"))
    if finding.fix:
        parts.append(_fix(finding.fix, open_=open_))
    if finding.evidence:
        said = f"Evidence: {evidence_words(finding.evidence)}"
        body = blocks_html(evidence_blocks(finding.evidence), page=True)
        parts.append(html.details(said, body, class_="screen"))
        parts.append(element("p", one_line(page.on_paper(finding.evidence), 900), class_="paper"))
    if finding.references:
        parts.append(element("p", "See: " + "; ".join(finding.references), class_="meta"))
    return element("article", parts, class_=f"finding {finding.severity}", id=page.anchors[id(finding)])


def _fix(fix: Fix, *, open_: bool) -> Html:
    undo = "can be undone without loss" if fix.reversible else "cannot be undone without loss"
    note = [element("p", fix.note)] if fix.note else []
    return html.details(f"Fix: {undo}", [element("pre", element("code", fix.sql)), *note], open_=open_)


def cards_section(page: Page) -> Html:
    """A card for each table that is not a partition, in the order of their names."""
    schema = page.review.schema
    tables = sorted(schema.base_tables, key=lambda table: table.qname)
    open_ = len(tables) <= FEW_TABLES
    return html.join(
        [_card(page, schema, table, open_=open_) for table in tables] or [element("p", "There is no table.")]
    )


def _card(page: Page, schema: Schema, table: Table, *, open_: bool) -> Html:
    anchor = table_anchor(table.qname)
    findings = page.by_card.get(anchor, [])
    headline, *blocks = table_blocks(table, schema)
    # The card's heading names the table already.
    facts = (
        plain(headline.words[1:]).removeprefix(": ")
        if isinstance(headline, Para) and isinstance(headline.words, tuple)
        else ""
    )
    comment: Blocks = ()
    if table.comment:
        comment, blocks = (blocks[0],), blocks[1:]
    items = [element("li", mark(each), " ", page.link(each, one_line(each.message, 200))) for each in findings]
    listing = [element("ul", items, class_="of")] if items else []
    body = blocks_html((*blocks, *_partitions(schema, table)), page=True)
    said = f"{count(len(table.columns), 'column')}, {count(len(table.foreign_keys), 'foreign key')}, {count(len(table.indexes), 'index', 'indexes')}"
    return element(
        "article",
        element("h3", str(table.qname)),
        element("p", facts, class_="meta"),
        blocks_html(comment, page=True),
        *listing,
        html.details(said, body, open_=open_),
        class_="card",
        id=anchor,
        data_name=str(table.qname),
    )


def _partitions(schema: Schema, table: Table) -> Blocks:
    rows = tuple((Code(str(part.qname)), part.partition_bound or "") for part in schema.partitions(table.qname))
    if not rows:
        return ()
    grid = Grid("Partitions", ("Name", "Rows that it holds"), rows)
    return (Fold(count(len(rows), "partition"), capped(grid, _MOST_PARTITIONS, "see the schema")),)


def other_objects(schema: Schema) -> Blocks:
    """Extensions, views, types and functions, when there are any."""
    extensions = ", ".join(each.name for each in schema.extensions)
    said: Blocks = (Para(f"Extensions: {extensions}."),) if extensions else ()
    return (*said, *(slim(grid) for grid in (_views(schema), _types(schema), _functions(schema)) if grid.rows))


def _views(schema: Schema) -> Grid:
    rows = tuple(
        (
            Code(f"{view.schema}.{view.name}"),
            "materialized" if view.materialized else "view",
            "of the caller" if view.security_invoker else _of_owner(view),
            view.comment or "",
        )
        for view in schema.views
    )
    return Grid("Views", ("Name", "Kind", "Rights", "Comment"), rows)


def _of_owner(each: View | Function) -> str:
    return f"of the owner, {each.owner}" if each.owner else "of the owner"


def _types(schema: Schema) -> Grid:
    enums = [(Code(f"{each.schema}.{each.name}"), "enum", ", ".join(each.values)) for each in schema.enums]
    domains = [
        (Code(f"{each.schema}.{each.name}"), "domain", Code(" ".join([each.type, *(rule for _, rule in each.checks)])))
        for each in schema.domains
    ]
    return Grid("Types", ("Name", "Kind", "Is"), (*enums, *domains))


def _functions(schema: Schema) -> Grid:
    rows = tuple(
        (
            Code(f"{each.schema}.{each.name}({each.arguments})"),
            each.language or "",
            _of_owner(each) if each.security_definer else "of the caller",
            each.search_path or "",
        )
        for each in schema.functions
    )
    return Grid("Functions", ("Name", "Language", "Rights", "Search path"), rows)
