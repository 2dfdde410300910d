"""Table in which nothing has to be there.

Symptom: Every column outside of the primary key may be null, and no check asks for one of them.

Why it matters: A row that says nothing is as good as any other to the database: an import that misses a column, or a form
that was sent empty, is stored without a word, and every query has to expect nulls everywhere.

When it is fine: Extensions of another table whose parts are all optional (settings, a profile), landing tables of imports.

How to fix: Ask which columns a row cannot do without, fill the empty ones, then SET NOT NULL.

Source: SchemaCrawler, LinterTableAllNullableColumns; C. J. Date, An Introduction to Database Systems, chapter 19.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list, count_of, words

_FEW = 4
_MANY = 5
_LANDING = {"staging", "stage", "import", "imports", "landing", "raw", "tmp", "temp", "backup", "settings", "profile"}
_LANDING |= {"preferences", "options", "config", "setting", "profiles", "log", "logs"}


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table, or one for all when there are many."""
    found = [table for table in context.designed if _is_open(table)]
    if len(found) > _MANY:
        names = and_list((str(table.qname) for table in found), at_most=3)
        yield RULE.finding(
            f"Nothing but the key has to be there in {count_of(len(found), 'table')} ({names}): a row that says nothing is stored",
            file=context.only_file,
        )
        return
    for table in found:
        free = _free(table)
        yield RULE.finding(
            f"None of the {len(free)} columns of {table.qname} beside its key has to be there: a row that says nothing is stored",
            table=table,
        )


def _free(table: Table) -> list[str]:
    key = table.primary_key.columns if table.primary_key else ()
    return [column.name for column in table.columns if column.name not in key and column.generated is None]


def _is_open(table: Table) -> bool:
    if table.primary_key is None or set(words(f"{table.schema}.{table.name}")) & _LANDING:
        return False
    shared = any(set(key.columns) & set(table.primary_key.columns) for key in table.foreign_keys)
    free = _free(table)
    if shared or len(free) < _FEW or any("NOT NULL" in check.expression.upper() for check in table.checks):
        return False
    return all(table.column(name).nullable for name in free)


RULE = Rule(
    name="all-columns-nullable",
    area="constraints",
    severity="low",
    confidence="hint",
    summary="Every column beside the key may be null, so that a row that says nothing is stored",
    check=check,
)
