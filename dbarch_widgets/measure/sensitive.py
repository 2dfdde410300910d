"""Which observed values may be shown and kept: only what plainly is nobody's data.

The question is asked the safe way round. A value is kept when it is a small number, a truth value, a date, or one word of
a short vocabulary such as a status; everything else is data of somebody until the schema says otherwise.
"""

from __future__ import annotations

import re

_PERSONAL = re.compile(
    r"name|mail|phone|mobile|fax|addr|street|city|zip|postal|birth|dob|gender|sex|ssn|social|passport|licen[cs]e|iban|bic|"
    r"account_?n|card|cvv|pan\b|salary|income|tax|vat|ip\b|ip_|_ip|host|lat\b|lon|lng|geo|user|login|nick|avatar|comment|"
    r"note|message|body|text|title|subject|descr|reason|religion|ethnic|health|diagnos|patient|national|"
    r"passw|secret|token|key|hash|salt|sign|auth|session|cookie|credential|private|pin\b|otp|nonce|url|uri",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z][a-z]*(?:[_-][a-z]+){0,3}|[A-Z]{1,12}(?:_[A-Z]{1,12}){0,3}")
_NUMBER = re.compile(r"[-+]?\d{1,7}(?:\.\d{1,4})?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?")
_SPAN = re.compile(r"\d{1,5} ?(?:second|minute|hour|day|week|month|year|min|mon|sec|h|d|w|y)s?", re.IGNORECASE)
LONGEST_WORD = 24


def is_personal(column: str) -> bool:
    """Whether a column's name says that it holds data of persons, free text or secrets."""
    return bool(_PERSONAL.search(column))


def is_number(value: str) -> bool:
    """Whether it is a number too short to be anybody's account, card or telephone."""
    return bool(_NUMBER.fullmatch(value))


def is_moment(value: str) -> bool:
    """Whether it is a date or a timestamp."""
    return bool(_DATE.fullmatch(value))


def is_word(value: str) -> bool:
    """Whether it is one word as programs use them: `open`, `past_due`, `USD`."""
    return len(value) <= LONGEST_WORD and bool(_WORD.fullmatch(value))


def is_span(value: str) -> bool:
    """Whether it is a span of time, such as `7 days`."""
    return bool(_SPAN.fullmatch(value))


def is_truth(value: str) -> bool:
    """Whether it is a truth value as PostgreSQL writes it."""
    return value.lower() in ("t", "f", "true", "false")
