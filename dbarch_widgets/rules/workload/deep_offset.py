"""Paging by OFFSET.

Symptom: A query pages with OFFSET, up to a large number or up to one that the caller chooses.

Why it matters: The rows before the offset are read, sorted and thrown away for each page: page 200 costs two hundred times
page 1. Rows that come or go between two pages are seen twice or not at all.

When it is fine: The offset cannot grow beyond a few pages.

How to fix: Key-set paging: remember the last row of the page and ask for the rows after it, WHERE (price, id) > (:price,
:id), with an index in that order.

Source: PostgreSQL documentation, LIMIT and OFFSET; Markus Winand, Use The Index Luke, paging.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Severity
from dbarch_widgets.model.workload import Parameter
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery

_DEEP = 1_000
_SHALLOW = 50


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query."""
    for query in context.queries:
        for number, block in enumerate(query.blocks):
            if block.offset is None:
                continue
            deepest = _deepest(query, block.offset.text, block.offset.kind)
            if deepest is not None and deepest <= _SHALLOW:
                continue
            yield _finding(context, query, number, deepest)
            break


def _deepest(query: ReadQuery, text: str, kind: str) -> int | None:
    """The largest offset that is known of, or None."""
    if kind == "literal":
        return int(text) if text.isdigit() else None
    parameter = next((item for item in query.query.parameters if item.name == text), None)
    return _largest(parameter) if parameter and not parameter.guessed else None


def _largest(parameter: Parameter) -> int | None:
    if parameter.source not in ("pick", "int"):
        return None
    numbers = [int(text) for argument in parameter.arguments if (text := argument.strip().strip("'")).isdigit()]
    return max(numbers, default=None)


def _finding(context: Context, query: ReadQuery, number: int, deepest: int | None) -> Finding:
    tables = query.tables_of(number)
    table = context.root(tables[0][1]) if tables else None
    severity: Severity = "medium" if deepest is None or deepest >= _DEEP else "low"
    how = f"up to {deepest:,} rows" if deepest is not None else "as many rows as the caller says"
    return RULE.finding(
        f"{query.name} pages by OFFSET: it reads and throws away {how} before the page that is asked for{query.often}",
        table=table,
        query=query,
        severity=severity,
    )


RULE = Rule(
    name="deep-offset",
    area="queries",
    severity="medium",
    confidence="likely",
    summary="A query pages by OFFSET and throws away all rows before the page",
    check=check,
    needs=("workload",),
)
