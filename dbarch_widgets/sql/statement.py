"""What a query does, as plain data: its blocks, the tables of each, its conditions, its order and its limits.

A *block* is one SELECT, UPDATE, DELETE or MERGE; a statement with sub-queries, CTEs or UNIONs has several. Names are as
PostgreSQL folds them. Nothing here knows the schema; `resolve.py` joins the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Operator = Literal[
    "=",
    "in",
    "<",
    "<=",
    ">",
    ">=",
    "between",
    "like",
    "ilike",
    "regexp",
    "is null",
    "is not null",
    "<>",
    "not in",
    "other",
]
Role = Literal["top", "cte", "derived", "lateral", "in", "exists", "scalar"]

RANGE: frozenset[str] = frozenset({"<", "<=", ">", ">=", "between"})
EQUALITY: frozenset[str] = frozenset({"=", "in", "is null"})


@dataclass(frozen=True)
class TableRef:
    """A table as the FROM clause names it; `alias` is the name that columns use."""

    name: str
    schema: str | None
    alias: str


@dataclass(frozen=True)
class ColumnRef:
    """A column as written; `table` is the alias before the dot."""

    name: str
    table: str | None = None

    def __str__(self) -> str:
        return f"{self.table}.{self.name}" if self.table else self.name


@dataclass(frozen=True)
class Value:
    """What a column is compared with.

    `type` is that of the literal or of an explicit cast, where there is one. `items` are the values of a list.
    """

    kind: Literal["parameter", "literal", "column", "subquery", "expression"]
    text: str
    type: str | None = None
    column: ColumnRef | None = None
    items: tuple[str, ...] = ()

    @property
    def constant(self) -> bool:
        """Whether it is known before the table is read."""
        return self.kind in ("parameter", "literal", "expression")


@dataclass(frozen=True)
class Predicate:
    """One comparison of a column.

    `wrapped` is the expression around the column in canonical form (`lower(email)`), None for the bare column.
    `conjunct`: the row must satisfy it (it is not one side of an OR). `join`: it stands in a JOIN condition.
    """

    column: ColumnRef
    operator: Operator
    value: Value
    wrapped: str | None = None
    cast: str | None = None
    conjunct: bool = True
    join: bool = False


@dataclass(frozen=True)
class SortKey:
    """A key of ORDER BY; `column` is None when it sorts by an expression."""

    column: ColumnRef | None
    expression: str
    descending: bool = False
    nulls_first: bool = False


@dataclass(frozen=True)
class Block:
    """One SELECT, UPDATE, DELETE or MERGE.

    `derived` holds the aliases of CTEs, sub-queries and table functions. `outputs` are the plain columns that come out
    (None for anything else), `names` the names given with AS. `stars` holds an alias for `a.*` and None for a bare `*`.
    `one_row`: an aggregate without GROUP BY. `crossed` are aliases joined by an explicit CROSS or NATURAL JOIN.
    `negated`: the sub-query of a NOT IN. `filtered`: there is a WHERE. `counts`: count(*) is among what comes out.
    `locks` is what FOR UPDATE or FOR SHARE says, `skips_locked` whether rows that others hold are passed over.
    `concatenated` are the plain columns that `||` joins with something else in what comes out.
    """

    kind: Literal["select", "update", "delete", "merge"]
    role: Role
    tables: tuple[TableRef, ...] = ()
    derived: tuple[str, ...] = ()
    crossed: tuple[str, ...] = ()
    predicates: tuple[Predicate, ...] = ()
    columns: tuple[ColumnRef, ...] = ()
    outputs: tuple[ColumnRef | None, ...] = ()
    names: tuple[str, ...] = ()
    stars: tuple[str | None, ...] = ()
    group_by: tuple[ColumnRef, ...] = ()
    order_by: tuple[SortKey, ...] = ()
    limit: Value | None = None
    offset: Value | None = None
    one_row: bool = False
    grouped: bool = False
    distinct: bool = False
    filtered: bool = False
    negated: bool = False
    counts: bool = False
    locks: Literal["update", "share"] | None = None
    skips_locked: bool = False
    concatenated: tuple[ColumnRef, ...] = ()
    parent: int | None = None


@dataclass(frozen=True)
class Statement:
    """A whole statement. `written` is the table that it changes, `written_columns` those it sets (empty for DELETE).

    `added_to` are the columns that an UPDATE sets to something made of themselves (`used = used + 1`), `given` those that
    it sets to a parameter and nothing out of the database. `on_conflict`:
    an INSERT says what is done with a row that is there already. `unions` counts UNIONs that remove doubles.
    """

    sql: str
    kind: Literal["read", "write", "other"]
    verb: str
    blocks: tuple[Block, ...] = ()
    written: TableRef | None = None
    written_columns: tuple[str, ...] = ()
    conflict_columns: tuple[str, ...] = ()
    added_to: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    on_conflict: bool = False
    unions: int = 0

    @property
    def tables(self) -> tuple[TableRef, ...]:
        """Every table it names, the written one first."""
        head = (self.written,) if self.written else ()
        return (*head, *(table for block in self.blocks for table in block.tables if table != self.written))
