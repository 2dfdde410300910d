"""Draws the values of a query's parameters from the generated rows, all of them before anything is timed."""

from __future__ import annotations

import json
import re
import uuid
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate, islice
from random import Random
from typing import TypeVar

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.annotations import FROM_COLUMN, span_seconds
from dbarch_widgets.measure.column_values import ColumnValues
from dbarch_widgets.measure.guess import guess_sources
from dbarch_widgets.measure.workload_check import find_column
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.model.workload import Parameter, Query, Transaction
from dbarch_widgets.sql.placeholders import parameters
from dbarch_widgets.synth.kinds import kind_of
from dbarch_widgets.synth.partition_window import HORIZON
from dbarch_widgets.synth.words import pool

NOW = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=HORIZON)
_ZIPF = 1.1
_WEIGHED = re.compile(r"(?P<value>'(?:[^']|'')*'|[^'\s]+)\s*\*\s*(?P<weight>[1-9]\d*)")
_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:(?P<between>[ T])(?P<time>\d\d:\d\d:\d\d)(?P<fraction>\.\d+)?(?P<zone>Z|[-+]\d\d(?::?\d\d)?|))?"
)
T = TypeVar("T")

Row = dict[str, object]


class Drawer:
    """Draws from one engine's rows; the lists of values are read once per column.

    Two engines with the same rows and the same seed give the same values. `notes` say which parameters had no source
    and what was taken for one.
    """

    def __init__(self, schema: Schema, engine: Engine, seed: int) -> None:
        self.schema = schema
        self.seed = seed
        self.notes: list[str] = []
        self._columns = ColumnValues(schema, engine)
        self._new: dict[str, int] = {}

    def draw(self, query: Query | Transaction, count: int) -> list[Row]:
        """`count` sets of values, one for each execution; raises what `stream` raises."""
        return list(islice(self.stream(query), count))

    def stream(self, query: Query | Transaction) -> Iterator[Row]:
        """Sets of values without end, the same ones each time; without those that a transaction's statements return.

        Raises:
            InputError: a parameter has no source, or its source names a column that is not there or has no rows.
        """
        given = {parameter.name: parameter for parameter in query.parameters}
        for name in _used(query):
            if name not in given:
                given[name] = self._guessed(query, name)
        makers = {name: self._maker(query, parameter, given) for name, parameter in given.items() if parameter.drawn}
        return ({name: make() for name, make in makers.items()} for _ in iter(int, 1))

    def _guessed(self, query: Query | Transaction, name: str) -> Parameter:
        statements = query.statements if isinstance(query, Transaction) else (query,)
        for statement in statements:
            if name in parameters(statement.sql):
                found = guess_sources(statement.sql, (name,), self.schema).get(name)
                if found is not None:
                    taken = f"{found.source}({', '.join(found.arguments)})"
                    self.notes.append(f"query {query.name}: parameter :{name} has no source; taken as {taken}")
                    return found
        raise InputError(f"parameter :{name} has no source", to_do="add it to params: in the annotation")

    def _maker(
        self, query: Query | Transaction, parameter: Parameter, given: Mapping[str, Parameter]
    ) -> Callable[[], object]:
        if parameter.source == "row":
            return self._of_one_row(query, parameter, given)
        random = self._random(query, parameter.name)
        if parameter.source in FROM_COLUMN:
            return self._from_column(parameter, random)
        return _plain(parameter, random)

    def _random(self, query: Query | Transaction, name: str) -> Random:
        return Random(f"{self.seed}/{query.name}/{name}")  # noqa: S311 - not a secret

    # ------------------------------------------------------------ from the rows

    def _found(self, parameter: Parameter, written: str) -> tuple[Table, str]:
        found = find_column(self.schema, written)
        if isinstance(found, str):
            raise InputError(f"parameter :{parameter.name}: {found}")
        return found

    def _from_column(self, parameter: Parameter, random: Random) -> Callable[[], object]:
        table, column = self._found(parameter, parameter.arguments[0])
        drawn = self._drawn(parameter, table, column, random)
        if not table.column(column).type.startswith("json"):
            return drawn
        return lambda: _document(drawn())

    def _drawn(self, parameter: Parameter, table: Table, column: str, random: Random) -> Callable[[], object]:
        if parameter.source == "new":
            return self._unused(table, column, random)
        if parameter.source == "recent":
            return self._recent(table, column, span_seconds(parameter.arguments[1]), random)
        if parameter.source == "uniform":
            rows = self._some(parameter, self._columns.rows(table, (column,)), parameter.arguments[0])
            return lambda: rows[random.randrange(len(rows))][0]
        values = self._some(parameter, self._columns.by_weight(table, column), parameter.arguments[0])
        s = float(parameter.arguments[1]) if len(parameter.arguments) > 1 else _ZIPF
        totals = list(accumulate((rank + 1) ** -s for rank in range(len(values))))
        return lambda: values[min(bisect_right(totals, random.random() * totals[-1]), len(values) - 1)]

    def _some(self, parameter: Parameter, values: list[T], written: str) -> list[T]:
        if not values:
            raise InputError(f"parameter :{parameter.name}: {written} has no value in the generated rows")
        return values

    def _of_one_row(
        self, query: Query | Transaction, parameter: Parameter, given: Mapping[str, Parameter]
    ) -> Callable[[], object]:
        """Parameters of the same table and columns take their values from the same row."""
        table_name, own, *columns = parameter.arguments
        table, _ = self._found(parameter, f"{table_name}.{own}")
        for column in columns:
            self._found(parameter, f"{table_name}.{column}")
        rows = self._some(parameter, self._columns.rows(table, tuple(columns)), table_name)
        first = next(
            name
            for name, each in given.items()
            if each.source == "row" and (each.arguments[0], *each.arguments[2:]) == (table_name, *columns)
        )
        random = self._random(query, first)
        place = columns.index(own)
        return lambda: rows[random.randrange(len(rows))][place]

    def _recent(self, table: Table, column: str, seconds: float, random: Random) -> Callable[[], object]:
        latest = self._columns.largest(table, column)
        if latest is None:
            raise InputError(f"{table.qname}.{column} has no value in the generated rows")
        if isinstance(latest, str):
            return _recent_text(latest, seconds, random)
        if isinstance(latest, datetime):
            return lambda: latest - timedelta(seconds=int(random.random() * seconds))
        if isinstance(latest, date):
            return lambda: latest - timedelta(days=int(random.random() * max(seconds / 86_400, 1)))
        return lambda: latest - int(random.random() * seconds)

    def _unused(self, table: Table, column: str, random: Random) -> Callable[[], object]:
        """Values that no row has, another one in each execution; also after an earlier run added rows of its own."""
        kind = kind_of(self.schema, table.column(column))
        place = f"{table.qname}.{column}"
        if place not in self._new:
            self._new[place] = self._columns.count(table.qname)
        if kind.family == "uuid":
            random = Random(f"{random.random()}/{self._new[place]}")  # noqa: S311 - not a secret
            return lambda: uuid.UUID(int=random.getrandbits(128), version=4)
        if kind.family in ("integer", "decimal"):
            largest = int(self._columns.largest(table, column) or 0)
            return lambda: largest + self._next(place)
        if kind.family == "date":
            return lambda: NOW + timedelta(days=self._next(place) % 2_000_000)  # Python's last year is 9999
        if kind.family in ("timestamp", "timestamptz"):
            return lambda: NOW + timedelta(seconds=self._next(place))
        length = kind.length or 24

        def text() -> str:
            number = f"{self._next(place):x}"
            return ("~" + number.rjust(min(length, 12) - 1, "0"))[-length:]

        return text

    def _next(self, key: str) -> int:
        self._new[key] = self._new.get(key, 0) + 1
        return self._new[key]


