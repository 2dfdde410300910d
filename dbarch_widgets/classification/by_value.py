"""The category that the values of a column have the form of. No value leaves this module: only shares do."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from dbarch_widgets.classification import categories as c
from dbarch_widgets.classification.categories import Category
from dbarch_widgets.classification.check_digits import NATIONAL, bare, is_card, is_iban

_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?:\+|00|\(0?|0)[\d\s().\-/]{6,20}")
_DAY = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.*")
_MAC = re.compile(r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}", re.IGNORECASE)
_SECRET = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|AKIA[0-9A-Z]{16}|(?:sk|rk)_(?:live|test)_\w{16,}|gh[pousr]_\w{30,}|xox[abprs]-[\w-]{10,}"
    r"|glpat-[\w-]{20,}|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*"
)
_DIGEST = re.compile(
    r"\$(?:2[abxy]|5|6|y|argon2\w*|scrypt|pbkdf2[\w-]*)\$.*|pbkdf2_\w+\$.*|scrypt:.*|(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})",
    re.IGNORECASE,
)
# Within longer text a number must have its international form, or it is any number.
_WITHIN = re.compile(
    r"[^@\s,;:<>\"'(){}=]{1,64}@[\w-]+(?:\.[\w-]+)+|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b|\+\d{2}[\d ()-]{7,16}\d"
)
_NEEDED = 5
_NEEDED_NATIONAL = 20
_MOST = 0.8
_FEW = 0.02


@dataclass(frozen=True)
class Seen:
    """What the values have the form of. `named` tells more than the category where there is more to tell."""

    category: Category
    named: str
    matched: float
    looked: int


def is_phone(text: str) -> bool:
    """Whether it has the form of a phone number: a leading +, 0 or bracket, and 7 to 15 digits; no date."""
    digits = sum(letter.isdigit() for letter in text)
    return 7 <= digits <= 15 and bool(_PHONE.fullmatch(text)) and not _DAY.fullmatch(text)


def is_ip(text: str) -> bool:
    """Whether it is an address of IPv4 or IPv6, with or without the length of a network."""
    try:
        ip_address(text.partition("/")[0])
    except ValueError:
        return False
    return True


# The strictest test first: a card number is digits too, and so is a phone number.
_FORMS: tuple[tuple[Category, str, Callable[[str], bool]], ...] = (
    (c.SECRET, "keys or tokens", lambda text: bool(_SECRET.fullmatch(text))),
    (c.EMAIL, "e-mail addresses", lambda text: bool(_EMAIL.fullmatch(text))),
    (c.IBAN, "IBANs with right check digits", is_iban),
    (c.CARD, "payment card numbers with a right check digit", is_card),
    (c.IP_ADDRESS, "IP addresses", is_ip),
    (c.DEVICE, "MAC addresses", lambda text: bool(_MAC.fullmatch(text))),
)
_TESTABLE = {category.name: test for category, _, test in _FORMS}


def seen_in(values: Sequence[str]) -> Seen | None:
    """What most of the values are, or what a few of them hold within longer text; None when nothing was recognised."""
    distinct = list(dict.fromkeys(text for value in values if (text := value.strip())))
    if len(distinct) < _NEEDED:
        return None
    for category, named, test in _FORMS:
        share = _share(distinct, test)
        if share >= _MOST:
            return Seen(category, named, share, len(distinct))
    if len(distinct) >= _NEEDED_NATIONAL:
        for named, test in NATIONAL:
            share = _share(distinct, test)
            if share >= _MOST:
                return Seen(c.NATIONAL_ID, f"numbers with the form of a {named}", share, len(distinct))
    share = _share(distinct, is_phone)
    if share >= _MOST:
        return Seen(c.PHONE, "phone numbers", share, len(distinct))
    within = [text for text in distinct if _holds_personal(text)]
    if len(within) > 1 and len(within) / len(distinct) >= _FEW:
        return Seen(
            c.IN_TEXT, "texts with addresses or numbers of persons in them", len(within) / len(distinct), len(distinct)
        )
    return None


def _share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(1 for text in values if test(text)) / len(values)


def _holds_personal(text: str) -> bool:
    return any(not is_iban_like(found) or is_iban(found) for found in _WITHIN.findall(text))


def is_iban_like(text: str) -> bool:
    """Whether a text found within another is there as an IBAN, whose check digits then have to be right."""
    return bare(text)[:2].isalpha() and "@" not in text


def share_of(category: Category, values: Sequence[str]) -> tuple[float, int] | None:
    """The share of distinct values with the form of that category, and their number; None where no form is known."""
    distinct = {text for value in values if (text := value.strip())}
    test = _TESTABLE.get(category.name)
    if test is None or len(distinct) < _NEEDED_NATIONAL:
        return None
    return _share(list(distinct), test), len(distinct)


def are_digests(values: Sequence[str]) -> bool:
    """Whether values of a secret's column cannot be read back: password hashes or digests."""
    found = [text for value in values if (text := value.strip())]
    return len(found) >= _NEEDED and _share(found, lambda text: bool(_DIGEST.fullmatch(text))) >= 0.95


def spans_generations(years: Sequence[int]) -> bool:
    """Whether dates spread over years as birthdays do, and dates of business do not: forty different ones and more."""
    found = set(years)
    return len(found) >= 40 and min(found) >= 1900 and max(found) - min(found) <= 120
