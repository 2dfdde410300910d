"""The record of processing activities (GDPR, Article 30), as far as a schema and the answers can fill it."""

from __future__ import annotations

from dbarch_widgets.classification.classify import classify
from dbarch_widgets.deliverables.papers.cells import csv_text, markdown_table
from dbarch_widgets.deliverables.part import DeliveryContext, File, LeftOut, Part
from dbarch_widgets.deliverables.retention.periods import Period, periods
from dbarch_widgets.model.classification import MEANINGS, ColumnClass
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.review import Review
from dbarch_widgets.render.block_markdown import escaped
from dbarch_widgets.render.words import count

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
        markdown_table(("Article 30(1)", "Content"), _facts(context, found)),
        *_processor(review.intake),
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


def _facts(context: DeliveryContext, found: list[ColumnClass]) -> list[tuple[str, str]]:
    intake = context.review.intake
    regions = (intake.regions if intake else None) or ()
    special = sorted({each.category for each in found if each.data_class in ("special", "criminal")})
    transfers = "; ".join(
        f"{region.name}: {'must stay' if region.data_must_stay else 'may leave'}"
        for region in regions
        if region.data_must_stay is not None
    )
    people = "; ".join(
        f"{region.name}: {region.people:,}" if isinstance(region.people, int) else f"{region.name}: {region.people}"
        for region in regions
        if region.people is not None
    )
    # What a system is for says what is done with it, not for which purpose each kind of data is used.
    purpose = intake.system.purpose if intake else None
    subjects = ", ".join((intake.data_subjects if intake else None) or ())
    return [
        ("(a) controller, representative, data protection officer", _OPEN),
        (
            "(b) purposes",
            f"{_OPEN} for each category below" + (f" (the system, as answered: {purpose})" if purpose else ""),
        ),
        (
            "(c) categories of persons",
            (subjects or _OPEN) + (f" (people by region, as answered: {people})" if people else ""),
        ),
        (
            "(c) categories of personal data",
            f"{len({each.category for each in found})} categories in {len(found)} columns, below",
        ),
        ("(c) special categories (Articles 9 and 10)", ", ".join(special) or "none was seen"),
        ("(d) recipients", _OPEN),
        ("(e) transfers to third countries", f"{_OPEN} (as answered: {transfers})" if transfers else _OPEN),
        ("(f) time limits for erasure", _limits(context, found)),
        ("(g) security measures", _measures(context, found)),
    ]


def _limits(context: DeliveryContext, found: list[ColumnClass]) -> str:
    """The stated time of each table with personal data, and those of which nobody said one."""
    if context.dialect != "postgres":
        return _OPEN
    kept = {period.table.qname: period for period in periods(context)}
    tables = sorted({each.table for each in found})
    told = [f"{table}: {_time(kept[table])}" for table in tables if table in kept and kept[table].days is not None]
    silent = [str(table) for table in tables if table not in kept or kept[table].days is None]
    return "; ".join([*told, *([f"{_OPEN} for {', '.join(silent)}"] if silent else [])])


def _time(period: Period) -> str:
    return f"{period.interval or 'for ever'} after {period.column} ({period.because})"


def _measures(context: DeliveryContext, found: list[ColumnClass]) -> str:
    """What the schema shows of the tables with personal data; the rest is no schema's to say."""
    tables = sorted({each.table for each in found})
    fenced = [table for table in tables if (one := context.target.find(table)) and one.rls.enabled]
    parts = [f"row security on {len(fenced)} of the {count(len(tables), 'table')} with personal data"]
    if context.tenancy is not None:
        parts.append("after tenancy/run.sh on each that belongs to a tenant")
    return f"{', '.join(parts)}; encryption, backups, tests: {_OPEN}"


def _processor(intake: Intake | None) -> list[str]:
    """Who runs a system for others has a second record to keep."""
    if intake is None or (intake.tenancy.tenants or 0) < 2:
        return []
    return [
        f"For {intake.tenancy.tenants:,} tenants whoever runs the system is a processor: Article 30(2) asks for a record of its own, by tenant "
        "(the tenant as controller, categories of processing, transfers, measures). This one covers what it is controller of itself."
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
