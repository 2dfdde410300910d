"""The values that a column, or several of one row, hold in an engine: the same lists in the same order on every engine.

Lists are ordered by value, never by where rows lie. A column with more different values than are kept is thinned evenly
over its order.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.names import quote
from dbarch_widgets.synth.kinds import kind_of

MOST_VALUES = 200_000


class ColumnValues:
    """Reads lists of values, each once."""

    def __init__(self, schema: Schema, engine: Engine) -> None:
        self.schema = schema
        self.engine = engine
        self._rows: dict[tuple[QName, tuple[str, ...]], list[tuple[Any, ...]]] = {}
        self._weighed: dict[tuple[QName, str], list[Any]] = {}

    def rows(self, table: Table, columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
        """The different combinations of values of the columns, in order, without those with a NULL."""
        place = (table.qname, columns)
        if place not in self._rows:
            self._rows[place] = list(self._read(self.root(table), columns))
        return self._rows[place]

    def _read(self, table: Table, columns: tuple[str, ...]) -> tuple[tuple[Any, ...], ...]:
        names = ", ".join(map(self._quoted, columns))
        order = ", ".join(self._order(table, column) for column in columns)
        present = " AND ".join(f"{self._quoted(column)} IS NOT NULL" for column in columns)
        different = f"SELECT DISTINCT {names} FROM {self._source(table.qname)} WHERE {present}"
        count = self._number(f"SELECT count(*) FROM ({different}) AS d")
        if count <= MOST_VALUES:
            return self.engine.execute(f"SELECT {names} FROM ({different}) AS d ORDER BY {order}").rows
        numbered = f"SELECT {names}, row_number() OVER (ORDER BY {order}) AS dbarch_n FROM ({different}) AS d"
        step = ceil(count / MOST_VALUES)
        return self.engine.execute(
            f"SELECT {names} FROM ({numbered}) AS n WHERE mod(dbarch_n, {step}) = 1 ORDER BY {order}"
        ).rows

    def by_weight(self, table: Table, column: str) -> list[Any]:
        """The column's different values, those that most rows have first.

        A key that other tables refer to is weighed by the references: what is bought most is looked at most.
        """
        place = (table.qname, column)
        if place not in self._weighed:
            table = self.root(table)
            table, column = self._largest_child(table, column) or (table, column)
            name = self._quoted(column)
            sql = (
                f"SELECT {name} FROM {self._source(table.qname)} WHERE {name} IS NOT NULL GROUP BY {name} "
                f"ORDER BY count(*) DESC, {self._order(table, column)} LIMIT {MOST_VALUES}"
            )
            self._weighed[place] = [row[0] for row in self.engine.execute(sql).rows]
        return self._weighed[place]

    def largest(self, table: Table, column: str) -> Any:
        """The column's largest value; None where there is no row."""
        return self.engine.execute(
            f"SELECT max({self._quoted(column)}) FROM {self._source(self.root(table).qname)}"
        ).rows[0][0]

    def count(self, name: QName) -> int:
        """How many rows the table has."""
        return self._number(f"SELECT count(*) FROM {self._source(name)}")

    def root(self, table: Table) -> Table:
        """The partitioned table at the top, where the rows are."""
        while table.partition_of is not None and (above := self.schema.find(table.partition_of)) is not None:
            table = above
        return table

    def _largest_child(self, table: Table, column: str) -> tuple[Table, str] | None:
        """The table with most rows among those that refer to a key by this column alone."""
        if (column,) not in set(table.keys()):
            return None
        best: tuple[int, Table, str] | None = None
        for child, key in self.schema.referencing(table.qname):
            if key.ref_columns != (column,) or child.qname == table.qname:
                continue
            above = self.root(child)
            rows = self._number(f"SELECT count(*) FROM {self._source(above.qname)}")
            if rows and (best is None or rows > best[0]):
                best = (rows, above, key.columns[0])
        return best[1:] if best else None

    def _order(self, table: Table, column: str) -> str:
        """Texts by their code points: another collation would give another order on another engine."""
        kind = kind_of(self.schema, table.column(column))
        if kind.family != "text" or kind.array:
            return self._quoted(column)
        kind_of_text = "string" if self.engine.dialect == "spark" else "text"
        text = (
            f"CAST({self._quoted(column)} AS {kind_of_text})" if kind.values else self._quoted(column)
        )  # an enum orders by its declaration
        return f'{text} COLLATE "C"' if self.engine.dialect == "postgres" else text

    def _quoted(self, column: str) -> str:
        return f"`{column.replace('`', '``')}`" if self.engine.dialect == "spark" else quote(column)

    def _source(self, name: QName) -> str:
        return self.engine.table(name)

    def _number(self, sql: str) -> int:
        return int(self.engine.execute(sql).rows[0][0])
