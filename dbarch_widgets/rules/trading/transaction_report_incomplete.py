"""Transaction report without fields that RTS 22 asks for.

Symptom: MiFID II applies, and the table of transaction reports lacks columns for fields that every report needs.

Why it matters: A report that lacks a field is rejected, and has to be sent again by the end of the next working day. Article 15 also
asks to compare what was reported with the books, for which both have to be kept.

When it is fine: The reports are made by another system (an ARM), and the table only keeps what comes back.

How to fix: Columns for the missing fields, filled when the trade is done: who decided and who executed is known then. Names and
birth dates of persons are personal data under a legal hold of five years; keep them apart.

Source: Commission Delegated Regulation (EU) 2017/590 (RTS 22), Annex I, table 2, and Article 15; MiFIR Article 26.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.reporting_fields import missing, of_every
from dbarch_widgets.rules.words import and_list, singular, words

_NEAR = 2 / 3  # of the fields


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table of reports."""
    if not context.regime("mifid2"):
        return
    for table in context.tables:
        parts = set(words(singular(table.name)))
        if not ({"transaction", "report"} <= parts or {"mifir", "rts22"} & parts):
            continue
        lacking = missing(context, table, of_every("rts22"))
        if lacking and len(lacking) <= _NEAR * len(of_every("rts22")):
            yield RULE.finding(
                f"{table.qname} has nothing for {and_list(map(str, lacking), at_most=len(lacking))} of RTS 22: such a report is rejected",
                table=table,
                because=("regimes",),
            )


RULE = Rule(
    name="transaction-report-incomplete",
    area="trading",
    severity="medium",
    confidence="hint",
    summary="The transaction report lacks fields that RTS 22 asks for",
    check=check,
)
