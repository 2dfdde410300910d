"""What the actions of one ALTER TABLE share."""

from __future__ import annotations

from collections.abc import Callable

from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor
from dbarch_widgets.importers.sqlglot_ddl.draft import Draft, TableDraft
from dbarch_widgets.importers.sqlglot_ddl.repairs import repair_here
from dbarch_widgets.importers.sqlglot_ddl.statement import Statement

Action = Callable[["Altering", Cursor], None]


class Altering:
    """One ALTER TABLE while it is read. `check` is what stood behind WITH: CHECK, NOCHECK or nothing."""

    def __init__(self, draft: Draft, table: TableDraft, statement: Statement) -> None:
        self.draft, self.table, self.statement = draft, table, statement
        self.check = ""
        # `ADD a INT, b INT` and `DROP COLUMN a, b`: the action goes on behind the comma.
        self.going_on: Action | None = None


def table_option(altering: Altering, part: Cursor) -> bool:
    """An option as CREATE TABLE has them: `ENGINE = …`, `COMMENT = …`."""
    if part.take("COMMENT"):
        part.take("=")
        altering.table.comment = part.next().text or None
        return True
    token = part.peek()
    found = repair_here(altering.draft.dialect, "table", part)
    if found is None:
        return False
    repair, kept = found
    if repair.name:
        altering.draft.notes.add(repair.name, altering.statement.line(token), altering.draft.file)
    altering.table.options.update(kept)
    return True
