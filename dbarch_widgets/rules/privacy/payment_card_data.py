"""Payment card data.

Symptom: A column holds full card numbers in clear, or the card's verification code.

Why it matters: The verification code may not be stored after the payment was authorised, encrypted or not; the number must be
unreadable wherever it is stored. One such column puts the database, its backups and its replicas into the scope of PCI DSS.

When it is fine: The values are tokens of a payment provider, or the last four digits; name the column so (`card_token`,
`card_last4`).

How to fix: Let the payment provider keep the card, and store its token, the last four digits, the brand and the expiry.

Source: PCI DSS 4.0.1 requirements 3.3 and 3.5; Presidio, supported entities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.classification import ColumnClass
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule

_HARMLESS = re.compile(r"token|masked|encrypt|hash|last ?(?:4|four)|cipher|vault", re.IGNORECASE)
_SHORT = re.compile(r"\((\d+)\)")
_CARD, _CODE = "payment card number", "card verification code"


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    for table in context.tables:
        for each in context.classification.of(table.qname):
            if each.category in (_CARD, _CODE) and not _is_harmless(table, each):
                yield _finding(context, table, each)


def _is_harmless(table: Table, each: ColumnClass) -> bool:
    column = column_of(table, each.column)
    length = _SHORT.search(column.type)
    cut = each.category == _CARD and length is not None and int(length[1]) < 12
    return cut or bool(_HARMLESS.search(f"{each.column} {column.comment or ''}"))


def _finding(context: Context, table: Table, each: ColumnClass) -> Finding:
    code = each.category == _CODE
    what = (
        "the verification code of cards, which may not be kept after a payment"
        if code
        else "full card numbers in clear"
    )
    seen = f" ({each.seen} have the form of one)" if each.seen else ""
    clear = context.regime("pci_dss") is False
    return RULE.finding(
        f"{table.qname}.{each.column} seems to keep {what}{seen}: the database, its backups and its replicas are in the scope of "
        "PCI DSS",
        table=table,
        columns=(each.column,),
        line=column_of(table, each.column).line,
        severity="medium" if clear and not code else None,
        confidence=each.confidence,
        because=("regimes",),
    )


RULE = Rule(
    name="payment-card-data",
    area="privacy",
    severity="high",
    confidence="likely",
    summary="A column holds full card numbers or the card's verification code",
    check=check,
)
