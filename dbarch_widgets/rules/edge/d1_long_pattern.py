"""Search pattern that is too long for D1.

Symptom: A query compares with LIKE or GLOB, and the pattern has, or may have, more than 50 bytes.

Why it matters: D1 stops the query with "LIKE or GLOB pattern too complex". A search box does it with the first sentence that
someone pastes into it; a letter outside of ASCII counts two to four bytes.

When it is fine: The pattern is made of a short code of fixed length.

How to fix: Cut what people type before it is bound, or search with FTS5, which D1 has.

Source: Cloudflare D1 documentation, Limits; SQLite documentation, Implementation Limits.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.d1 import LONGEST_PATTERN, engine_path, is_d1
from dbarch_widgets.rules.queries import Condition


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query and column."""
    if not is_d1(context):
        return
    for query in context.queries:
        for number in range(len(query.blocks)):
            for item in query.conditions(number):
                said = _trouble(item) if item.predicate.operator in ("like", "ilike") else None
                if said is None:
                    continue
                certain = item.predicate.value.kind == "literal"
                yield RULE.finding(
                    f"{query.name} searches {item.table.qname}.{item.column.name} {said}: D1 refuses patterns of more than "
                    f"{LONGEST_PATTERN} bytes",
                    table=context.root(item.table),
                    columns=(item.column.name,),
                    query=query,
                    severity="high" if certain else None,
                    confidence="certain" if certain else None,
                    because=engine_path(context),
                )


def _trouble(item: Condition) -> str | None:
    value = item.predicate.value
    if value.kind == "literal":
        size = len(value.text.encode())
        return f"with a pattern of {size} bytes" if size > LONGEST_PATTERN else None
    return "with a pattern that the caller chooses" if value.constant else None


RULE = Rule(
    name="d1-long-pattern",
    area="edge",
    severity="low",
    confidence="hint",
    summary="A LIKE pattern is, or may become, longer than Cloudflare D1 takes",
    check=check,
    needs=("workload",),
)
