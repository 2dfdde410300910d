"""Which columns an expression can name: those of its table, and inside a subquery those of the tables of its FROM."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dbarch_widgets.importers.postgres.kinds import Columns
from dbarch_widgets.model.schema import Table

Node = Any
# From (schema or "", table) to the types of its columns.
Lookup = Callable[[str, str], "TypesOf | None"]


class TypesOf:
    """The types of a table's columns by name, as `columns` of `canonical`; of a domain the type that it is made of.

    `lookup` finds the tables that a subquery names.
    """

    def __init__(self, table: Table, domains: Mapping[str, str], lookup: Lookup | None = None) -> None:
        self.table, self._domains, self.lookup = table, domains, lookup

    def get(self, name: str, /) -> str | None:
        """The type of a column, None when there is no such column."""
        if not self.table.has_column(name):
            return None
        found = self.table.column(name).type
        for _ in self._domains:
            if found not in self._domains:
                break
            found = self._domains[found]
        return found

    def holds(self, parts: list[str]) -> bool:
        """Whether `table.column` or `schema.table.column` is a column of this table."""
        table = self.table
        return parts[-2] == table.name and parts[:-2] in ([], [table.schema]) and table.has_column(parts[-1])

    def of(self, place: str, name: str) -> str | None:
        """The type of `place.name`."""
        return self.get(name) if place == self.table.name else None


class Scope:
    """The columns that can be named inside a subquery; the ones outside of it are seen too."""

    def __init__(self, select: Node, outer: Columns) -> None:
        self._outer = outer
        self.lookup: Lookup | None = getattr(outer, "lookup", None)
        self._sources: dict[str, TypesOf | None] = {}
        for node in select.from_clause:
            self._sources.update(self._named(node))

    def _named(self, node: Node) -> Iterator[tuple[str, TypesOf | None]]:
        kind = node.WhichOneof("node")
        if kind == "join_expr":
            yield from self._named(node.join_expr.larg)
            yield from self._named(node.join_expr.rarg)
        elif kind == "range_var":
            source = node.range_var
            found = self.lookup(source.schemaname, source.relname) if self.lookup else None
            yield source.alias.aliasname or source.relname, found
        elif kind is not None:
            yield getattr(node, kind).alias.aliasname, None

    def get(self, name: str, /) -> str | None:
        """The type of a column that is named without its table."""
        place = self._place(name)
        if place is not None:
            source = self._sources[place]
            return source.get(name) if source else None
        return self._outer.get(name) if None not in self._sources.values() else None

    def of(self, place: str, name: str) -> str | None:
        """The type of `place.name`."""
        if place in self._sources:
            source = self._sources[place]
            return source.get(name) if source else None
        outer = self._outer
        return outer.of(place, name) if isinstance(outer, Scope | TypesOf) else outer.get(name)

    def place(self, name: str) -> str | None:
        """The name of the table that a bare column belongs to, as the catalog writes before it; None if not known."""
        found = self._place(name)
        if found is not None or None in self._sources.values():
            return found
        if isinstance(self._outer, Scope):
            return self._outer.place(name)
        if isinstance(self._outer, TypesOf) and self._outer.table.has_column(name):
            return self._outer.table.name
        return None

    def _place(self, name: str) -> str | None:
        found = [place for place, source in self._sources.items() if source and source.table.has_column(name)]
        return found[0] if len(found) == 1 else None
