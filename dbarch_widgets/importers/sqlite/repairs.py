"""What a statement lacks that this SQLite can be lent: functions, collations, modules, other databases, old habits.

A repair changes the throw-away database, not the statement (but for comments that begin with #); the reader names it in
the notes of its report.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from dbarch_widgets.importers.sqlite.engine import FORBIDDEN_FUNCTIONS, MODULES, ThrowAway
from dbarch_widgets.importers.sqlite.tokens import fold
from dbarch_widgets.sql.names import quote

_FUNCTION = re.compile(r"no such function: (.+)\Z", re.DOTALL)
_COLLATION = re.compile(r"no such collation sequence: (.+)\Z", re.DOTALL)
_DATABASE = re.compile(r"unknown database (.+)\Z", re.DOTALL)
_BROKEN = re.compile(r"error in (view|trigger) (.+?)(?: after [a-z ]+)?: (?:no such|ambiguous|near|unknown)", re.DOTALL)
_MOST_DATABASES = 9
# A # outside of strings and names; SQLite knows no comment that begins so, but programs that load its files do.
_HASH = re.compile(r"""^((?:[^'"#\n]|'[^'\n]*'|"[^"\n]*")*)#""", re.MULTILINE)

HASH_COMMENTS = "lines from a # on were read as comments, which SQLite itself does not do"
BROKEN_OBJECTS = "views or triggers that point at what is not there stood in its way; they were set aside meanwhile"


@dataclass
class Outcome:
    """How a statement fared: SQLite's refusal or None, the repairs that helped, and what was lost in them."""

    refusal: str | None
    notes: set[str] = field(default_factory=set)
    lost: str = ""


@dataclass
class Repairs:
    """What was lent so far, each with the words of its note and how to see that a later statement needs it too."""

    engine: ThrowAway
    lent: dict[str, re.Pattern[str]] = field(default_factory=dict)
    databases: list[str] = field(default_factory=list)
    _had: set[str] = field(default_factory=set)

    def run(self, sql: str) -> Outcome:
        """Run a statement, with repairs where it needs them."""
        aside: list[tuple[str, str]] = []
        outcome = self._run(sql, aside)
        lost = [f"{name}: {why}" for name, made in aside if (why := self.engine.run(made))]
        if outcome.refusal is None and lost:
            outcome.lost = f"could not be put back: {'; '.join(lost)}"
        return outcome

    def _run(self, sql: str, aside: list[tuple[str, str]]) -> Outcome:
        used = {words for words, needs in self.lent.items() if needs.search(sql)}
        refusal = self.engine.run(sql)
        if refusal and refusal.startswith('unrecognized token: "#'):
            sql = _HASH.sub(r"\1--", sql)
            used.add(HASH_COMMENTS)
            refusal = self.engine.run(sql)
        while refusal is not None:
            broken = _BROKEN.match(refusal)
            words = self._set_aside(broken, aside) if broken else self._lend(refusal)
            if words is None:
                return Outcome(refusal)
            used.add(words)
            refusal = self.engine.run(sql)
        return Outcome(None, used)

    def attach(self, name: str) -> str | None:
        """Make an empty database of that name; why not, where it cannot be."""
        if fold(name) in ("main", "temp", *map(fold, self.databases)):
            return f"database {name} is already in use"
        if len(self.databases) >= _MOST_DATABASES:
            return f"SQLite holds no more than {_MOST_DATABASES} databases beside the main one"
        self.engine.ours(f"ATTACH ':memory:' AS {quote(name)}")
        self.databases.append(name)
        return None

    def _set_aside(self, broken: re.Match[str], aside: list[tuple[str, str]]) -> str | None:
        """Drop the view or trigger that is in the way; `aside` keeps its name and how to make it anew."""
        kind, name = broken.group(1), broken.group(2)
        question = "SELECT sql FROM sqlite_schema WHERE type = ? AND name = ?"
        row = self.engine.connection.execute(question, (kind, name)).fetchone()
        if row is None:
            return None
        aside.append((f"{kind} {name}", row[0]))
        self.engine.ours(f"DROP {kind} {quote(name)}")
        return BROKEN_OBJECTS

    def _lend(self, refusal: str) -> str | None:
        """Lend what SQLite says is missing; nothing twice, so that this comes to an end."""
        for pattern, lend in self._lenders():
            if match := pattern.match(refusal):
                name = match.group(1)
                if (pattern.pattern + fold(name)) in self._had:
                    return None
                self._had.add(pattern.pattern + fold(name))
                words = lend(name)
                if words is not None:
                    self.lent[words] = re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)
                return words
        return None

    def _lenders(self) -> tuple[tuple[re.Pattern[str], Callable[[str], str | None]], ...]:
        return ((_FUNCTION, self._function), (_COLLATION, self._collation), (_DATABASE, self._database))

    def _function(self, name: str) -> str | None:
        if name.lower() in FORBIDDEN_FUNCTIONS:
            return None
        self.engine.stand_in_function(name)
        return f"the function {name}() is not SQLite's own; a stand-in was there while loading"

    def _collation(self, name: str) -> str | None:
        self.engine.stand_in_collation(name)
        return f"the collation {name} is not SQLite's own; a stand-in was there while loading"

    def _database(self, name: str) -> str | None:
        if self.attach(name) is not None:
            return None
        return f"the database {name} is not attached; an empty one stood in for it"


def missing_module(refusal: str, module: str) -> bool:
    """Whether a CREATE VIRTUAL TABLE was refused because its module is not here, or not one that may run here."""
    return refusal.startswith("no such module") or ("not authorized" in refusal and module.lower() not in MODULES)


def is_shadow(engine: ThrowAway, name: str) -> bool:
    """Whether a virtual table keeps its rows in the table of that name."""
    sql = "SELECT 1 FROM pragma_table_list WHERE type = 'shadow' AND name = ? COLLATE NOCASE"
    return engine.connection.execute(sql, (name,)).fetchone() is not None


def attach_name(sql: str) -> str | None:
    """The name that an ATTACH gives, or None where it is computed."""
    match = re.search(r"""\bAS\s+("(?:[^"]|"")+"|'(?:[^']|'')+'|`[^`]+`|\[[^\]]+\]|[\w$]+)\s*\Z""", sql, re.IGNORECASE)
    if match is None:
        return None
    name = match.group(1)
    if name[0] in "\"'`":
        return name[1:-1].replace(name[0] * 2, name[0])
    return name.strip("[]")