def _recent_text(latest: str, seconds: float, random: Random) -> Callable[[], object]:
    """Of an engine that keeps moments as text: in the form of the latest one."""
    found = _MOMENT.fullmatch(latest)
    if found is None:
        raise InputError(f"{latest[:40]!r} is no date or timestamp")
    end = datetime.fromisoformat(f"{found['day']}T{found['time'] or '00:00:00'}")

    def moment() -> str:
        if not found["time"]:
            return (end - timedelta(days=int(random.random() * max(seconds / 86_400, 1)))).date().isoformat()
        at = (end - timedelta(seconds=int(random.random() * seconds))).isoformat(sep=found["between"])
        return at[:19] + (found["fraction"] or "") + found["zone"]

    return moment


def _used(query: Query | Transaction) -> tuple[str, ...]:
    statements = query.statements if isinstance(query, Transaction) else (query,)
    return tuple(dict.fromkeys(name for statement in statements for name in parameters(statement.sql)))


def _document(value: object) -> object:
    """A document as the text that every engine takes; drivers give it parsed, and do not take it so."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)


def _plain(parameter: Parameter, random: Random) -> Callable[[], object]:
    """Sources that need no rows."""
    arguments = parameter.arguments
    match parameter.source:
        case "int":
            low, high = int(float(arguments[0])), int(float(arguments[1]))
            return lambda: random.randint(low, high)
        case "decimal":
            places = int(arguments[2]) if len(arguments) > 2 else 2
            unit = Decimal(1).scaleb(-places)
            first, last = (int(Decimal(each) / unit) for each in arguments[:2])
            return lambda: random.randint(first, last) * unit
        case "pick":
            values, totals = zip(*map(weighed_literal, arguments), strict=True)
            ends = list(accumulate(totals))
            return lambda: values[bisect_right(ends, random.randrange(ends[-1]))]
        case "text":
            length = int(arguments[0])
            return lambda: _words(random, length)
        case "uuid":
            return lambda: uuid.UUID(int=random.getrandbits(128), version=4)
        case "now":
            return lambda: NOW
    raise InputError(f"parameter :{parameter.name} has the unknown source {parameter.source!r}")


def weighed_literal(text: str) -> tuple[object, int]:
    """`'open' * 812` as the value and how many times it counts; 1 where nothing is said.

    Raises:
        InputError: it is no literal.
    """
    found = _WEIGHED.fullmatch(text)
    return (literal(found["value"]), int(found["weight"])) if found else (literal(text), 1)


def literal(text: str) -> object:
    """An SQL literal as a Python value.

    Raises:
        InputError: it is no literal.
    """
    if len(text) >= 2 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    words: Mapping[str, object] = {"true": True, "false": False, "null": None}
    if text.lower() in words:
        return words[text.lower()]
    try:
        number = Decimal(text)
    except ArithmeticError:
        raise InputError(f"{text!r} is no SQL literal", to_do="put texts in single quotes") from None
    return int(number) if number == number.to_integral_value() and "." not in text else number


def _words(random: Random, length: int) -> str:
    words = pool("word")
    text = ""
    while len(text) < length:
        text += words[random.randrange(len(words))] + " "
    return text[:length].rstrip().ljust(length, "x")
