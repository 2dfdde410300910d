"""Tables of one schema with several owners.

Symptom: Most tables of a schema belong to one role, and a few to another.

Why it matters: The few were made by hand or by another tool: a migration that runs as the usual owner cannot alter or drop
them, default privileges of the usual owner did not reach them, and their policies do not bind somebody else.

When it is fine: A table is handed to another team on purpose, and both know.

How to fix: ALTER TABLE … OWNER TO the usual owner, and grant what the other role needs.

Source: PostgreSQL documentation, ALTER TABLE; pglinter rules B011 and S005.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list, count_of


def check(context: Context) -> Iterator[Finding]:
    """One finding for each schema and odd owner."""
    schemas: dict[str, list[Table]] = {}
    for table in context.tables:
        if table.owner:
            schemas.setdefault(table.schema, []).append(table)
    for schema, tables in schemas.items():
        (usual, number), *others = Counter(table.owner for table in tables).most_common()
        for owner, few in others:
            if few * 2 < number:
                odd = [table for table in tables if table.owner == owner]
                names = and_list((str(table.qname) for table in odd), at_most=5)
                yield RULE.finding(
                    f"{names} belongs to {owner}, while {usual} owns the other {count_of(number, 'table')} of the schema {schema}: "
                    f"what runs as {usual} can neither alter nor drop it",
                    schema=schema,
                    object=owner,
                    file=odd[0].file,
                    line=odd[0].line,
                )


RULE = Rule(
    name="mixed-owners",
    area="security",
    severity="low",
    confidence="likely",
    summary="A few tables of a schema belong to another role than all the others",
    check=check,
    only_for=("postgres",),
)
