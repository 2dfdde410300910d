"""One table in several.

Symptom: Tables have the same columns and names that differ by a number, a year or a month: `sales_2024`, `sales_2025`.

Why it matters: A value (the year) has become a part of a name. A question over two years is a UNION that somebody has to
extend each January, a unique key or a foreign key over all of them cannot be, and a change of a column is one for each.

When it is fine: An import or an archive that nobody asks together. Partitions of one table are what is wanted, and are not
reported.

How to fix: One table with the value as a column, partitioned by it where the size asks for that. Existing tables can be
attached as partitions, without copying, once they have a CHECK of their range.

Source: Bill Karwin, SQL Antipatterns, chapter Metadata Tribbles; sqlcheck, Metadata Tribbles; PostgreSQL documentation, Table
Partitioning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list, count_of

_PERIOD = re.compile(
    r"(?P<stem>.*?[a-z])_?(?P<tail>(?:y|p|part)?(?:(?:19|20)\d\d(?:_?(?:q[1-4]|[01]?\d(?:_?\d\d)?))?|\d{1,3}))\Z",
    re.IGNORECASE,
)
_SAME = 0.8


def check(context: Context) -> Iterator[Finding]:
    """One finding for each family of tables."""
    groups: dict[tuple[str, str], list[Table]] = {}
    for table in context.tables:
        match = _PERIOD.match(table.name)
        if match and table.partition_of is None and not table.inherits:
            groups.setdefault((table.schema, match["stem"].lower().rstrip("_")), []).append(table)
    for (_, stem), tables in groups.items():
        if len(tables) > 1 and _are_alike(tables):
            yield _finding(stem, tables)


def _are_alike(tables: list[Table]) -> bool:
    """Whether four of five columns of each are in all."""
    sets = [{(column.name, column.type) for column in table.columns} for table in tables]
    common = set.intersection(*sets)
    return all(len(common) >= _SAME * len(each) for each in sets) and len(common) > 1


def _finding(stem: str, tables: list[Table]) -> Finding:
    first = tables[0]
    return RULE.finding(
        f"{and_list((str(table.qname) for table in tables), at_most=3)} are {count_of(len(tables), 'part')} of one table {stem}: the "
        "next one is a migration, and a question over all of them has to name each",
        table=first,
        severity="medium" if len(tables) > 2 else None,
    )


RULE = Rule(
    name="table-in-several-parts",
    area="relations",
    severity="low",
    confidence="likely",
    summary="Tables with the same columns differ by a number or a period in their names",
    check=check,
)
