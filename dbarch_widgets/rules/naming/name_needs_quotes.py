"""Name that must be quoted.

Symptom: Tables or columns have capital letters, blanks or other signs in their names.

Why it matters: PostgreSQL folds unquoted names to lower case, so that `SELECT userId` looks for `userid` and fails. Every
statement, report and tool has to quote the name, exactly as it was first typed.

When it is fine: An ORM made the names and nothing else ever writes SQL.

How to fix: Names in lower case with underscores; rename behind a view, or map the names in the ORM.

Source: PostgreSQL documentation, Identifiers and Key Words; pglinter B005; SchemaCrawler linter
TableWithQuotedNames.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import ident, is_keyword
from dbarch_widgets.rules.words import and_list, count_of

_MANY = 5


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table, or one for all when many tables have such names."""
    found = [(table, names) for table in context.designed if (names := _names(table))]
    if len(found) > _MANY:
        yield RULE.finding(
            f"{count_of(len(found), 'table')} have names that must be quoted in every statement, such as "
            f"{and_list((f'{ident(table.name)}.{ident(names[0])}' for table, names in found[:3]))}",
            severity="info",
        )
        return
    for table, names in found:
        columns = tuple(name for name in names if table.has_column(name))
        yield RULE.finding(
            f"{table.qname} has names that must be quoted in every statement: {and_list(ident(name) for name in names)}",
            table=table,
            columns=columns,
            line=column_of(table, columns[0]).line if columns and not _odd(table.name) else table.line,
        )


def _names(table: Table) -> list[str]:
    return [name for name in (table.name, *table.column_names) if _odd(name)]


def _odd(name: str) -> bool:
    return ident(name) != name and not is_keyword(name)


RULE = Rule(
    name="name-needs-quotes",
    area="naming",
    severity="low",
    confidence="certain",
    summary="Names with capital letters or signs must be quoted in every statement",
    check=check,
    only_for=("postgres",),
)
