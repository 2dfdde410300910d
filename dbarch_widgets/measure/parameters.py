"""Draws the values of a query's parameters from the generated rows, all of them before anything is timed."""

from __future__ import annotations

import uuid
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate, islice
from random import Random
from typing import Any

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.errors import DbarchError, InputError
from dbarch_widgets.measure.annotations import FROM_COLUMN, span_seconds
from dbarch_widgets.measure.workload_check import find_column
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.model.workload import Parameter, Query, Transaction
from dbarch_widgets.sql.names import quote
from dbarch_widgets.sql.placeholders import parameters
from dbarch_widgets.synth.kinds import kind_of
from dbarch_widgets.synth.plan import HORIZON
from dbarch_widgets.synth.words import pool

NOW = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=HORIZON)
_MOST_VALUES = 200_000
_ZIPF = 1.1

Row = dict[str, object]


class Drawer:
    """Draws from one engine's rows; the lists of values are read once per column.

    Two engines with the same rows and the same seed give the same values.
    """

    def __init__(self, schema: Schema, engine: Engine, seed: int) -> None:
        self.schema = schema
        self.engine = engine
        self.seed = seed
        self._values: dict[tuple[str, str], list[Any]] = {}
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
                raise InputError(f"parameter :{name} has no source", to_do="add it to params: in the annotation")
        makers = {name: self._maker(query, parameter) for name, parameter in given.items() if parameter.drawn}
        return ({name: make() for name, make in makers.items()} for _ in iter(int, 1))

    def _maker(self, query: Query | Transaction, parameter: Parameter) -> Callable[[], object]:
        random = Random(f"{self.seed}/{query.name}/{parameter.name}")  # noqa: S311 - not a secret
        if parameter.source in FROM_COLUMN:
            return self._from_column(parameter, random)
        return _plain(parameter, random)

    # ------------------------------------------------------------ from the rows

    def _from_column(self, parameter: Parameter, random: Random) -> Callable[[], object]:
        found = find_column(self.schema, parameter.arguments[0])
        if isinstance(found, str):
            raise InputError(f"parameter :{parameter.name}: {found}")
        table, column = self._root(found[0]), found[1]
        if parameter.source == "new":
            return self._unused(table, column, random)
        if parameter.source == "recent":
            return self._recent(table, column, span_seconds(parameter.arguments[1]), random)
        values = self._listed(table, column, by_weight=parameter.source == "zipf")
        if not values:
            raise InputError(
                f"parameter :{parameter.name}: {parameter.arguments[0]} has no value in the generated rows"
            )
        if parameter.source == "uniform":
            return lambda: values[random.randrange(len(values))]
        s = float(parameter.arguments[1]) if len(parameter.arguments) > 1 else _ZIPF
        totals = list(accumulate((rank + 1) ** -s for rank in range(len(values))))
        return lambda: values[min(bisect_right(totals, random.random() * totals[-1]), len(values) - 1)]

    def _root(self, table: Table) -> Table:
        """The partitioned table at the top, where the rows are."""
        while table.partition_of is not None and (above := self.schema.find(table.partition_of)) is not None:
            table = above
        return table

    def _listed(self, table: Table, column: str, *, by_weight: bool) -> list[Any]:
        """The column's distinct values: in their own order, or those that most rows have first.

        A key that other tables refer to is weighed by the references: what is bought most is looked at most.
        """
        key = (f"{table.qname}.{column}", "weight" if by_weight else "order")
        if key not in self._values:
            name, source = quote(column), self.engine.table(table.qname)
            order = name
            if by_weight:
                if (child := self._largest_child(table.qname, column)) is not None:
                    name, source = quote(child[1]), self.engine.table(child[0])
                order = f"count(*) DESC, {name}"
            sql = f"SELECT {name} FROM {source} WHERE {name} IS NOT NULL GROUP BY {name} ORDER BY {order} LIMIT {_MOST_VALUES}"
            self._values[key] = [row[0] for row in self.engine.execute(sql).rows]
        return self._values[key]

    def _largest_child(self, table: QName, column: str) -> tuple[QName, str] | None:
        """The table with most rows among those that refer to a key by this column alone."""
        if (column,) not in set(self.schema.table(table).keys()):
            return None
        best: tuple[int, QName, str] | None = None
        for child, key in self.schema.referencing(table):
            if key.ref_columns != (column,) or child.qname == table:
                continue
            name = self._root(child).qname
            rows = int(self.engine.execute(f"SELECT count(*) FROM {self.engine.table(name)}").rows[0][0])
            if rows and (best is None or rows > best[0]):
                best = (rows, name, key.columns[0])
        return best[1:] if best else None

    def _recent(self, table: Table, column: str, seconds: float, random: Random) -> Callable[[], object]:
        source = self.engine.table(table.qname)
        latest = self.engine.execute(f"SELECT max({quote(column)}) FROM {source}").rows[0][0]
        if latest is None:
            raise InputError(f"{table.qname}.{column} has no value in the generated rows")
        if isinstance(latest, str):  # SQLite keeps times as text
            latest = datetime.fromisoformat(latest) if len(latest) > 10 else date.fromisoformat(latest)
        if isinstance(latest, datetime):
            return lambda: latest - timedelta(seconds=int(random.random() * seconds))
        if isinstance(latest, date):
            return lambda: latest - timedelta(days=int(random.random() * max(seconds / 86_400, 1)))
        return lambda: latest - int(random.random() * seconds)

    def _unused(self, table: Table, column: str, random: Random) -> Callable[[], object]:
        """Values that no row has, another one in each execution."""
        kind = kind_of(self.schema, table.column(column))
        if kind.family == "uuid":
            return lambda: uuid.UUID(int=random.getrandbits(128), version=4)
        if kind.family in ("integer", "decimal"):
            source = self.engine.table(table.qname)
            largest = int(self.engine.execute(f"SELECT max({quote(column)}) FROM {source}").rows[0][0] or 0)
            return lambda: largest + self._next(f"{table.qname}.{column}")
        if kind.family in ("timestamp", "timestamptz", "date"):
            return lambda: NOW + timedelta(days=self._next(f"{table.qname}.{column}"))
        length = kind.length or 24

        def text() -> str:
            number = f"{self._next(f'{table.qname}.{column}'):x}"
            return ("~" + number.rjust(min(length, 12) - 1, "0"))[-length:]

        return text

    def _next(self, key: str) -> int:
        self._new[key] = self._new.get(key, 0) + 1
        return self._new[key]


def _used(query: Query | Transaction) -> tuple[str, ...]:
    statements = query.statements if isinstance(query, Transaction) else (query,)
    return tuple(dict.fromkeys(name for statement in statements for name in parameters(statement.sql)))


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
            values = [literal(each) for each in arguments]
            return lambda: values[random.randrange(len(values))]
        case "text":
            length = int(arguments[0])
            return lambda: _words(random, length)
        case "uuid":
            return lambda: uuid.UUID(int=random.getrandbits(128), version=4)
        case "now":
            return lambda: NOW
    raise InputError(f"parameter :{parameter.name} has the unknown source {parameter.source!r}")


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


def draw_all(drawer: Drawer, queries: Sequence[Query | Transaction], count: int) -> dict[str, list[Row] | DbarchError]:
    """The sets of values of every query or transaction, or why there are none."""
    drawn: dict[str, list[Row] | DbarchError] = {}
    for query in queries:
        try:
            drawn[query.name] = drawer.draw(query, count)
        except DbarchError as error:
            drawn[query.name] = error
    return drawn
