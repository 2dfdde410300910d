"""Name that is a reserved word.

Symptom: A table or column is named by a reserved word of SQL, such as `user`, `order` or `end`.

Why it matters: It must be quoted in every statement, in every tool and by every person. Some slips fail, and some do not:
`SELECT user` answers with the name of the role.

When it is fine: Every access goes through a library that always quotes.

How to fix: Rename, with a view under the old name for the time of the change.

Source: PostgreSQL documentation, Identifiers and Key Words; PostgreSQL documentation, Appendix C SQL Key
Words; pglinter B010.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import is_reserved
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table, and one for all such columns of a table."""
    for table in context.designed:
        if is_reserved(table.name):
            yield RULE.finding(
                f'The table {table.qname} is named by a reserved word and must be written "{table.name}" everywhere',
                table=table,
            )
        names = tuple(name for name in table.column_names if is_reserved(name))
        if names:
            quoted = and_list(f'"{name}"' for name in names)
            many = (
                "columns that are reserved words and must be written"
                if len(names) > 1
                else ("a column that is a reserved word and must be written")
            )
            yield RULE.finding(
                f"{table.qname} has {many} {quoted} everywhere",
                table=table,
                columns=names,
                line=column_of(table, names[0]).line,
            )


RULE = Rule(
    name="reserved-word-name",
    area="naming",
    severity="low",
    confidence="certain",
    summary="A table or column is named by a reserved word and must always be quoted",
    check=check,
    only_for=("postgres",),
)
