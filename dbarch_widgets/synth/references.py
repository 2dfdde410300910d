"""The foreign keys that generation has to honour, and which columns of the schema hold the same values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.synth.kinds import kind_of


@dataclass(frozen=True)
class Reference:
    """A foreign key between generated tables, column by column. `soft`: nobody declared it, the names say so."""

    name: str
    columns: tuple[str, ...]
    target: QName
    ref_columns: tuple[str, ...]
    soft: bool = False

    def ref(self, column: str) -> str:
        return self.ref_columns[self.columns.index(column)]

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        return tuple(zip(self.columns, self.ref_columns, strict=True))


class References:
    """All references of a schema; partitions are folded into their root."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.tables = {table.qname: table for table in schema.tables if table.partition_of is None}
        self.notes: list[str] = []
        self._of = {name: self._declared(table) for name, table in self.tables.items()}
        self._soften()
        self._parent: dict[str, str] = {}
        self._classes()

    def of(self, table: QName) -> tuple[Reference, ...]:
        return self._of.get(table, ())

    def class_of(self, table: QName, column: str) -> str:
        """The same text for all columns that share values through foreign keys."""
        return self._find(f"{table.schema}.{table.name}.{column}")

    def root(self, name: QName) -> QName:
        """The partitioned table at the top, or the table itself."""
        seen: set[QName] = set()
        while (table := self.schema.find(name)) and table.partition_of and name not in seen:
            seen.add(name)
            name = table.partition_of
        return name

    def _declared(self, table: Table) -> tuple[Reference, ...]:
        found: dict[tuple[object, ...], Reference] = {}
        for key in table.foreign_keys:
            target = self.tables.get(self.root(key.target))
            columns, ref_columns = key.columns, key.ref_columns
            if target is not None and not ref_columns and target.primary_key:
                ref_columns = target.primary_key.columns
            if target is None or len(columns) != len(ref_columns) or not columns:
                self.notes.append(
                    f"{table.qname}: foreign key {key.name} leads to {key.target}, which is not in the schema"
                )
                continue
            if not all(map(table.has_column, columns)) or not all(map(target.has_column, ref_columns)):
                self.notes.append(f"{table.qname}: foreign key {key.name} names a column that is not there")
                continue
            reference = Reference(key.name, columns, target.qname, ref_columns)
            found.setdefault((frozenset(reference.pairs), target.qname), reference)
        return tuple(found.values())

    def _soften(self) -> None:
        """Columns like `session_id` without a foreign key get one of the mind, where exactly one table fits the name."""
        singles = self._single_keys()
        for name, table in self.tables.items():
            taken = {column for reference in self._of[name] for column in reference.columns}
            taken.update(table.primary_key.columns if table.primary_key and len(table.primary_key.columns) == 1 else ())
            own_keys = table.keys()
            taken.update(key[0] for key in own_keys if len(key) == 1)
            extra = []
            for column in table.columns:
                match = re.fullmatch(r"(\w+?)_(?:id|ref|uuid)", column.name)
                if match is None or column.name in taken or column.generated:
                    continue
                target = self._only(singles.get(match[1], []), name)
                if target is None or target[0] == name or not self._fits(table, column.name, *target):
                    continue
                extra.append(Reference(f"like {column.name}", (column.name,), target[0], (target[1],), soft=True))
            self._of[name] = (*self._of[name], *extra)

    def _single_keys(self) -> dict[str, list[tuple[QName, str]]]:
        """Tables with a key of one column, by the words that a reference to them may use."""
        found: dict[str, list[tuple[QName, str]]] = {}
        for name, table in self.tables.items():
            if table.primary_key is None or len(table.primary_key.columns) != 1:
                continue
            words = name.name.lower().split("_")
            for start in range(len(words)):
                for word in _singulars("_".join(words[start:])):
                    found.setdefault(word, []).append((name, table.primary_key.columns[0]))
        return found

    @staticmethod
    def _only(candidates: list[tuple[QName, str]], table: QName) -> tuple[QName, str] | None:
        same = [candidate for candidate in candidates if candidate[0].schema == table.schema]
        chosen = same or candidates
        return chosen[0] if len(chosen) == 1 else None

    def _fits(self, table: Table, column: str, target: QName, ref_column: str) -> bool:
        one = kind_of(self.schema, table.column(column))
        other = kind_of(self.schema, self.tables[target].column(ref_column))
        if one.array or other.array or one.values or one.checks:
            return False
        return one.family == other.family or (one.family == "text" and other.family == "integer")

    # ------------------------------------------------------------ columns that share values

    def _classes(self) -> None:
        for name, references in self._of.items():
            for reference in references:
                for column, ref_column in reference.pairs:
                    one = self.class_of(name, column)
                    other = self.class_of(reference.target, ref_column)
                    self._parent[max(one, other)] = min(one, other)

    def _find(self, item: str) -> str:
        while (above := self._parent.get(item, item)) != item:
            item = above
        return item


def _singulars(word: str) -> Iterable[str]:
    yield word
    if word.endswith("ies"):
        yield word[:-3] + "y"
    elif word.endswith("es"):
        yield word[:-2]
        yield word[:-1]
    elif word.endswith("s"):
        yield word[:-1]
