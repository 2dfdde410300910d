"""Statement that is too long for D1.

Symptom: The text of a statement of the workload has more than 100,000 bytes.

Why it matters: D1 refuses it. Such texts are made by programs that write values into the SQL instead of binding them: seeds,
imports of documents, long lists.

When it is fine: Never on D1; other engines take megabytes.

How to fix: Bind the values, send many rows in a `batch()`, or import a file with `wrangler d1 import`, whose statements
have the same limit each.

Source: Cloudflare D1 documentation, Limits; cloudflare/workerd issue 3049.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.d1 import LONGEST_STATEMENT, engine_path, is_d1


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query."""
    if not is_d1(context):
        return
    for query in context.queries:
        size = len(query.query.sql.encode())
        if size > LONGEST_STATEMENT:
            yield RULE.finding(
                f"{query.name} has {size:,} bytes of SQL, and D1 refuses a statement of more than {LONGEST_STATEMENT:,}",
                table=query.tables[0] if query.tables else None,
                query=query,
                because=engine_path(context),
            )


RULE = Rule(
    name="d1-long-statement",
    area="edge",
    severity="high",
    confidence="certain",
    summary="A statement is longer than Cloudflare D1 takes",
    check=check,
    needs=("workload",),
)
