"""What a CREATE TABLE says and the PRAGMAs do not: names of constraints, checks, generated expressions, collations …

The grammar is that of SQLite's `parse.y`: types are any words up to the next constraint, commas between the constraints
of a table may be left out, and a constraint of a column is one of the table's with one column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dbarch_widgets.importers.sqlite.tokens import Token, fold, spell, tokens, unquote

_STARTS_CONSTRAINT = frozenset(
    {"CONSTRAINT", "DEFAULT", "NULL", "NOT", "PRIMARY", "UNIQUE", "CHECK", "REFERENCES", "COLLATE", "AS"}
    | {"DEFERRABLE"}
)
_STARTS_TABLE_CONSTRAINT = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"})


class Unread(Exception):
    """The text is not of the expected form; the message says where."""


@dataclass
class DeclaredKey:
    """A primary key or unique constraint; `keys` is its list as written, "" where each key is only a column."""

    columns: tuple[str, ...]
    name: str | None = None
    keys: str = ""
    conflict: str | None = None
    at: int = 0


@dataclass
class DeclaredCheck:
    expression: str
    columns: tuple[str, ...] = ()
    name: str | None = None
    conflict: str | None = None
    at: int = 0


@dataclass
class DeclaredReference:
    columns: tuple[str, ...]
    table: str
    name: str | None = None
    deferrable: bool = False
    deferred: bool = False
    at: int = 0


@dataclass
class DeclaredColumn:
    name: str
    at: int = 0
    collation: str | None = None
    generated: str | None = None
    autoincrement: bool = False
    not_null_conflict: str | None = None


@dataclass
class Declared:
    """The parts of one CREATE TABLE; every `at` is an offset into its text."""

    columns: dict[str, DeclaredColumn] = field(default_factory=dict)
    primary_key: DeclaredKey | None = None
    unique: list[DeclaredKey] = field(default_factory=list)
    checks: list[DeclaredCheck] = field(default_factory=list)
    references: list[DeclaredReference] = field(default_factory=list)


def read_table(text: str, start: int = 0) -> Declared:
    """The parts of `CREATE TABLE …`; of one made by a query there are none.

    Raises:
        Unread: it is of no form that SQLite has.
    """
    cursor = Cursor(tokens(text, start))
    cursor.skip_create("TABLE")
    cursor.qualified_name()
    if cursor.word() == "AS":
        return Declared()
    cursor.expect("(")
    found = Declared()
    while True:
        if cursor.word() in _STARTS_TABLE_CONSTRAINT:
            _table_constraint(cursor, found)
        else:
            _column(cursor, found)
        if cursor.take(")"):
            break
        if not cursor.take(",") and cursor.word() not in _STARTS_TABLE_CONSTRAINT:
            raise Unread(f"near {cursor.shown()}")
    _name_check_columns(found)
    return found


def _column(cursor: Cursor, found: Declared) -> None:
    token = cursor.next()
    column = DeclaredColumn(unquote(token), token.start)
    found.columns[fold(column.name)] = column
    while not _type_ends(cursor):
        cursor.group() if cursor.text() == "(" else cursor.next()
    name: str | None = None
    while cursor.more() and cursor.text() not in (",", ")"):
        if cursor.take_word("CONSTRAINT"):
            name = unquote(cursor.next())
            continue
        _column_constraint(cursor, found, column, name)
        name = None


def _type_ends(cursor: Cursor) -> bool:
    if cursor.word() == "GENERATED":
        return cursor.word(1) == "ALWAYS"
    return cursor.word() in _STARTS_CONSTRAINT or cursor.text() in (",", ")", "")


def _column_constraint(cursor: Cursor, found: Declared, column: DeclaredColumn, name: str | None) -> None:
    at, word = cursor.at(), cursor.next().upper
    if word == "DEFAULT":
        _default(cursor)
    elif (word == "NOT" and cursor.take_word("DEFERRABLE")) or word == "DEFERRABLE":
        _deferrable(cursor, found, negated=word == "NOT")
    elif word == "NOT":
        cursor.expect_word("NULL")
        column.not_null_conflict = _conflict(cursor)
    elif word == "NULL":
        _conflict(cursor)
    elif word == "PRIMARY":
        cursor.expect_word("KEY")
        descending = cursor.take_word("DESC")
        cursor.take_word("ASC")
        key = DeclaredKey((column.name,), name, f"{column.name} DESC" if descending else "", at=at)
        key.conflict = _conflict(cursor)
        column.autoincrement = cursor.take_word("AUTOINCREMENT")
        found.primary_key = key
    elif word == "UNIQUE":
        found.unique.append(DeclaredKey((column.name,), name, conflict=_conflict(cursor), at=at))
    elif word == "CHECK":
        found.checks.append(DeclaredCheck(cursor.bracketed(), name=name, conflict=_conflict(cursor), at=at))
    elif word == "REFERENCES":
        _references(cursor, found, (column.name,), name, at)
    elif word == "COLLATE":
        column.collation = unquote(cursor.next())
    elif word == "GENERATED":
        cursor.expect_word("ALWAYS")
        cursor.expect_word("AS")
        _generated(cursor, column)
    elif word == "AS":
        _generated(cursor, column)
    else:
        raise Unread(f"near {word or cursor.shown()}")


def _table_constraint(cursor: Cursor, found: Declared) -> None:
    at = cursor.at()
    name: str | None = None
    while cursor.take_word("CONSTRAINT"):
        name = unquote(cursor.next())
    if cursor.text() in (",", ")"):  # SQLite lets a name stand without a constraint
        return
    word = cursor.next().upper
    if word in ("PRIMARY", "UNIQUE"):
        if word == "PRIMARY":
            cursor.expect_word("KEY")
        key, counted = _key(cursor.group(), name, at)
        key.conflict = _conflict(cursor)
        if word == "UNIQUE":
            found.unique.append(key)
            return
        found.primary_key = key
        if counted and (column := found.columns.get(fold(key.columns[0]))):
            column.autoincrement = True
    elif word == "CHECK":
        found.checks.append(DeclaredCheck(cursor.bracketed(), name=name, conflict=_conflict(cursor), at=at))
    elif word == "FOREIGN":
        cursor.expect_word("KEY")
        columns = tuple(unquote(item[0]) for item in split_commas(cursor.group()))
        cursor.expect_word("REFERENCES")
        _references(cursor, found, columns, name, at)
        negated = cursor.take_word("NOT")
        if cursor.take_word("DEFERRABLE"):
            _deferrable(cursor, found, negated=negated)
    else:
        raise Unread(f"near {word or cursor.shown()}")


def _key(items: list[Token], name: str | None, at: int) -> tuple[DeclaredKey, bool]:
    counted = bool(items) and items[-1].upper == "AUTOINCREMENT"
    items = items[:-1] if counted else items
    parts = split_commas(items)
    columns = tuple(unquote(part[0]) for part in parts)
    special = any(token.upper in ("DESC", "COLLATE") for part in parts for token in part[1:])
    return DeclaredKey(columns, name, spell(items) if special else "", at=at), counted


def _references(cursor: Cursor, found: Declared, columns: tuple[str, ...], name: str | None, at: int) -> None:
    table = unquote(cursor.next())
    if cursor.text() == "(":
        cursor.group()
    while cursor.word() in ("ON", "MATCH"):
        if cursor.next().upper == "MATCH":
            cursor.next()
            continue
        cursor.next()
        if cursor.next().upper in ("SET", "NO"):
            cursor.next()
    found.references.append(DeclaredReference(columns, table, name, at=at))


def _deferrable(cursor: Cursor, found: Declared, *, negated: bool) -> None:
    """`DEFERRABLE` alone does not defer in SQLite, and neither does `NOT DEFERRABLE INITIALLY DEFERRED`."""
    late = cursor.take_word("INITIALLY") and cursor.next().upper == "DEFERRED"
    if found.references:
        found.references[-1].deferrable = not negated
        found.references[-1].deferred = late and not negated


def _generated(cursor: Cursor, column: DeclaredColumn) -> None:
    column.generated = cursor.bracketed()
    if not cursor.take_word("STORED"):
        cursor.take_word("VIRTUAL")


def _default(cursor: Cursor) -> None:
    if cursor.text() == "(":
        cursor.group()
        return
    while cursor.text() in ("+", "-"):
        cursor.next()
    cursor.next()


def _conflict(cursor: Cursor) -> str | None:
    """The action of `ON CONFLICT`, which is a habit of the constraint: ABORT when it is not said."""
    if not (cursor.word() == "ON" and cursor.word(1) == "CONFLICT"):
        return None
    cursor.next()
    cursor.next()
    action = cursor.next().upper
    return None if action == "ABORT" else action


def _name_check_columns(found: Declared) -> None:
    for check in found.checks:
        words = (unquote(item) for item in tokens(check.expression) if item.kind in ("word", "name"))
        named = dict.fromkeys(fold(word) for word in words)
        check.columns = tuple(found.columns[word].name for word in named if word in found.columns)


def split_commas(items: Iterable[Token]) -> list[list[Token]]:
    """The items between the commas that stand in no bracket; empty ones left out."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for item in items:
        depth += (item.text == "(") - (item.text == ")")
        if item.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(item)
    return [part for part in parts if part]


