"""The category that a column's comment names outright."""

from __future__ import annotations

import re

from dbarch_widgets.classification import categories as c
from dbarch_widgets.classification.categories import Category

_SAYS: tuple[tuple[re.Pattern[str], Category], ...] = (
    (re.compile(r"\b(date of birth|birth ?date)\b", re.IGNORECASE), c.BIRTH),
    (
        re.compile(r"\b(social security|national (identity|identification|insurance)) number\b", re.IGNORECASE),
        c.NATIONAL_ID,
    ),
    (re.compile(r"\bpassport number\b", re.IGNORECASE), c.PASSPORT),
    (re.compile(r"\b(credit|payment|debit) card number\b", re.IGNORECASE), c.CARD),
    (re.compile(r"\bIBAN\b"), c.IBAN),
    (re.compile(r"\bspecial category|\bArticle 9\b|\bhealth data\b", re.IGNORECASE), c.HEALTH),
    (re.compile(r"\bpersonal data\b|\bpersonally identif|\bPII\b", re.IGNORECASE), c.STATED),
)
_DENIES = re.compile(r"\b(no|not|never|without|instead of|nor)\b[^.;]{0,30}$", re.IGNORECASE)


def said(comment: str | None) -> tuple[Category, str] | None:
    """The category, and the words of the comment that name it."""
    for pattern, category in _SAYS:
        match = pattern.search(comment or "")
        if match and not _DENIES.search((comment or "")[: match.start()]):
            return category, match.group()
    return None
