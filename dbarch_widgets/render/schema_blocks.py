"""A schema and an import report in blocks."""

from __future__ import annotations

from collections.abc import Callable

from dbarch_widgets.model.report import NO_SCHEMA_YET, ImportReport, Problem
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.render.blocks import (
    Blocks,
    Bullets,
    Code,
    Fold,
    Grid,
    Inline,
    Para,
    Strong,
    Words,
    capped,
    listed,
    slim,
)
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.rights_blocks import rights_blocks
from dbarch_widgets.render.words import count, place

LONG = 30
MOST = 300

EFFECTS = {"not_understood": "not understood", "partly": "partly understood", "skipped": "skipped"}


def schema_blocks(schema: Schema) -> Blocks:
    """What is in the schema, how well it was read, a line for each table, and who may do what."""
    grid = capped(tables_grid(schema), MOST, "every one is in `schema.tables`")
    many = len(schema.base_tables) > LONG
    listing: Blocks = (Fold(f"The {count(len(schema.base_tables), 'table')}, one line each", grid),) if many else grid
    return (
        Para((Strong(f"{schema.dialect} schema"), f": {schema_counts(schema)}.")),
        *report_blocks(schema.report),
        *listing,
        *rights_blocks(schema),
    )


def schema_counts(schema: Schema) -> str:
    """`12 tables, 15 foreign keys, 2 views …`, leaving out what there is none of."""
    partitions = len(schema.tables) - len(schema.base_tables)
    policies = sum(len(table.rls.policies) for table in schema.tables)
    rest = [
        (partitions, "partition", None),
        (sum(len(table.foreign_keys) for table in schema.tables), "foreign key", None),
        (sum(len(table.indexes) for table in schema.tables), "index", "indexes"),
        (policies, "row policy", "row policies"),
        (len(schema.views), "view", None),
        (len(schema.enums), "enum type", None),
        (len(schema.domains), "domain", None),
        (len(schema.sequences), "sequence", None),
        (len(schema.functions), "function", None),
        (len(schema.extensions), "extension", None),
        (len(schema.roles), "role", None),
    ]
    parts = [count(number, one, more) for number, one, more in rest if number]
    return ", ".join([count(len(schema.base_tables), "table"), *parts])


def tables_grid(schema: Schema, name_cell: Callable[[Table], Inline] | None = None) -> Grid:
    """A line for each table that is not a partition. `name_cell` writes its name, for instance as a link."""
    named = name_cell or (lambda table: Code(str(table.qname)))
    rows = tuple(_table_row(schema, table, named) for table in schema.base_tables)
    headers = ("Table", "Kind", "Columns", "Primary key", "Points to", "Pointed at by", "Indexes", "Comment")
    return slim(Grid("Tables, one line each", headers, rows, frozenset({2, 5, 6}), "There is no table."))


def _table_row(schema: Schema, table: Table, named: Callable[[Table], Inline]) -> tuple[Words, ...]:
    parts = len(schema.partitions(table.qname))
    kind = f"{table.kind}, {count(parts, 'partition')}" if parts else table.kind
    targets = dict.fromkeys(str(key.target) for key in table.foreign_keys)
    return (
        named(table),
        kind,
        str(len(table.columns)),
        listed(table.primary_key.columns) if table.primary_key else "none",
        listed(targets),
        str(len(schema.referencing(table.qname))),
        str(len(table.indexes)),
        one_line(table.comment or "", 80),
    )


def report_blocks(report: ImportReport, *, always: bool = False) -> Blocks:
    """How well the source was read; nothing for a schema that was not read from one, unless `always`."""
    if not (report.statements or report.notes or report.problems or always):
        return ()
    blocks: Blocks = (Para(report_words(report)),)
    if report.notes:
        blocks += (Bullets(report.notes),)
    if report.problems:
        blocks += (Fold(f"{count(len(report.problems), 'statement')} worth a look", (problems_grid(report.problems),)),)
    return blocks


def report_words(report: ImportReport) -> str:
    """One sentence on how much of the source was understood."""
    skipped = f"; {report.skipped:,} change no structure" if report.skipped else ""
    if report.complete:
        if not report.statements:
            return (
                "No statement was read."
                if report.notes == (NO_SCHEMA_YET,)
                else "Read from the catalog of the database."
            )
        return f"Read {count(report.statements, 'statement')}: all that change the structure were understood{skipped}."
    lost = [
        f"{number:,} {words}"
        for number, words in ((report.not_understood, "not understood"), (report.partly, "understood in part"))
        if number
    ]
    return f"Read {count(report.statements, 'statement')}: {' and '.join(lost)}, {report.understood:,} understood{skipped}."


def problems_grid(problems: tuple[Problem, ...]) -> Grid:
    """Each statement that did not come through whole."""
    rows = tuple(
        (
            place(problem.file, problem.line),
            EFFECTS[problem.effect],
            Code(one_line(problem.statement, 100)),
            problem.reason,
        )
        for problem in problems
    )
    return Grid(
        "Statements that did not come through whole", ("Where", "What became of it", "Statement", "Reason"), rows
    )
