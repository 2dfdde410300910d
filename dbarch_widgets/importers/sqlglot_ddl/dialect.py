"""What makes one dialect different: how it is written, folds names, prints types, and which clauses are its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from dbarch_widgets.importers.sqlglot_ddl.tokens import Token
from dbarch_widgets.model.schema import Action
from dbarch_widgets.sql.split import Piece
from dbarch_widgets.sql.split_lexis import Lexis

if TYPE_CHECKING:
    from dbarch_widgets.importers.sqlglot_ddl.altering import Altering
    from dbarch_widgets.importers.sqlglot_ddl.columns import ColumnReading
    from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor
    from dbarch_widgets.importers.sqlglot_ddl.draft import Draft, TableDraft
    from dbarch_widgets.importers.sqlglot_ddl.statement import Statement
    from dbarch_widgets.importers.sqlglot_ddl.types import WrittenType

# Where a clause may stand: beside a column, after a key or an index, after a foreign key or check, after a table.
Place = Literal["column", "key", "constraint", "index", "table"]


class Splitter(Protocol):
    def next_piece(self, text: str, at: int) -> Piece | None:
        """The piece that begins at or after `at`, or None at the end."""

    def restart_after(self, text: str, start: int, end: int) -> int | None:
        """The offset within [start, end) of the next line that looks like the beginning of a statement."""


@dataclass(frozen=True)
class Repair:
    """A clause that standard DDL does not have.

    `read` looks whether it comes next and takes it, giving what to keep as options of the table (empty for nothing),
    or None where it is another clause. `name` is what the report says was done; a repair that `loses` something makes
    the statement `partly` understood.
    """

    name: str
    places: frozenset[Place]
    read: Callable[[Cursor], Mapping[str, str] | None]
    loses: bool = False


# The names of what has none: from the table, the columns and the names taken to a free name.
Naming = Callable[["TableDraft", str, tuple[str, ...]], str]
Handler = Callable[["Draft", "Statement"], None]


@dataclass(frozen=True)
class Dialect:
    """One dialect. `schema` is what an unqualified name means; `fold` gives a name as the database stores it."""

    name: str
    lexis: Lexis
    splitter: Callable[[], Splitter]
    fold: Callable[[Token], str]
    print_type: Callable[[WrittenType], str]
    generated_name: Naming
    schema: str = ""
    schema_from_database: bool = False
    # What routines are written in where they do not say.
    language: str = "sql"
    # Whether a key that does not say it is enforced.
    enforces: bool = True
    # A dropped column shortens the indexes that hold it; elsewhere they go with it.
    shortens_indexes: bool = False
    # Names equal under these keys are the same name.
    table_key: Callable[[str], str] = str
    column_key: Callable[[str], str] = str.lower
    # `KEY k (a)` and `INDEX i (a)` inside CREATE TABLE.
    index_elements: bool = False
    # ON DELETE and ON UPDATE where nothing is said, as the catalog has it.
    default_action: Action = "no action"
    # The method of an index where nothing is said; empty where that depends on the table's engine.
    default_method: str = "btree"
    # The check beside a column has the name of the column.
    check_named_after_column: bool = False
    # CREATE UNIQUE INDEX on plain columns makes what the catalog calls a unique key.
    unique_is_constraint: bool = False
    repairs: tuple[Repair, ...] = ()
    attributes: Mapping[str, Callable[[ColumnReading, Cursor], None]] = field(default_factory=dict)
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    actions: Mapping[str, Callable[[Altering, Cursor], None]] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    # What stands behind a comma of ALTER TABLE goes on with the action before it.
    one_action: bool = False
    # IF, BEGIN, END and ELSE may stand around statements.
    conditional: bool = False
    path: Callable[[list[Token]], list[Token]] = list
    # The actions of one ALTER TABLE in the order in which the database carries them out.
    ordered: Callable[[list[Cursor]], list[Cursor]] = list
    # After a rename: the table, and the name that it had.
    renamed_table: Callable[[TableDraft, str], None] = lambda _table, _old: None
    # Reads PARTITION BY where the dialect has its own.
    partition_by: Callable[[TableDraft, Statement, Cursor], None] | None = None
    # Last word on the schema, e.g. the indexes that the database adds by itself.
    finish: Callable[[Draft], None] = lambda _draft: None


def upper_unless_quoted(token: Token) -> str:
    """Oracle and Snowflake: unquoted names are stored in upper case."""
    return token.text if token.kind == "name" else token.text.upper()


def as_written(token: Token) -> str:
    """MySQL, SQL Server, BigQuery: names are stored as written."""
    return token.text


def lower(token: Token) -> str:
    return token.text.lower()
