"""Foreign key to something that is not there.

Symptom: A foreign key names a table or a column that the source does not define.

Why it matters: The schema does not load into an empty database, or only in part. More often the source is incomplete: a
file is missing, or a table was renamed in one place only.

When it is fine: The table belongs to another system's schema that is deliberately not part of this source, such as
`auth.users`. Where the source defines no table of that schema at all, the finding is only a hint.

How to fix: Add the missing file to the source, correct the name, or drop the foreign key.

Source: PostgreSQL documentation, Foreign Keys; Azimutt rule relation-miss-entity.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.together import places
from dbarch_widgets.rules.words import and_list

_MANY = 2


def check(context: Context) -> Iterator[Finding]:
    """One finding for each foreign key that leads nowhere; one for all of more than two that lead to the same place."""
    found: dict[str, list[Finding]] = {}
    for target, finding in _each(context):
        found.setdefault(target, []).append(finding)
    for target, same in found.items():
        if len(same) <= _MANY:
            yield from same
            continue
        yield RULE.finding(
            f"{len(same)} foreign keys refer to {target}, which is not in the source: {places(finding.place for finding in same)}",
            object=target,
            file=context.only_file,
            severity=same[0].severity,
            confidence=same[0].confidence,
            members=(finding.place for finding in same),
        )


def _each(context: Context) -> Iterator[tuple[str, Finding]]:
    """Each key that leads nowhere, with the table that is not there (or the table and the columns)."""
    schemas = {table.schema for table in context.schema.tables}
    known = sorted({table.name for table in context.schema.tables})
    for table in context.tables:
        for key in table.foreign_keys:
            parent = context.schema.find(key.target)
            outside = parent is None and key.ref_schema not in schemas
            if outside:
                what = (
                    f"{key.target}, and the source defines no table of the schema {key.ref_schema}: it seems to belong to "
                    "another system, and the reference could not be looked into"
                )
            elif parent is None:
                close = get_close_matches(key.ref_table, known, n=1, cutoff=0.8)
                hint = f"; is {close[0]} meant?" if close else ""
                what = f"the table {key.target}, which is not in the source{hint}"
            elif missing := [name for name in key.ref_columns if not parent.has_column(name)]:
                what = f"{parent.qname} ({and_list(missing)}), which that table does not have"
            else:
                continue
            whole = f"{key.target}" if parent is None else f"{parent.qname} ({and_list(missing)})"
            yield (
                whole,
                RULE.finding(
                    f"{table.qname} ({and_list(key.columns)}) refers to {what}",
                    table=table,
                    columns=key.columns,
                    object=key.name,
                    line=key.line,
                    severity="low" if outside else None,
                    confidence="hint" if outside else None,
                ),
            )


RULE = Rule(
    name="foreign-key-to-missing-table",
    area="relations",
    severity="high",
    confidence="certain",
    summary="A foreign key refers to a table or column that the source does not define",
    check=check,
)
