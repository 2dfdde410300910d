"""What names say: their words, their number, and what kind of thing they are likely to hold."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dbarch_widgets.classification.secret_names import is_secret
from dbarch_widgets.model.words import bag, singular, snake, words

__all__ = [
    "and_list",
    "bag",
    "big",
    "count_of",
    "is_money",
    "is_secret",
    "length_of",
    "or_list",
    "rate_text",
    "singular",
    "snake",
    "words",
]

_MONEY = bag(
    "price amount balance fee fees cost costs notional salary wage revenue turnover subtotal payment deposit "
    "credit debit premium discount surcharge tax vat payout refund commission pnl profit "
    "spend budget total fare toll umsatz"
)
# Words after which a name with a money word is about something else: a share, a count, a time.
_NOT_MONEY = bag(
    "rate ratio percent percentage pct factor multiplier count number num no qty quantity id ids code type "
    "kind status state date time at on by score weight days hours minutes seconds ms bytes size level class "
    "name label text note flag index limit units rank rows pages distance age bps bips basis exempt score "
    "included enabled allowed required method elasticity sensitivity volatility correlation probability likelihood "
    "confidence rating growth coefficient exponent"
)
# The same where it is the last word: a place, a list, a span of time.
_NOT_MONEY_LAST = bag("center centre margin sheet list term terms year period schedule model curve trend")
# Amounts and balances of these are not of money.
_SUBSTANCES = bag(
    "substance dose dosage rain rainfall water protein fat sugar ingredient fuel energy oxygen leave vacation load white "
    "color colour mass area volume"
)
# Measured in these, only what has a price is money.
_UNITS = bag(
    "kg g mg lb lbs oz ton tons tonne tonnes l ml cl litre litres liter liters gal gallon gallons m cm mm km mi mile miles "
    "m2 m3 sqm sqft ft feet inch inches w kw kwh mwh wh watt watts volt volts amp amps hz khz mhz ghz joule joules mol "
    "mole moles mmol ppm celsius kelvin degrees px pixels kb mb gb tb sec secs min mins hour weeks months years piece "
    "pieces pcs"
)
_PRICED = bag("price cost costs fee fees salary wage payment tax vat surcharge commission")
_OF_A_TOTAL = bag(
    "due paid net gross order invoice grand outstanding owed money sales income expense expenses earnings value usd eur gbp chf jpy"
)


def is_money(name: str) -> bool:
    """Whether a column of that name is likely to hold an amount of money."""
    parts = words(name)
    if "per" in parts[1:]:
        return is_money("_".join(parts[: parts.index("per", 1)]))
    if parts[:1] in (("amount",), ("total",)) and not _is_money_total(parts):
        return False
    if set(parts) & (_SUBSTANCES | _UNITS) and not set(parts) & _PRICED:
        return False
    if set(parts[-1:]) & _NOT_MONEY_LAST:
        return False
    if "rate" in parts:
        return bool({"hourly", "nightly", "daily", "day", "monthly", "weekly", "billing"} & set(parts))
    if parts and parts[-1] == "total" and len(parts) > 1:
        return not set(parts) & _NOT_MONEY and bool(
            set(parts[:-1]) & (_MONEY | {"order", "invoice", "grand", "net", "gross"})
        )
    return bool(set(parts) & _MONEY) and not set(parts) & _NOT_MONEY


def _is_money_total(parts: tuple[str, ...]) -> bool:
    """Whether what follows `amount of` or `total` lets it be money: `total_cost`, but not `total_area`."""
    rest = parts[2:] if parts[1:2] == ("of",) else parts[1:]
    if parts[0] == "amount" and rest == parts[1:]:
        return True
    return not rest or bool(set(rest) & (_MONEY | _OF_A_TOTAL))


_LENGTH = re.compile(r"\((\d+)\)")


def length_of(type: str) -> int | None:
    """How many characters a text type takes at most; None when it does not say."""
    match = _LENGTH.search(type)
    return int(match[1]) if match else None


def and_list(names: Iterable[str], *, at_most: int = 6) -> str:
    """`a, b and c`; beyond `at_most` names the rest is counted."""
    items = list(names)
    if len(items) > at_most:
        return f"{', '.join(items[:at_most])} and {len(items) - at_most} more"
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def or_list(names: Iterable[str]) -> str:
    """`a, b or c`."""
    items = list(names)
    return " or ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def count_of(number: int, noun: str) -> str:
    """`1 table`, `3 tables`."""
    if number == 1:
        return f"1 {noun}"
    plural = noun[:-1] + "ies" if noun.endswith("y") and noun[-2] not in "aeiou" else noun + "s"
    return f"{number:,} {plural}"


def rate_text(rate: float) -> str:
    """Executions per second for people: `2,400 times a second`, `4 times a minute`."""
    for size, unit in ((1, "a second"), (1 / 60, "a minute"), (1 / 3600, "an hour")):
        if rate >= size * 0.999:
            number = rate / size
            if 0.999 <= number < 1.05:
                return f"once {unit}"
            return f"{number:,.0f} times {unit}" if number >= 10 else f"{number:.3g} times {unit}"
    return "less than once an hour"


def big(number: float) -> str:
    """A number for people: `2.4 billion`, `180,000`."""
    for size, name in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if number >= size:
            share = number / size
            return f"{share:,.0f} {name}" if share >= 999.5 else f"{share:.3g} {name}"
    return f"{number:,.0f}"
