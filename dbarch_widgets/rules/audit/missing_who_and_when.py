"""Table without the columns that all others have.

Symptom: Nearly every table of a schema says when its rows were made or changed, or by whom, and a few tables do not.

Why it matters: Whoever synchronises, archives or looks for the cause of a fault relies on the column, and finds at the last
moment that these tables have none. What was not recorded cannot be made up later.

When it is fine: Lists of codes, and tables that only link two others; they are not reported.

How to fix: Add the columns with a default; rows that are there stay without, or get the time of the change.

Source: tbls, requireColumns; schemalint, mandatory-columns; ISO/IEC 27001:2022 control 8.15.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.together import one_fix, places
from dbarch_widgets.rules.words import and_list

_KEPT = frozenset(
    (
        "created_at", "created_on", "created", "inserted_at", "creation_date", "date_created", "created_by", "creator_id",
        "updated_at", "updated_on", "updated", "modified_at", "modified_on", "modified", "updated_by", "modified_by",
    )
)  # fmt: skip
_MOST, _ENOUGH, _MANY = 0.8, 6, 3
_MADE = ("created", "inserted", "creation", "date_created")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table that lacks a column which four in five of the others have."""
    for schema in sorted({table.schema for table in context.designed}):
        tables = [
            table for table in context.designed if table.schema == schema and not _is_link_or_list(context, table)
        ]
        if len(tables) < _ENOUGH:
            continue
        counted = Counter(name for table in tables for name in table.column_names if name in _KEPT)
        usual = {name: number for name, number in counted.items() if number >= _MOST * len(tables)}
        found = []
        for table in tables:
            missing = tuple(name for name in usual if not table.has_column(name) and not _has_like(table, name))
            if missing:
                found.append(_finding(tables, table, missing, min(usual[name] for name in missing)))
        if len(found) <= _MANY:
            yield from found
        else:
            yield _together(schema, tables, found)


def _together(schema: str, tables: list[Table], found: list[Finding]) -> Finding:
    missing = dict.fromkeys(name for finding in found for name in (finding.object or "").split(","))
    return RULE.finding(
        f"{len(found)} of {len(tables)} tables have no {and_list(missing)}, which the others have: {places(f'{each.table}' for each in found)}",
        schema=schema,
        file=found[0].file,
        fix=one_fix((finding.fix for finding in found), len(found)),
        members=(finding.place for finding in found),
    )


def _is_link_or_list(context: Context, table: Table) -> bool:
    """Whether the table links others, is a list of codes, or hangs on one parent in all that it is."""
    referring = {name for key in table.foreign_keys for name in key.columns}
    own = [name for name in table.column_names if name not in referring]
    if table.primary_key and set(table.primary_key.columns) <= referring:
        return True
    return len(own) <= 3 and not table.foreign_keys and bool(context.schema.referencing(table.qname))


def _has_like(table: Table, name: str) -> bool:
    """Whether the table says the same under another name: `posted_at` for `created_at`."""
    made = name.startswith(_MADE) and not name.endswith("_by")
    return made and any(
        column.default is not None
        and any(call in column.default.lower() for call in ("now()", "current_timestamp", "clock_timestamp"))
        for column in table.columns
    )


def _finding(tables: list[Table], table: Table, missing: tuple[str, ...], number: int) -> Finding:
    model = next(other for other in tables if all(other.has_column(name) for name in missing))
    adds = []
    for name in missing:
        column = column_of(model, name)
        default = f" DEFAULT {column.default}" if column.default else ""
        filled = " NOT NULL" if default and not column.nullable else ""
        adds.append(f"ADD COLUMN {ident(name)} {column.type}{filled}{default}")
    return RULE.finding(
        f"{table.qname} has no {and_list(missing)}, as {number} of the {len(tables)} tables around it have",
        table=table,
        # The columns are those that are not there.
        object=",".join(missing),
        fix=Fix(f"ALTER TABLE {dotted(table.qname)} {', '.join(adds)};", note="Rows that are there get the default."),
    )


RULE = Rule(
    name="missing-who-and-when",
    area="audit",
    severity="info",
    confidence="likely",
    summary="A table lacks the columns for when or by whom that nearly all others have",
    check=check,
)
