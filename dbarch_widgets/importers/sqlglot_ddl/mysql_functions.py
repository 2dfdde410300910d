"""Functions that MariaDB prints under another name, or that are not written as a list of arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from dbarch_widgets.importers.sqlglot_ddl import mysql_nodes as nodes
from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, Unread
from dbarch_widgets.importers.sqlglot_ddl.mysql_nodes import Piece

# Names for the present moment; the canonical one is that of a column's default.
NOW = dict.fromkeys(("now", "current_timestamp", "localtime", "localtimestamp"), "current_timestamp")
WITHOUT_PARENTHESES = {name.upper(): canonical for name, canonical in NOW.items() if name != "now"} | {
    "CURRENT_DATE": "curdate",
    "CURRENT_TIME": "curtime",
    "CURRENT_USER": "current_user",
    "UTC_DATE": "utc_date",
    "UTC_TIME": "utc_time",
    "UTC_TIMESTAMP": "utc_timestamp",
}
_RENAMED = {
    "lower": "lcase",
    "upper": "ucase",
    "length": "octet_length",
    "character_length": "char_length",
    "day": "dayofmonth",
    "sha1": "sha",
    "ceil": "ceiling",
    "power": "pow",
    "current_date": "curdate",
    "current_time": "curtime",
    "schema": "database",
}
_WITHOUT_TYPE_WORD = frozenset({"INTEGER", "INT"})


class Reader(Protocol):
    """What reads the inside of the parentheses."""

    cursor: Cursor

    def expression(self, least: int = nodes.OR) -> Piece: ...

    def alone(self) -> Piece: ...

    def listed(self) -> list[Piece]: ...


def _renamed(name: str) -> Callable[[Reader], Piece]:
    return lambda reader: nodes.call(name, *(piece.text for piece in reader.listed()))


def _substring(reader: Reader) -> Piece:
    parts = [reader.expression().text]
    while reader.cursor:
        if not reader.cursor.take_any(",", "FROM", "FOR"):
            raise Unread(f"unexpected {reader.cursor.here()}")
        parts.append(reader.expression().text)
    return nodes.call("substr", *parts)


def _position(reader: Reader) -> Piece:
    # COMPARE + 1: the IN between the two is no operator here.
    part = reader.expression(nodes.COMPARE + 1)
    reader.cursor.expect("IN")
    return nodes.call("locate", part.text, reader.alone().text)


def _instr(reader: Reader) -> Piece:
    pieces = [piece.text for piece in reader.listed()]
    return nodes.call("locate", *reversed(pieces))


def _trim(reader: Reader) -> Piece:
    side = reader.cursor.take_any("BOTH", "LEADING", "TRAILING").lower()
    what = "" if reader.cursor.sees("FROM") else reader.expression().text
    if not reader.cursor.take("FROM"):
        return nodes.call("trim", what)
    words = " ".join(word for word in (side or "both", what, "from", reader.alone().text) if word)
    return nodes.call("trim", words)


def _mod(reader: Reader) -> Piece:
    left, right = reader.listed()[:2]
    return nodes.binary("MOD", left, right)


def _round(reader: Reader) -> Piece:
    parts = [piece.text for piece in reader.listed()]
    return nodes.call("round", *parts, *(["0"] if len(parts) == 1 else []))


def _isnull(reader: Reader) -> Piece:
    return nodes.predicate("is null", reader.alone())


def _cast_to(kind: str) -> Callable[[Reader], Piece]:
    return lambda reader: nodes.call("cast", f"{reader.alone().text} as {kind}")


def _cast(reader: Reader) -> Piece:
    value = reader.expression()
    reader.cursor.expect("AS")
    return nodes.call("cast", f"{value.text} as {_cast_type(reader.cursor)}")


def _convert(reader: Reader) -> Piece:
    value = reader.expression()
    if reader.cursor.take("USING"):
        return nodes.call("convert", f"{value.text} using {reader.cursor.name().text.lower()}")
    reader.cursor.expect(",")
    return nodes.call("cast", f"{value.text} as {_cast_type(reader.cursor)}")


def _cast_type(cursor: Cursor) -> str:
    word = cursor.name().text.lower()
    size = ""
    if cursor.sees("("):
        size = f"({','.join(token.text for token in cursor.group().rest() if token.up != ',')})"
    charset = "binary" if word == "binary" else ""
    if word in ("binary", "nchar"):
        word = "char"
    while cursor:
        up = cursor.next().up
        if up == "CHARSET" or (up == "CHARACTER" and cursor.take("SET")):
            charset = cursor.name().text.lower()
        elif up == "BINARY":
            charset = "binary"
        elif up not in _WITHOUT_TYPE_WORD:
            raise Unread(f"unexpected {cursor.here()}")
    # That of the connection is what no charset means; which one it was, the catalog of MariaDB says.
    kept = f" charset {charset}" if charset and charset not in ("utf8mb4", "utf8mb3", "utf8") else ""
    return f"{word}{size}{kept}"


def _extract(reader: Reader) -> Piece:
    unit = reader.cursor.name().text.lower()
    reader.cursor.expect("FROM")
    return nodes.call("extract", f"{unit} from {reader.alone().text}")


def _difference(reader: Reader) -> Piece:
    unit = reader.cursor.name().text.upper().removeprefix("SQL_TSI_")
    reader.cursor.expect(",")
    return nodes.call("timestampdiff", unit, *(piece.text for piece in reader.listed()))


def _add(reader: Reader) -> Piece:
    unit = reader.cursor.name().text.lower().removeprefix("sql_tsi_")
    reader.cursor.expect(",")
    count, start = reader.listed()[:2]
    return _moved(start, "+", count.text, unit)


def _date_add(sign: str) -> Callable[[Reader], Piece]:
    def read(reader: Reader) -> Piece:
        start = reader.expression()
        reader.cursor.expect(",")
        if not reader.cursor.sees("INTERVAL"):
            return _moved(start, sign, reader.alone().text, "day")
        return interval(reader, start, sign)

    return read


def interval(reader: Reader, start: Piece, sign: str) -> Piece:
    """`start + interval 1 day`; the word INTERVAL comes next."""
    reader.cursor.expect("INTERVAL")
    count = reader.expression(nodes.ADD)
    return _moved(start, sign, count.text, reader.cursor.name().text.lower())


def _moved(start: Piece, sign: str, count: str, unit: str) -> Piece:
    if sign == "+" and count.startswith("-") and count[1:].isdigit():
        sign, count = "-", count[1:]  # MariaDB prints it so
    return Piece(f"{nodes.within(start, nodes.INTERVAL)} {sign} interval {count} {unit}", nodes.INTERVAL)


def _char(reader: Reader) -> Piece:
    parts = [reader.expression().text]
    while reader.cursor.take(","):
        parts.append(reader.expression().text)
    using = f" using {reader.cursor.name().text.lower()}" if reader.cursor.take("USING") else ""
    return nodes.call("char", ",".join(parts) + using)


def _row(reader: Reader) -> Piece:
    return Piece(f"({','.join(piece.text for piece in reader.listed())})")


FUNCTIONS: dict[str, Callable[[Reader], Piece]] = {
    **{name: _renamed(other) for name, other in _RENAMED.items()},
    **dict.fromkeys(("substr", "substring", "mid"), _substring),
    "position": _position,
    "instr": _instr,
    "trim": _trim,
    "mod": _mod,
    "round": _round,
    "isnull": _isnull,
    "date": _cast_to("date"),
    "time": _cast_to("time"),
    "cast": _cast,
    "convert": _convert,
    "extract": _extract,
    "timestampdiff": _difference,
    "timestampadd": _add,
    "date_add": _date_add("+"),
    "adddate": _date_add("+"),
    "date_sub": _date_add("-"),
    "subdate": _date_add("-"),
    "char": _char,
    "row": _row,
}
