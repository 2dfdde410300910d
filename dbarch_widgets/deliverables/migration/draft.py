"""The plan in the making: both schemas, their tables in pairs, and the steps so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from dbarch_widgets.deliverables.migration.step import KEPT, Hints, Step
from dbarch_widgets.model.diff import Diff, diff
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.write.own_types import Types
from dbarch_widgets.sql.write.postgres.names import qualified
from dbarch_widgets.sql.write.words import LIMIT


@dataclass
class Draft:
    """Mutable while planning. `pairs` are tables that are on both sides, the old one under its old name."""

    old: Schema
    new: Schema
    hints: Hints

    def __post_init__(self) -> None:
        self.steps: list[Step] = []
        # Checks that a change of type has brought from their old to their new form.
        self.checks_done: set[tuple[QName, str]] = set()

    def add(self, step: Step) -> None:
        self.steps.append(step)

    @cached_property
    def diff(self) -> Diff:
        return diff(self.old, self.new)

    @cached_property
    def types(self) -> Types:
        """The types of the new schema as SQL writes them."""
        return Types(self.new, qualified)

    @cached_property
    def old_types(self) -> Types:
        return Types(self.old, qualified)

    @cached_property
    def _before(self) -> dict[QName, QName]:
        return {new: old for old, new in self.diff.renamed}

    @cached_property
    def pairs(self) -> tuple[tuple[Table, Table], ...]:
        """(before, after) of each table that stays."""
        found = []
        for table in self.new.tables:
            before = self.old.find(self._before.get(table.qname, table.qname))
            if before is not None:
                found.append((before, table))
        return tuple(found)

    @cached_property
    def came(self) -> tuple[Table, ...]:
        """The tables that are new."""
        known = {after.qname for _, after in self.pairs}
        return tuple(table for table in self.new.tables if table.qname not in known)

    @cached_property
    def went(self) -> tuple[Table, ...]:
        """The tables that are no longer there."""
        known = {before.qname for before, _ in self.pairs}
        return tuple(table for table in self.old.tables if table.qname not in known)

    def is_new(self, table: QName) -> bool:
        """Whether the table is empty, because the migration makes it."""
        return any(one.qname == table for one in self.came)

    @cached_property
    def sides(self) -> tuple[tuple[Table, Table], ...]:
        """The pairs, and each new table beside an empty one of the same name."""
        fresh = [
            (Table(table.schema, table.name, table.columns, primary_key=table.primary_key, unique=table.unique), table)
            for table in self.came
        ]
        return (*self.pairs, *fresh)

    def from_parent(self, before: Table, after: Table, kind: str, name: str) -> bool:
        """Whether a partition gets a change of that column or constraint from its parent."""
        parent = self.new.find(after.partition_of) if after.partition_of else None
        if parent is None or before.partition_of is None:
            return False
        things = [getattr(each, "name", None) for each in _things(parent, kind)]
        old_parent = self.old.find(before.partition_of)
        gone = [getattr(each, "name", None) for each in _things(old_parent, kind)] if old_parent else []
        return name in things or name in gone


def _things(table: Table, kind: str) -> Iterable[Any]:
    found: Iterable[Any] = getattr(table, kind)
    return found


def qualified_kept(name: str) -> str:
    """A table of the schema in which data are kept aside."""
    from dbarch_widgets.sql.write.words import named

    return f"{KEPT}.{named(short(name))}"


def short(name: str) -> str:
    """The name within what PostgreSQL takes, told apart by a digest where it had to be cut."""
    import hashlib

    data = name.encode()
    if len(data) <= LIMIT:
        return name
    return data[: LIMIT - 9].decode(errors="ignore") + "_" + hashlib.sha256(data).hexdigest()[:8]


def named_apart(before: Iterable[Any], after: Iterable[Any]) -> Iterator[tuple[Any | None, Any | None]]:
    """(old, new) of things with a name: same name, or one that only was renamed, or one side None."""
    old = {each.name: each for each in before}
    new = {each.name: each for each in after}
    gone = [each for name, each in old.items() if name not in new]
    for name, thing in new.items():
        if name in old:
            yield old[name], thing
            continue
        same = next((each for each in gone if bare(replace(each, name=name)) == bare(thing)), None)
        if same is not None:
            gone.remove(same)
        yield same, thing
    for each in gone:
        yield each, None


def bare(thing: Any) -> Any:
    """Without the place where it stood."""
    places = {name: None for name in ("line", "file") if hasattr(thing, name)}
    return replace(thing, **places) if places else thing
