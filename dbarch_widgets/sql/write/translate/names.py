"""New names for what the target cannot name as the source does: schemas, names that differ in case only, long names."""

from __future__ import annotations

from collections.abc import Iterable

from dbarch_widgets.model.objects import View
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.write.base import Loss
from dbarch_widgets.sql.write.translate.abilities import ABILITIES

# The schema that nobody has to name.
_DEFAULT = {"postgres": "public", "sqlite": "main", "duckdb": "main", "sqlserver": "dbo"}
_TAKEN = {
    "duckdb": frozenset({"main", "system", "temp", "pg_catalog", "information_schema"}),
    "postgres": frozenset({"public", "pg_catalog", "information_schema", "pg_toast"}),
}
_IN_ONE = "{} has no schemas"


class Names:
    """Old to new names. Names of tables, views and (where the target shares that space) indexes never collide."""

    def __init__(self, schema: Schema, to: str) -> None:
        self.to, self.able = to, ABILITIES[to]
        self.source = schema.dialect
        self.losses: list[Loss] = []
        self._taken: dict[str, set[str]] = {}
        self.schemas: dict[str, str] = {}
        self.relations: dict[QName, QName] = {}
        relations: list[Table | View] = [*schema.tables, *schema.views]
        for thing in relations:
            name = QName(thing.schema, thing.name)
            self.relations[name] = self._relation(name)
        self.columns = {table.qname: self._columns(table) for table in schema.tables}

    def fit(self, name: str) -> str:
        """The name as the target takes it, were there no other."""
        if self.to == "mysql":  # no character outside the basic plane, no space at the end
            name = "".join(letter if ord(letter) < 0x10000 else "_" for letter in name).rstrip() or "_"
        if self.to == "sqlite" and name.lower().startswith("sqlite_"):
            name = "_" + name
        return name.encode()[: self.able.bytes_of_name].decode(errors="ignore")

    def take(self, space: str, wanted: str) -> str:
        """A name that nothing else in that space has; numbered where it must be."""
        taken = self._taken.setdefault(space, set())
        first = self.fit(wanted)
        name, number = first, 1
        while (name if self.able.case_matters else name.casefold()) in taken:
            number += 1
            ending = f"_{number}"
            name = first.encode()[: self.able.bytes_of_name - len(ending)].decode(errors="ignore") + ending
        taken.add(name if self.able.case_matters else name.casefold())
        return name

    def place(self, schema: str) -> str:
        """The target's schema for one of the source."""
        if schema == _DEFAULT.get(self.source, "") or not self.able.schemas:
            return self.able.main
        if schema not in self.schemas:
            new = schema or self.able.main
            if new.lower() in _TAKEN.get(self.to, ()) and schema:
                new += "_"
                self._renamed(f"schema {schema}", f"{schema} has a meaning of its own in {self.able.title}", new)
            self.schemas[schema] = new
        return self.schemas[schema]

    def prefix(self, schema: str) -> str:
        """What stands before names of a schema where the target has none."""
        plain = self.able.schemas or schema == _DEFAULT.get(self.source, "") or not schema
        return "" if plain else f"{schema}_"

    def inside(self, space: str, where: str, wanted: str) -> str:
        """A name of an index or a constraint; a change is told."""
        name = self.take(space, wanted)
        if name != wanted:
            self._renamed(where, f"{self.able.title} has one space for such names, or does not take this one", name)
        return name

    def object(self, name: QName, where: str) -> QName:
        """A type or a sequence."""
        place = self.place(name.schema)
        return QName(place, self.inside(place, where, self.prefix(name.schema) + name.name))

    def _relation(self, old: QName) -> QName:
        place = self.place(old.schema)
        wanted = self.prefix(old.schema) + old.name
        new = QName(place, self.take(place, wanted))
        if new.name != old.name:
            why = (
                _IN_ONE.format(self.able.title) if new.name == wanted else f"{self.able.title} does not take this name"
            )
            self._renamed(str(old), why, new.name)
        return new

    def _columns(self, table: Table) -> dict[str, str]:
        """The columns whose names change; hardly ever any."""
        if self.able.case_matters and all(len(name) <= 15 for name in table.column_names):
            return {}
        space = f"columns of {table.qname}"
        new = {name: self.take(space, name) for name in table.column_names}
        changed = {name: other for name, other in new.items() if name != other}
        for name, other in changed.items():
            self._renamed(f"{table.qname}.{name}", f"{self.able.title} does not tell it from another column", other)
        return changed

    def _renamed(self, where: str, why: str, new: str) -> None:
        self.losses.append(Loss(where, "name", why, f"named {new}"))


def renamed(names: Iterable[str], changes: dict[str, str]) -> tuple[str, ...]:
    return tuple(changes.get(name, name) for name in names)
