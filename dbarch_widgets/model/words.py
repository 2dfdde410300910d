"""The words of a name and their number, as people mean them."""

from __future__ import annotations

import re
from functools import lru_cache

from dbarch_widgets.model.foreign_words import english, plain_letters

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+")

_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def bag(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


@lru_cache(maxsize=65536)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: `unitPrice2` and `unit_price_2` are `unit price 2`.

    Words of other languages come as their English ones: `fechaNacimiento` is `date birth`.
    """
    found = tuple(each for word in _WORD.findall(plain_letters(name)) for each in english(word.lower()))
    # A `datum` alone may be one of surveying, `geburts_datum` is a date.
    return (*found[:-1], "date") if len(found) > 1 and found[-1] == "datum" else found


@lru_cache(maxsize=65536)
def singular(name: str) -> str:
    """The name with its last word in the singular: `order_addresses` is `order_address`; good enough to compare.

    Capitals stay, as they say where words begin: `DeviceTokens` is `DeviceToken`.
    """
    low = name.lower()
    if low.endswith("ies") and len(low) > 4:
        return name[:-3] + "y"
    if low.endswith(("sses", "shes", "ches", "xes", "uses")):
        return name[:-2]
    if low.endswith(("ss", "us", "is")) or not low.endswith("s") or len(low) < 4:
        return name
    return name[:-1]


@lru_cache(maxsize=65536)
def snake(name: str) -> str:
    """The name in lower case with `_` where a new word begins with a capital: `lastSeenIP` is `last_seen_ip`."""
    return _BOUNDARY.sub("_", name).lower()
