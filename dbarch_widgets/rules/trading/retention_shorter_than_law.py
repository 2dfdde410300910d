"""Records that go before the law lets them.

Symptom: The intake says that orders, fills or bookings are kept for less time than a regime asks for, or the workload deletes them
earlier.

Why it matters: MiFIR asks investment firms and venues for five years of all orders and transactions, CFTC for five years (swaps:
their life and five more), SEC Rule 17a-4 for three years of order tickets and six of ledgers and positions. What was deleted can
not be handed over, which is itself the breach.

When it is fine: The rows are copied to an archive before, and the archive meets the same rules.

How to fix: Detach the partition, export it to storage that cannot be overwritten, and drop it when the longest of the periods is
over and no legal hold stands.

Source: MiFIR Article 25; 17 CFR 45.2 and 1.31 (CFTC, periods of 1.31 as before its reform of
2017); 17 CFR 240.17a-4 (SEC).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.trading_tables import is_record, last_word
from dbarch_widgets.sql.statement import RANGE

_YEAR = 365.25
_ORDERS = {"mifid2": (5, "MiFIR Article 25"), "cftc": (5, "17 CFR 1.31"), "sec_17a4": (3, "Rule 17a-4(b)")}
_LEDGERS = {"sec_17a4": (6, "Rule 17a-4(a)"), "cftc": (5, "17 CFR 1.31"), "mifid2": (5, "MiFIR Article 25")}
_BOOKS = ("posting", "journal_entry", "ledger_entry", "ledger_transaction", "position_snapshot", "blotter")
_SPAN = re.compile(r"(\d+)\s*(day|week|month|year)", re.IGNORECASE)
_DAYS = {"day": 1.0, "week": 7.0, "month": _YEAR / 12, "year": _YEAR}
_TIMES = frozenset(("timestamp with time zone", "timestamp without time zone", "date"))


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table and for each query that deletes too early."""
    for table in context.tables:
        needed = needed_years(context, table)
        if needed is None:
            continue
        years, law = needed
        kept = context.retention_days(table)
        if kept is not None and kept < years * _YEAR - 5:
            yield RULE.finding(
                f"Rows of {table.qname} are kept {_span(kept)}, and {law} asks for {years} years",
                table=table,
                because=(context.retention_path(table), "regimes"),
            )
            continue
        for query in context.queries_on(table):
            age = _youngest_deleted(context, query, table)
            if age is not None and age < years * _YEAR - 5:
                yield RULE.finding(
                    f"{query.name} deletes rows of {table.qname} that are {_span(age)} old, and {law} asks for {years} years",
                    table=table,
                    query=query,
                    because=("regimes",),
                )


def needed_years(context: Context, table: Table) -> tuple[int, str] | None:
    """The years of the strictest regime that applies, and where it says so."""
    book = any(table.name.lower().startswith(name) for name in _BOOKS) or last_word(table) in ("posting", "ledger")
    if (not book and not is_record(table)) or last_word(table) in ("tick", "quote"):
        return None
    found = [said for regime, said in (_LEDGERS if book else _ORDERS).items() if context.regime(regime)]
    return max(found, default=None)


def _youngest_deleted(context: Context, query: ReadQuery, table: Table) -> float | None:
    """How many days old the youngest row is that a DELETE by time removes; None when it cannot be told."""
    if query.statement.verb != "delete" or query.written is None or context.root(query.written) is not table:
        return None
    for item in query.conditions(0):
        if item.predicate.operator not in RANGE or context.family(item.column.type) not in _TIMES:
            continue
        text = item.predicate.value.text
        parameter = next((each for each in query.query.parameters if each.name == text), None)
        words = " ".join(parameter.arguments) if parameter and parameter.source == "recent" else text
        if match := _SPAN.search(words.replace("'", " ")):
            return float(match[1]) * _DAYS[match[2].lower()]
    return None


def _span(days: float) -> str:
    if days >= 2 * _YEAR - 5:
        return f"{days / _YEAR:.3g} years"
    return f"{days:.0f} days" if days != 1 else "1 day"


RULE = Rule(
    name="retention-shorter-than-law",
    area="trading",
    severity="high",
    confidence="likely",
    summary="Orders, fills or bookings are deleted before the regime that applies lets them go",
    check=check,
)
