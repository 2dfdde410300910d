"""Which settings each generator takes, and what a setting's value must be: for profiles that people write."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

_TEXT = ("letter_case", "prefix_text")
_PLAIN_TEXTS = ("email", "person", "login", "phone", "title", "slug", "url", "host", "path", "file", "street")
_CODED_TEXTS = ("ip", "cidr", "mac", "uuid", "uuid7", "uuid_text", "isin", "lei", "iban")
_CORRELATED = ("follows", "strength")
_TIMES = ("rank", "low", "high", "until")

# Generators that take no settings of their own stand with an empty tuple, so that a wrong word is always noticed.
SETTINGS: dict[str, tuple[str, ...]] = {
    "serial": ("start",),
    "integer": ("low", "high", *_CORRELATED),
    "skewed": ("low", "median", "high", "places", *_CORRELATED),
    "decimal": ("low", "high", "places", *_CORRELATED),
    "boolean": ("true", *_CORRELATED),
    "choice": ("values", "weights", *_CORRELATED),
    "words": ("values", "weights", *_TEXT),
    "vocabulary": ("values", "weights", *_TEXT),
    "code": ("prefix", *_TEXT),
    "digits": ("width", *_TEXT),
    "hex": ("width", *_TEXT),
    "short": ("width", "pool", *_TEXT),
    "pattern": ("shape", "pattern", *_TEXT),
    "pool": ("pool", *_TEXT),
    "country": ("pool", *_TEXT),
    "name": ("pool", *_TEXT),
    "sentence": ("words", "longest", *_TEXT),
    **dict.fromkeys((*_PLAIN_TEXTS, *_CODED_TEXTS), _TEXT),
    **dict.fromkeys(("timestamp", "date", "epoch", "iso_time", "iso_date"), _TIMES),
    **dict.fromkeys(("clock_ns", "time", "interval", "bytes", "point", "xml", "shared"), ()),
    "range": ("rank",),
    "json": ("keys",),
    "constant": ("value",),
    "own": ("values",),
    "bits": ("width",),
    "vector": ("width",),
    "array": ("length",),
    "observed": (
        *(
            "base",
            "labels",
            "low",
            "high",
            "bounds",
            "places",
            "shares",
            "gaps",
            "bins",
            "distinct_values",
            "distinct_share",
        ),
        *("filled", "correlation", "pool", "prefix", "width", "words", *_TEXT),
    ),
    "reference": ("to", "shape", "s", "hot", "hot_rows"),
    "numbered": ("of", "radix", "rank"),
}
ALL = tuple(sorted({name for names in SETTINGS.values() for name in names}))

_WHOLE = frozenset(
    {"longest", "hot_rows", "bins", "distinct_values", "start", "places", "width", "words", "length", "rank", "radix"}
)
_LISTS = frozenset({"keys", "bounds", "gaps", "labels", "shares", "values", "weights", "shape"})
_NUMBERS = frozenset({"hot", "strength", "correlation", "distinct_share", "filled", "median", "s", "true"})
_NO_LIST = "must be a list, such as [a, b]"
_NUMERIC = frozenset({"integer", "skewed", "decimal"})


def allowed(generator: str) -> Sequence[str]:
    """The settings that the generator takes; of the default generator (no name) any."""
    return SETTINGS.get(generator, ALL)


def fault(generator: str, name: str, value: object) -> str | None:
    """What is wrong with a setting's value, in words that follow its name; None when nothing is."""
    if name == "shape" and generator == "reference":
        return None if isinstance(value, str) else "must be a text"
    if name in _LISTS:
        return None if isinstance(value, tuple | list) and (value or generator == "observed") else _NO_LIST
    if isinstance(value, tuple | list | dict):
        return "must be one value"
    if name in _WHOLE and (isinstance(value, bool) or not isinstance(value, int)):
        return f"must be a whole number, not {value!r}"
    if name in _NUMBERS or (name in ("low", "high") and generator in _NUMERIC):
        return None if _is_number(value) else f"must be a number, not {value!r}"
    return None


def _is_number(value: object) -> bool:
    try:
        return not isinstance(value, bool) and Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False
