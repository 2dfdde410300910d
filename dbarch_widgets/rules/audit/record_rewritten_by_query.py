"""Statement that rewrites a record.

Symptom: An UPDATE or DELETE of the workload is on a table whose comment says that it is append-only, or which holds postings,
journal entries, executed trades or an audit trail.

Why it matters: The first version is gone, and with it what was known when. Balances that were added up from the rows no longer
agree with the reports that were made of them. A regulator asks for the original and each change of it.

When it is fine: The retention job that deletes what is older than the time limit.

How to fix: A correction is a row of its own that reverses the first; a status that moves is in another table.

Source: SEC Rule 17a-4(f); MiFIR Article 25; TigerBeetle documentation, data modelling.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.records import record_kind, says_fixed
from dbarch_widgets.rules.words import and_list, bag, words
from dbarch_widgets.sql.statement import RANGE

_TIMES = ("timestamp with time zone", "timestamp without time zone", "date")
# What is written after the fact and is not part of what happened.
_MARKS = bag(
    "reported exported published sent settled acknowledged delivered processed synced archived hash status state"
)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each statement."""
    for query in context.queries:
        if query.statement.verb not in ("update", "delete", "merge") or query.written is None:
            continue
        table = context.root(query.written)
        said, kind = says_fixed(table), record_kind(table)
        if (said or kind) and not _is_retention(context, query) and not _only_marks(query):
            yield _finding(context, query, table, f"its comment says {said}" if said else f"it is {kind}")


def _is_retention(context: Context, query: ReadQuery) -> bool:
    """Whether it deletes rows that are older than a time."""
    return query.statement.verb == "delete" and any(
        item.predicate.operator in RANGE and context.family(item.column.type) in _TIMES for item in query.conditions(0)
    )


def _only_marks(query: ReadQuery) -> bool:
    columns = query.statement.written_columns
    return bool(columns) and all(set(words(name)) & _MARKS for name in columns)


def _finding(context: Context, query: ReadQuery, table: Table, why: str) -> Finding:
    columns = tuple(name for name in query.statement.written_columns if table.has_column(name))
    if query.statement.verb == "delete":
        does = "deletes rows"
    else:
        does = f"changes {and_list(columns, at_most=4)}" if columns else "changes rows"
    regimes = context.regimes or frozenset()
    return RULE.finding(
        f"{query.name}{query.aside} {does} of {table.qname}, but {why}: what was there before is gone",
        table=table,
        columns=columns,
        query=query,
        severity="high" if regimes & {"mifid2", "sec_17a4", "cat", "cftc", "emir", "sox"} else None,
        because=("regimes",),
    )


RULE = Rule(
    name="record-rewritten-by-query",
    area="audit",
    severity="medium",
    confidence="likely",
    summary="A statement changes or deletes rows of a table that records what happened",
    check=check,
    needs=("workload",),
)
