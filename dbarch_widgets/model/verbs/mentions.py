"""Whether an expression names a column, and the same expression with another name, without parsing it.

Expressions in a Schema are canonical: outside strings and quoted names a word is a word. A word before `(` is a
function, one after `.` belongs to what stands before the dot.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.reserved import RESERVED
from dbarch_widgets.model.schema import Schema, Table

_TOKEN = re.compile(
    r"""(?P<string>[eEbBxXnN]?'(?:[^']|'')*')
    |(?P<dollar>\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
    |(?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]\[]*\])
    |(?P<word>[^\W\d]\w*(?:\$\w*)*)
    |(?P<comment>--[^\n]*|/\*.*?\*/)""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")
_SUBQUERY = re.compile(r"\bselect\b", re.IGNORECASE)


def mentions(expression: str | None, column: str) -> bool:
    """Whether the expression names the column (a name of the same spelling in a subquery counts too)."""
    return any(name == column for _, _, name in _names(expression or ""))


def renamed(expression: str | None, old: str, new: str, *, where: str) -> str | None:
    """The expression with the column's new name.

    Raises:
        InputError: it has a subquery, in which the name may mean another table's column.
    """
    if expression is None or not mentions(expression, old):
        return expression
    if _SUBQUERY.search(expression):
        raise InputError(
            f"the expression names {old!r} and has a subquery, where the name may be another table's",
            where=where,
            to_do="drop it first, and add it again with the new name",
        )
    parts, at = [], 0
    for start, end, name in _names(expression):
        if name == old:
            parts += [expression[at:start], _written(new, expression[start])]
            at = end
    return "".join([*parts, expression[at:]])


def _names(expression: str) -> list[tuple[int, int, str]]:
    """Start, end and spelling of the words that can be columns."""
    found = []
    for match in _TOKEN.finditer(expression):
        if match.lastgroup not in ("quoted", "word") or expression[match.end() :].lstrip()[:1] == "(":
            continue
        text = match.group()
        if text[0] in '"`[':
            close = {"[": "]"}.get(text[0], text[0])
            text = text[1:-1].replace(close * 2, close)
        found.append((match.start(), match.end(), text))
    return found


def _written(name: str, like: str) -> str:
    if like == "`":
        return "`" + name.replace("`", "``") + "`"
    if like == "[":
        return f"[{name}]"
    return name if _PLAIN.match(name) and name not in RESERVED else '"' + name.replace('"', '""') + '"'


def expressions_of(table: Table) -> list[tuple[str, str]]:
    """Every expression of a table that can name a column, with the words for where it stands."""
    found: list[tuple[str, str | None]] = []
    for column in table.columns:
        found += [(f"column {column.name}", text) for text in (column.default, column.generated)]
    found += [(f"check {check.name}", check.expression) for check in table.checks]
    found += [(f"exclusion constraint {each.name}", each.definition) for each in table.exclusions]
    for index in table.indexes:
        found += [(f"index {index.name}", text) for text in (index.where, *(key.expression for key in index.keys))]
    for policy in table.rls.policies:
        found += [(f"policy {policy.name}", text) for text in (policy.using, policy.check)]
    found += [(f"trigger {trigger.name}", trigger.when) for trigger in table.triggers]
    found.append(("the partition key", table.partition_key))
    return [(where, text) for where, text in found if text]


def refuse_in_views(schema: Schema, table: Table, column: str | None = None) -> None:
    """Raises InputError when the text of a view seems to use the table, or the table's column.

    A view's text is not rewritten: it may rename, join and nest at will.
    """
    for view in schema.views:
        words = {name for _, _, name in _names(view.sql)}
        if table.name in words and (column is None or column in words or "*" in view.sql):
            what = f"column {column!r} of {table.qname}" if column else f"table {table.qname}"
            raise InputError(
                f"view {view.name} seems to use {what}",
                where=f"view {view.name}",
                to_do="change or drop the view first",
            )


def change_expressions(table: Table, change: Callable[[str | None, str], str | None]) -> Table:
    """The table with `change(expression, where)` applied to all its expressions."""

    def on(where: str, text: str | None) -> str | None:
        return change(text, f"{where} of {table.qname}")

    return replace(
        table,
        columns=tuple(
            replace(each, default=on(f"column {each.name}", each.default), generated=on(each.name, each.generated))
            for each in table.columns
        ),
        checks=tuple(
            replace(each, expression=on(f"check {each.name}", each.expression) or "") for each in table.checks
        ),
        exclusions=tuple(
            replace(each, definition=on(f"exclusion {each.name}", each.definition) or "") for each in table.exclusions
        ),
        indexes=tuple(
            replace(
                each,
                where=on(f"index {each.name}", each.where),
                keys=tuple(replace(key, expression=on(f"index {each.name}", key.expression)) for key in each.keys),
            )
            for each in table.indexes
        ),
        rls=replace(
            table.rls,
            policies=tuple(
                replace(each, using=on(f"policy {each.name}", each.using), check=on(f"policy {each.name}", each.check))
                for each in table.rls.policies
            ),
        ),
        triggers=tuple(replace(each, when=on(f"trigger {each.name}", each.when)) for each in table.triggers),
        partition_key=on("the partition key", table.partition_key),
    )
