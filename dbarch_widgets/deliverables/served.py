"""Indexes of fixes that other fixes, carried out with them, make needless: each is taken out of its fix alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Index, IndexKey, QName, Schema, Table
from dbarch_widgets.rules.access import key_signature
from dbarch_widgets.sql.split import next_piece

_MAKES = re.compile(r"\s*CREATE\s+INDEX\b", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_Keys = tuple[tuple[object, ...], ...]


@dataclass(frozen=True)
class Served:
    """One CREATE INDEX that is not in the target: the finding whose fix had it, and what serves instead.

    `by` is the finding whose fix makes what serves; None where that was there before. `statement` is what was taken out.
    """

    finding: Finding
    statement: str
    by: Finding | None
    other: str

    @property
    def name(self) -> str:
        """The name of the index that is not made."""
        return _name(self.statement)

    @property
    def reason(self) -> str:
        """What is said of it."""
        if self.by is None:
            return f"already served by {self.other}"
        return f"already served by {self.other}, the index of {self.by.rule} on {self.by.place}"


def statements_of(sql: str) -> list[str]:
    """The statements of a text, one by one."""
    found, at = [], 0
    while piece := next_piece(sql, at):
        at = piece.end
        if piece.kind == "sql":
            found.append(piece.text)
    return found


def without(finding: Finding, statement: str) -> Finding | None:
    """The finding with that statement taken out of its fix; None when nothing is left of it."""
    fix = finding.fix
    left = [each for each in statements_of(fix.sql if fix else "") if _plain(each) != _plain(statement)]
    if fix is None or not left:
        return None
    return replace(finding, fix=replace(fix, sql="\n".join(f"{each.rstrip().rstrip(';')};" for each in left)))


def made_twice(wanted: Sequence[Finding]) -> Served | None:
    """The first CREATE INDEX that an earlier fix has word for word."""
    first: dict[str, Finding] = {}
    for finding in wanted:
        for statement in _indexes(finding):
            before = first.setdefault(_plain(statement), finding)
            if before is not finding:
                return Served(finding, statement, before, _name(statement))
    return None


def needless(schema: Schema, made: Schema, wanted: Sequence[Finding]) -> Served | None:
    """The first new index that another index or key of the target does the work of; the other one may be needless too."""
    for table in made.tables:
        before = schema.find(table.qname)
        old = {index.name for index in before.indexes} if before else set()
        for index in table.indexes:
            if index.name in old or not _is_plain(index):
                continue
            other = next((name for name, serves in _searched(table) if name != index.name and serves(index)), None)
            maker = next(_makers(wanted, table.qname, index.name), None) if other else None
            if other and maker:
                return Served(*maker, _by(wanted, other), other)
    return None


def _makers(wanted: Sequence[Finding], table: QName, name: str) -> Iterator[tuple[Finding, str]]:
    """Each fix with a CREATE INDEX of that name on that table, and the statement."""
    for finding in wanted:
        for statement in _indexes(finding):
            bare = statement.replace('"', "")
            here = re.search(
                rf"\bINDEX\s+{re.escape(name)}\s+ON\s+(?:{re.escape(table.schema)}\.)?{re.escape(table.name)}\b", bare
            )
            if here:
                yield finding, statement


def _by(wanted: Sequence[Finding], name: str) -> Finding | None:
    """The finding whose fix makes an index or a constraint of that name."""
    made = re.compile(rf"\b(?:INDEX|CONSTRAINT)\s+{re.escape(name)}\b")
    return next((each for each in wanted if each.fix and made.search(each.fix.sql.replace('"', ""))), None)


def _indexes(finding: Finding) -> list[str]:
    return [each for each in statements_of(finding.fix.sql if finding.fix else "") if _MAKES.match(each)]


def _name(statement: str) -> str:
    return re.split(r"\s+ON\s", _MAKES.sub("", statement), maxsplit=1, flags=re.IGNORECASE)[0].strip().replace('"', "")


def _plain(statement: str) -> str:
    return _SPACE.sub(" ", statement).strip().rstrip("; ")


@dataclass(frozen=True)
class _Search:
    """What a search can begin with: its keys, whole or not."""

    keys: _Keys
    is_whole: bool

    def __call__(self, index: Index) -> bool:
        """Whether it begins with the keys of the index, read forwards or backwards."""
        if not self.is_whole:
            return False
        mine, start = _signature(index.keys), self.keys[: len(index.keys)]
        return start in (mine, _signature(tuple(map(_turned, index.keys))))


def _searched(table: Table) -> list[tuple[str, _Search]]:
    keys = [key for key in table.key_constraints if not key.deferrable]
    found = [(key.name, _Search(_signature(tuple(IndexKey(name) for name in key.columns)), True)) for key in keys]
    whole = ((each, each.method == "btree" and each.where is None and each.valid) for each in table.indexes)
    return [*found, *((each.name, _Search(_signature(each.keys), is_whole)) for each, is_whole in whole)]


def _is_plain(index: Index) -> bool:
    return index.method == "btree" and not index.unique and index.where is None and not index.include


def _signature(keys: tuple[IndexKey, ...]) -> _Keys:
    return tuple(map(key_signature, keys))


def _turned(key: IndexKey) -> IndexKey:
    """The key as a scan backwards gives it."""
    nulls = key.nulls or ("last" if key.order == "asc" else "first")
    return replace(key, order="desc" if key.order == "asc" else "asc", nulls="first" if nulls == "last" else "last")
