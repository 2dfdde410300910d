"""`IF … BEGIN … END` around statements, as scripts of SQL Server have it."""

from __future__ import annotations

from typing import Literal

from dbarch_widgets.importers.sqlglot_ddl.statement import Statement

Guard = Literal["", "exists", "other"]
# A condition with one of these asks whether something is there: what it guards is read as the script means it.
_ASKS = ("exists", "object_id", "col_length", "schema_id", "type_id", "index_col", "indexproperty", "columnproperty",
         "sys.", "sysobjects", "information_schema", "db_id", "objectproperty", "fulltextserviceproperty")  # fmt: skip


class Conditions:
    """Which condition the statement at hand stands under."""

    def __init__(self) -> None:
        self._blocks: list[Guard] = []
        self._pending: Guard | None = None

    def control(self, statement: Statement) -> bool:
        """Whether the statement is only a word of control: IF with its condition, ELSE, BEGIN or END."""
        word = statement.cursor.peek().up
        alone = statement.cursor.peek(1).up in ("", "TRY", "CATCH")
        if word == "IF":
            text = statement.source.lower()
            self._pending = "exists" if any(ask in text for ask in _ASKS) else "other"
        elif word == "ELSE":
            self._pending = "other"
        elif word == "BEGIN" and alone:
            outer: Guard = self._blocks[-1] if self._blocks else ""
            self._blocks.append(outer if self._pending is None else self._pending)
            self._pending = None
        elif word == "END" and alone:
            del self._blocks[-1:]
        else:
            return False
        return True

    def guard(self) -> Guard:
        """The condition of a statement; one behind IF without BEGIN covers only this statement."""
        found = self._pending
        self._pending = None
        if found is None:
            return self._blocks[-1] if self._blocks else ""
        return found
