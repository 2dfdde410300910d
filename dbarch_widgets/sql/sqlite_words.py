"""What a statement for SQLite must know of the schema: where each table went, and what its columns hold."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.model.schema import Column, QName, Schema, Table
from dbarch_widgets.sql.write.translate.kinds import kind_of
from dbarch_widgets.sql.write.translate.names import Names

_NUMBERS = ("decimal", "money")


class SQLiteWords:
    """SQLite's names for the tables of a schema, and sets of column names.

    A name is in a set only when that holds of every column of that name: `dates`, `moments` (timestamps), `fractions`
    (numbers that SQLite may keep as integers although they have decimals), `integers`, `filled` (NOT NULL).
    """

    def __init__(self, schema: Schema | None = None) -> None:
        schema = schema or Schema()
        tables = schema.base_tables
        names = Names(replace(schema, tables=tables), "sqlite") if schema.dialect != "sqlite" else None
        self._relations = names.relations if names else {table.qname: table.qname for table in tables}
        self._partitions = {table.qname: _root(schema, table) for table in schema.tables if table.partition_of}
        self._default = "main" if schema.dialect == "sqlite" else "public"
        columns = [(column, kind_of(column.type, schema.dialect).word) for table in tables for column in table.columns]
        keys = {name for table in tables if table.primary_key for name in table.primary_key.columns}
        self.dates = _always(columns, lambda _, kind: kind == "date")
        self.moments = _always(columns, lambda _, kind: kind.startswith("timestamp"))
        self.fractions = _always(columns, lambda _, kind: kind in _NUMBERS)
        self.integers = _always(columns, lambda _, kind: kind.startswith("int"))
        self.filled = _always(columns, lambda column, _: not column.nullable or column.name in keys)

    def relation(self, name: QName) -> str:
        """The table's name; that of a partition is its root's."""
        name = self._partitions.get(name, name)
        if name in self._relations:
            return self._relations[name].name
        return name.name if name.schema in ("", "main", "public") else f"{name.schema}_{name.name}"

    def mentioned(self, schema: str, name: str) -> str:
        """The table that a statement mentions, with its schema or without."""
        if schema:
            return self.relation(QName(schema, name))
        wanted = QName(self._default, name)
        if wanted not in self._relations and wanted not in self._partitions:
            others = [each for each in (*self._relations, *self._partitions) if each.name == name]
            wanted = others[0] if len(others) == 1 else wanted
        return self.relation(wanted)


def _root(schema: Schema, table: Table) -> QName:
    while table.partition_of and (parent := schema.find(table.partition_of)) is not None:
        table = parent
    return table.qname


def _always(columns: list[tuple[Column, str]], holds: object) -> frozenset[str]:
    assert callable(holds)
    yes = {column.name for column, kind in columns if holds(column, kind)}
    return frozenset(yes - {column.name for column, kind in columns if not holds(column, kind)})
