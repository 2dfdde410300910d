"""Names of constraints that have none: those that PostgreSQL would generate, as SQLite generates no names."""

from __future__ import annotations

from collections.abc import Iterable

from dbarch_widgets.importers.postgres.names import choose, column_addition


class Names:
    """Gives names within one table; `relations` are the names of all tables, views and indexes of the database."""

    def __init__(self, table: str, relations: set[str], declared: Iterable[str | None]) -> None:
        self._table = table
        self._relations = relations
        self._own = {name for name in declared if name}

    def key(self, columns: Iterable[str], label: str) -> str:
        """`orders_pkey` (no columns given), `orders_a_b_key`."""
        name = choose(self._table, column_addition(columns) or None, label, self._taken_relation)
        self._relations.add(name)
        self._own.add(name)
        return name

    def constraint(self, columns: Iterable[str], label: str) -> str:
        """`orders_account_id_fkey`, `orders_total_check`, `orders_check`."""
        name = choose(self._table, column_addition(columns) or None, label, self._own.__contains__)
        self._own.add(name)
        return name

    def _taken_relation(self, name: str) -> bool:
        return name in self._own or name in self._relations
