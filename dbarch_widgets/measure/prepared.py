"""A query or a transaction of the workload made ready for one engine: its SQL, its values, how its answers are sorted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.parameters import NOW, Row
from dbarch_widgets.model.workload import Query, Transaction
from dbarch_widgets.sql.analyse import analyse

_NOW = re.compile(
    r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?P<tag>[A-Za-z_]\w*|)\$.*?\$(?P=tag)\$
    | \b(?P<call>now|clock_timestamp|statement_timestamp|transaction_timestamp)\s*\(\s*\)
    | \b(?P<moment>current_timestamp)\b(?:\s*\(\s*\d\s*\))? | \b(?P<local>localtimestamp)\b | \b(?P<day>current_date)\b""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)

Item = Query | Transaction


@dataclass(frozen=True)
class Step:
    """One statement in the engine's SQL.

    `sort_keys` are the names that its ORDER BY uses (None for an expression), None when it has none. `returned` says
    which parameters take their value from an earlier statement: name, number of the statement (from 1), column.
    """

    query: Query
    sql: str
    sort_keys: tuple[str | None, ...] | None = None
    limited: bool = False
    returned: tuple[tuple[str, int, str], ...] = ()

    def sorted_by(self, columns: Sequence[str]) -> tuple[int, ...] | None:
        """Positions of the sort keys among the answer's columns; empty when one of them is not there."""
        if self.sort_keys is None:
            return None
        if any(key not in columns for key in self.sort_keys):
            return ()
        return tuple(list(columns).index(str(key)) for key in self.sort_keys)


@dataclass(frozen=True)
class Unit:
    """What is executed as one: a query is a single step, a transaction has several between BEGIN and COMMIT.

    `rows` holds a set of values for each execution. `kept` counts the executions of a write that nothing undoes.
    """

    item: Item
    steps: tuple[Step, ...]
    rows: Sequence[Row] = ()
    kept: Iterator[int] | None = None

    @property
    def name(self) -> str:
        return self.item.name

    @property
    def writes(self) -> bool:
        return self.item.kind == "write"

    @property
    def transaction(self) -> bool:
        return isinstance(self.item, Transaction)

    def values(self, number: int) -> Row:
        """The set of values of that execution; they begin again when there are no more."""
        return self.rows[number % len(self.rows)] if self.rows else {}

    def values_to_run(self, number: int) -> Row:
        """The values for an execution. A write that stays takes the next ones each time: its key may be given only once."""
        return self.values(number if self.kept is None else next(self.kept))


def statements_of(item: Item) -> tuple[Query, ...]:
    """The statements of a transaction, or the query alone."""
    return item.statements if isinstance(item, Transaction) else (item,)


def make_unit(item: Item, rows: Sequence[Row], engine: Engine, rewrites: Mapping[str, str] | None = None) -> Unit:
    """The query or transaction for an engine; `rewrites` replace statements by name (for a variant).

    Raises:
        InputError: it is for other engines only, it writes and the engine does not, or its SQL has no counterpart there.
    """
    if item.engines and engine.name not in item.engines:
        raise InputError(f"is for {', '.join(item.engines)} only")
    if item.kind == "write" and not engine.abilities.writes:
        raise InputError(f"writes, and {engine.name} runs analytic queries only")
    if isinstance(item, Transaction) and not engine.abilities.undo:
        raise InputError(f"is a transaction of several statements, and {engine.name} has none")
    given = rewrites or {}
    steps = tuple(_step(query, given.get(query.name, query.sql), engine) for query in statements_of(item))
    return Unit(item, steps, rows, count() if _stays(item, engine) else None)


def values_wanted(item: Item, engine: Engine, times: int, before: int) -> int:
    """Sets of values for so many timed executions after some `before`, which undone ones share."""
    return times + before if _stays(item, engine) else times


def _stays(item: Item, engine: Engine) -> bool:
    return item.kind == "write" and not engine.abilities.undo


def _step(query: Query, written: str, engine: Engine) -> Step:
    statement = analyse(written)
    top = [block for block in statement.blocks if block.role == "top"]
    keys = [tuple(key.column.name if key.column else None for key in block.order_by) for block in top if block.order_by]
    returned = tuple(
        (parameter.name, int(parameter.arguments[0]), parameter.arguments[1])
        for parameter in query.parameters
        if parameter.source == "returned"
    )
    return Step(
        query,
        engine.translate(at_horizon(written)),
        keys[0] if keys else None,
        any(block.limit is not None for block in top),
        returned,
    )


def at_horizon(sql: str) -> str:
    """`now()` and its kin become the moment at which the generated rows end, so that the answer never changes."""
    moment = NOW.strftime("%Y-%m-%d %H:%M:%S")

    def change(match: re.Match[str]) -> str:
        if match["call"] or match["moment"]:
            return f"TIMESTAMPTZ '{moment}+00'"
        if match["local"]:
            return f"TIMESTAMP '{moment}'"
        return f"DATE '{NOW.date().isoformat()}'" if match["day"] else match[0]

    return _NOW.sub(change, sql)