class Cursor:
    """Walks over the tokens of one statement."""

    def __init__(self, items: list[Token]) -> None:
        self.items = items
        self.here = 0

    def more(self) -> bool:
        return self.here < len(self.items)

    def text(self) -> str:
        return self.items[self.here].text if self.here < len(self.items) else ""

    def word(self, ahead: int = 0) -> str:
        """The word that comes, in capitals; "" of a quoted name and of anything else."""
        place = self.here + ahead
        return self.items[place].upper if place < len(self.items) else ""

    def at(self) -> int:
        return self.items[self.here].start if self.here < len(self.items) else 0

    def shown(self) -> str:
        return self.text() or "the end"

    def next(self) -> Token:
        if self.here >= len(self.items):
            raise Unread("it ends too early")
        self.here += 1
        return self.items[self.here - 1]

    def take(self, text: str) -> bool:
        found = self.text() == text
        self.here += found
        return found

    def take_word(self, word: str) -> bool:
        found = self.word() == word
        self.here += found
        return found

    def expect(self, text: str) -> None:
        if not self.take(text):
            raise Unread(f"near {self.shown()}, where {text} was expected")

    def expect_word(self, word: str) -> None:
        if not self.take_word(word):
            raise Unread(f"near {self.shown()}, where {word} was expected")

    def group(self) -> list[Token]:
        """The tokens between the bracket that comes and the one that closes it."""
        self.expect("(")
        first, depth = self.here, 1
        while depth:
            text = self.next().text
            depth += (text == "(") - (text == ")")
        return self.items[first : self.here - 1]

    def bracketed(self) -> str:
        """The expression in brackets that comes."""
        return spell(self.group())

    def rest(self) -> list[Token]:
        return self.items[self.here :]

    def skip_create(self, kind: str) -> None:
        """Past `CREATE [TEMP] [UNIQUE] [VIRTUAL] kind [IF NOT EXISTS]`."""
        self.expect_word("CREATE")
        while self.word() in ("TEMP", "TEMPORARY", "UNIQUE", "VIRTUAL"):
            self.next()
        self.expect_word(kind)
        if self.word() == "IF" and self.word(1) == "NOT":
            self.here += 3

    def qualified_name(self) -> tuple[str | None, str]:
        """The name that comes, with the database before it or None."""
        first = unquote(self.next())
        if self.take("."):
            return first, unquote(self.next())
        return None, first
