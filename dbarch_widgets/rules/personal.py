"""Which kind of personal data a column's name and type speak of."""

from __future__ import annotations

from itertools import pairwise

from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.words import bag, singular, words

_NAMES = (
    (
        "special",
        bag("religion ethnicity ethnic race diagnosis disability health allergy allergies biometric genetic"),
    ),
    ("special", frozenset(["sexuality", "blood", "medication", "union", "political"])),
    ("government number", frozenset(["ssn", "passport", "nino", "aadhaar"])),
    ("payment card", frozenset(["pan", "cvv", "cvc"])),
    ("contact", bag("email mail phone mobile telephone fax msisdn")),
    ("name", bag("surname surnames forename firstname lastname fullname")),
    ("birth", frozenset(["birthday", "birthdate", "dob"])),
    ("bank account", frozenset(("iban",))),
)
_PAIRS = {
    ("first", "name"): "name", ("last", "name"): "name", ("full", "name"): "name", ("given", "name"): "name",
    ("family", "name"): "name", ("middle", "name"): "name", ("maiden", "name"): "name", ("first", "names"): "name",
    ("birth", "date"): "birth", ("date", "birth"): "birth", ("born", "on"): "birth",
    ("national", "id"): "government number", ("tax", "id"): "government number", ("social", "security"): "government number",
    ("driving", "licence"): "government number", ("driver", "license"): "government number", ("id", "card"): "government number",
    ("card", "number"): "payment card", ("credit", "card"): "payment card", ("account", "number"): "bank account",
    ("ip", "address"): "online", ("ip", "addr"): "online", ("remote", "addr"): "online", ("user", "agent"): "online",
    ("blood", "type"): "special", ("blood", "group"): "special",
}  # fmt: skip
_PLACES = frozenset(["street", "postcode", "zip", "zipcode"])
_PERSONS = bag(
    "user customer person people contact employee patient member subscriber client guest visitor passenger "
    "student teacher driver applicant candidate owner tenant lead address natural"
)
_VISITORS = bag("user session sessions login logins visit visits")
_GENDER = frozenset(("gender", "sex"))
# What an address or a name of something else is.
_OTHERS = bag(
    "template token subject body server host smtp count sent verified confirmed enabled status type id ids at on by "
    "provider format domain queue log mac contract wallet memory is has notify notification notifications hash "
    "bounced opt prefix newsletter kind mode level code default config setting product item"
)


def kind_of(context: Context, table: Table, column: Column) -> str | None:
    """The kind of personal data, or None."""
    family = context.family(column.type)
    parts = words(column.name)
    if family in ("inet", "cidr") and set(words(table.name)) & _VISITORS:
        return "online"
    if family == "boolean" or not (
        context.is_text(column.type) or family in ("date", "bigint", "integer", "numeric", "jsonb")
    ):
        return None
    pairs = set(pairwise(parts))
    for pair, kind in _PAIRS.items():
        if pair in pairs:
            return kind if _fits(kind, family, context.is_text(column.type)) else None
    if set(parts) & _OTHERS:
        return None
    for kind, names in _NAMES:
        if set(parts) & names and _fits(kind, family, context.is_text(column.type)):
            return kind
    person = bool(set(words(singular(table.name))) & _PERSONS)
    if person and parts == ("display", "name"):
        return "name"
    if person and set(parts) & _PLACES and context.is_text(column.type):
        return "address"
    return "person" if person and set(parts) & _GENDER else None


def _fits(kind: str, family: str, text: bool) -> bool:
    if kind == "birth":
        return family == "date" or text
    if kind in ("name", "contact", "online", "bank account"):
        return text
    return text or family in ("bigint", "integer", "numeric", "jsonb")
