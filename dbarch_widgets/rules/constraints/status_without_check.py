"""State as free text.

Symptom: A column named `status` or `state` is text without a check, an enum or a foreign key that says which states there
are.

Why it matters: `Done`, `done` and `done ` become three states. Rows in a state that no program knows are found by nobody,
and a report that lists the states has to guess them.

When it is fine: The state comes from another system and is only stored. A text without a length, empty at first, in a table
whose other texts have one, is a document about a state; it is left alone.

How to fix: A check constraint, added NOT VALID and validated after cleaning up; or a lookup table with a foreign key when
states come and go; or an enum when they seldom do.

Source: PostgreSQL documentation, Check Constraints; PostgreSQL documentation, Enumerated Types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, free_name, ident
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.rules.together import one_fix, places
from dbarch_widgets.rules.words import words

_SOME = 5
_SAYS_TEXT = re.compile(r"\b(?:message|output|text|sentence)\b", re.IGNORECASE)
_MANY = 15


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column, or one for all when there are many: that is the habit of the schema."""
    found = list(_each(context))
    if len(found) <= _MANY:
        yield from found
        return
    yield RULE.finding(
        f"{len(found)} columns of states take any text, so that a misspelt state is stored and then found by nobody: "
        f"{places(finding.place for finding in found)}",
        file=context.only_file,
        fix=one_fix((finding.fix for finding in found), len(found)),
        members=(finding.place for finding in found),
    )


def _each(context: Context) -> Iterator[Finding]:
    for table in context.tables:
        tied = {name for key in table.foreign_keys for name in key.columns}
        for column in table.columns:
            if words(column.name)[-1:] not in (("status",), ("state",)) or column.name in tied:
                continue
            if not context.is_text(column.type) or column.type.endswith("[]") or _is_checked(context, table, column):
                continue
            if _SAYS_TEXT.search(column.comment or "") or _is_address(table) or _is_document(context, table, column):
                continue
            any_of_it = "one character, whichever it is" if column.type == "character(1)" else "any text"
            yield RULE.finding(
                f"{table.qname}.{column.name} takes {any_of_it}: a misspelt state is stored and then found by nobody",
                table=table,
                columns=(column.name,),
                line=column.line,
                fix=_fix(context, table, column),
            )


def _is_checked(context: Context, table: Table, column: Column) -> bool:
    if any(mentions(item.expression, column.name) for item in table.checks):
        return True
    domain = context.domain(column.type)
    return domain is not None and bool(domain.checks)


def _is_address(table: Table) -> bool:
    """A `state` beside a city or a postcode is a part of a country."""
    return any({"city", "zip", "postcode", "country", "street"} & set(words(name)) for name in table.column_names)


def _is_document(context: Context, table: Table, column: Column) -> bool:
    """A text of any length that is empty at first, where the table's other texts say how long they are."""
    at_first = (column.default or "").partition("::")[0]
    if column.type != "text" or not (at_first == "''" or (not at_first and context.source.dialect == "mysql")):
        return False
    texts = [each for each in table.columns if context.is_text(each.type) and each is not column]
    return len(texts) >= _SOME and 10 * sum(each.type != "text" for each in texts) >= 9 * len(texts)


def _fix(context: Context, table: Table, column: Column) -> Fix | None:
    """Only when the workload names every state does the rule know them."""
    values = sorted(
        {
            argument.strip().strip("'")
            for query in context.queries_on(table)
            if query.written is table and column.name in query.statement.written_columns
            for parameter in query.query.parameters
            if parameter.name == column.name and parameter.source == "pick"
            for argument in parameter.arguments
        }
    )
    if len(values) < 2:
        return None
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    name = ident(free_name(context, table, [column.name], "check"))
    alter = f"ALTER TABLE {dotted(table.qname)}"
    sql = f"{alter} ADD CONSTRAINT {name} CHECK ({ident(column.name)} IN ({listed})) NOT VALID;"
    return Fix(sql, note="The states are those that the workload writes; add the ones it does not know, then validate.")


RULE = Rule(
    name="status-without-check",
    area="constraints",
    severity="low",
    confidence="likely",
    summary="A status or state column takes any text",
    check=check,
)
