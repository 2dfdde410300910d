"""The record of processing activities (GDPR, Article 30), as far as a schema and the answers can fill it."""

from __future__ import annotations

from dbarch_widgets.classification.classify import classify
from dbarch_widgets.deliverables.papers.cells import csv_text, markdown_table
from dbarch_widgets.deliverables.part import DeliveryContext, File, LeftOut, Part
from dbarch_widgets.model.classification import MEANINGS, ColumnClass
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.review import Review
from dbarch_widgets.render.block_markdown import escaped

_OPEN = "TO BE FILLED IN"
_HEADERS = ("Table", "Column", "Category", "Class", "Known by", "How sure")


def write(review: Review, context: DeliveryContext) -> tuple[File, ...]:
    """The record as Markdown, and its columns for a spreadsheet."""
    found = [each for each in classify(context.target).columns if each.personal]
    if not found:
        raise LeftOut("no column was seen to hold personal data")
    parts = [
        f"# Record of processing activities: {escaped(review.title.removeprefix('Review of '))}",
        "A draft after Article 30(1) of the GDPR (its wording from memory, not verified). It is made from the schema and the "
        f"answers; what neither can tell says {_OPEN}. It is no legal advice.",
        markdown_table(("Article 30(1)", "Content"), _facts(review.intake, found)),
        "## Categories of personal data",
        markdown_table(("Class", "Meaning", "Columns", "Tables"), _classes(found)),
        "## Columns",
        markdown_table(_HEADERS, [_row(each) for each in found]),
    ]
    note = "What the schema and the answers tell; the rest says that it is to be filled in."
    return (
        File("papers/processing_record.md", "\n\n".join(parts) + "\n", "Record of processing activities", note),
        File(
            "papers/personal_data.csv", csv_text(_HEADERS, [_row(each) for each in found]), "Columns with personal data"
        ),
    )


def _facts(intake: Intake | None, found: list[ColumnClass]) -> list[tuple[str, str]]:
    regions = (intake.regions if intake else None) or ()
    special = sorted({each.category for each in found if each.data_class in ("special", "criminal")})
    transfers = "; ".join(
        f"{region.name}: {'must stay' if region.data_must_stay else 'may leave'}"
        for region in regions
        if region.data_must_stay is not None
    )
    people = "; ".join(f"{region.name}: {region.people}" for region in regions if region.people is not None)
    return [
        ("(a) controller, representative, data protection officer", _OPEN),
        ("(b) purposes", (intake.system.purpose if intake else None) or _OPEN),
        ("(c) categories of persons", f"{_OPEN} (people by region, as answered: {people})" if people else _OPEN),
        (
            "(c) categories of personal data",
            f"{len({each.category for each in found})} categories in {len(found)} columns, below",
        ),
        ("(c) special categories (Articles 9 and 10)", ", ".join(special) or "none was seen"),
        ("(d) recipients", _OPEN),
        ("(e) transfers to third countries", f"{_OPEN} (as answered: {transfers})" if transfers else _OPEN),
        (
            "(f) time limits for erasure",
            "see the retention jobs among the deliverables; a purpose without one: " + _OPEN,
        ),
        ("(g) security measures", "row security, rights and encryption as the schema has them; " + _OPEN),
    ]


def _classes(found: list[ColumnClass]) -> list[tuple[str, str, str, str]]:
    rows: list[tuple[str, str, str, str]] = []
    for name, meaning in MEANINGS.items():
        same = [each for each in found if each.data_class == name]
        if same:
            tables = sorted({str(each.table) for each in same})
            rows.append((name, meaning, f"{len(same)}", ", ".join(tables)))
    return rows


def _row(each: ColumnClass) -> tuple[str, ...]:
    return (str(each.table), each.column, each.category, each.data_class, each.why, each.confidence)


PART = Part("processing-record", "Record of processing activities", write)
