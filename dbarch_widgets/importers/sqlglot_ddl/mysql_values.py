"""A column's default in the form that the column gives it: `'5'` of an int is 5, 1.5 of a decimal(6,2) is 1.50."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from dbarch_widgets.importers.sqlglot_ddl.mysql_expressions import canonical_default, literal
from dbarch_widgets.importers.sqlglot_ddl.mysql_types import parts_of, values_of, whole
from dbarch_widgets.importers.sqlglot_ddl.tokens import string_value

_LITERAL = re.compile(r"'(?:[^'\\]|\\.|'')*'\Z", re.DOTALL)
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\Z")
_HEX = re.compile(r"0x([0-9a-f]*)\Z")
_INTEGERS = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint", "year"})
_NOW = re.compile(r"current_timestamp\(\d*\)\Z")
_TIME = re.compile(r"(-?)(\d+|\d+:\d+(?::\d+)?)(?:\.(\d*))?\Z")
_MOMENT = re.compile(
    r"\s*(\d{1,4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?)?)?\s*\Z"
)


@lru_cache(maxsize=4096)
def default_of(text: str, type_: str) -> str | None:
    """The canonical default of a column of the (final) type; None for NULL."""
    shown = canonical_default(text)
    if shown.upper() == "NULL":
        return None
    value = _value(shown)
    name, args, _ = parts_of(type_)
    if value is None:
        return now_of(shown, type_)
    try:
        return _typed(value, name, args, type_, shown)
    except (InvalidOperation, ValueError, OverflowError, IndexError):
        return shown  # the server would refuse it, or the text means something that is not known here


def now_of(expression: str, type_: str) -> str:
    """`current_timestamp(3)` of a moment has the column's digits, whatever is written; other expressions stay."""
    name, args, _ = parts_of(type_)
    if name in ("timestamp", "datetime") and _NOW.match(expression):
        return f"current_timestamp({args[0] if args else ''})"
    return expression


def _value(shown: str) -> str | None:
    """What a literal stands for; None for an expression."""
    if _LITERAL.match(shown):
        return string_value(shown, backslash=True)
    return shown if _NUMBER.match(shown) or _HEX.match(shown) else None


def _typed(value: str, name: str, args: tuple[str, ...], type_: str, shown: str) -> str:
    hexadecimal = _HEX.match(shown)
    if name == "bit":
        return _bits(value, hexadecimal is not None, shown)
    if hexadecimal and name in (*_INTEGERS, "decimal", "float", "double"):
        value = str(int(hexadecimal[1] or "0", 16))
    elif hexadecimal:
        value = bytes.fromhex(hexadecimal[1]).decode("utf-8")
    if name == "year":
        return _year(int(value), written=shown)
    if name in _INTEGERS:
        number = str(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))
        return number.zfill(whole(args[0])) if type_.endswith("zerofill") and args else number
    if name == "decimal" or (name in ("float", "double") and len(args) == 2):
        return f"{Decimal(value).quantize(Decimal(1).scaleb(-whole(args[1])), ROUND_HALF_UP):f}"
    if name in ("float", "double"):
        return _floating(float(value), name)
    if name.endswith(("text", "blob")) and not hexadecimal:
        return shown  # these have expressions only, and a number stays one
    if name == "time":
        return literal(_time(value, whole(args[0]) if args else 0))
    if name in ("date", "datetime", "timestamp"):
        return literal(_moment(value, name, whole(args[0]) if args else 0))
    if name in ("enum", "set") and _NUMBER.match(shown):
        return literal(_numbered(int(Decimal(value)), name, values_of(type_)))
    if name == "enum":
        return literal(next((known for known in values_of(type_) if known.lower() == value.lower()), value))
    if name == "set":
        chosen = {part.lower() for part in value.split(",")}
        return literal(",".join(known for known in values_of(type_) if known.lower() in chosen))
    if name == "binary" and args:
        return literal(value.ljust(whole(args[0]), "\0"))
    return literal(value)


def _numbered(number: int, name: str, values: list[str]) -> str:
    """A number means the value at that place; in a SET each of its bits does."""
    if name == "enum":
        return values[number - 1] if number else ""
    return ",".join(value for place, value in enumerate(values) if number >> place & 1)


def _bits(value: str, hexadecimal: bool, shown: str) -> str:
    if hexadecimal:
        number = int(shown[2:] or "0", 16)
    elif _NUMBER.match(shown):
        number = int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))
    else:
        number = int.from_bytes(value.encode(), "big")
    digits = f"{number:x}"
    return "0x" + digits.zfill((len(digits) + 1) // 2 * 2)


def _floating(value: float, name: str) -> str:
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.6g}" if name == "float" else repr(value)


def _year(value: int, written: str) -> str:
    """Two digits are a year of 1970 to 2069; the number 0 is the year 0, the text '0' is 2000."""
    if value >= 100 or (value == 0 and not written.startswith("'")):
        return f"{value:04}"
    return str(value + (2000 if value < 70 else 1900))


def _time(value: str, digits: int) -> str:
    """`-2` is two seconds before midnight, `11:12` is twelve minutes past eleven."""
    hit = _TIME.match(value)
    if hit is None:
        return value
    parts = [int(part) for part in hit[2].split(":")]
    if len(parts) == 1:
        parts = [parts[0] // 10000, parts[0] // 100 % 100, parts[0] % 100]
    hour, minute, second = (*parts, 0)[:3]
    rest = f".{(hit[3] or '')[:digits].ljust(digits, '0')}" if digits else ""
    return f"{hit[1]}{hour:02}:{minute:02}:{second:02}{rest}"


def _moment(value: str, name: str, digits: int) -> str:
    """A date or a moment with all its parts; what is not written as one stays."""
    if value.strip("0") == "":
        value = "0000-00-00"
    hit = _MOMENT.match(value)
    if hit is None:
        return value
    year, month, day = (int(part) for part in hit.groups()[:3])
    date = f"{year:04}-{month:02}-{day:02}"
    if name == "date":
        return date
    hour, minute, second = (int(part or 0) for part in hit.groups()[3:6])
    rest = f".{(hit[7] or '')[:digits].ljust(digits, '0')}" if digits else ""
    return f"{date} {hour:02}:{minute:02}:{second:02}{rest}"
