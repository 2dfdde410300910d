"""ALTER TABLE: each action by its first words; several actions stand between commas."""

from __future__ import annotations

from dbarch_widgets.importers.sqlglot_ddl.alter_columns import add, alter, change, modify
from dbarch_widgets.importers.sqlglot_ddl.alter_other import drop, nothing, rename, setting, switch, with_check
from dbarch_widgets.importers.sqlglot_ddl.altering import Action, Altering, table_option
from dbarch_widgets.importers.sqlglot_ddl.constraints import starts_constraint
from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, NotKept, Unread
from dbarch_widgets.importers.sqlglot_ddl.draft import Draft
from dbarch_widgets.importers.sqlglot_ddl.statement import Statement

# A dialect with ways of its own takes the actions from here.
__all__ = ["Altering", "add", "alter", "alter_table", "change", "drop", "modify", "nothing", "rename"]

_WORDS = ("ADD", "DROP", "ALTER", "MODIFY", "CHANGE", "RENAME", "SET", "ENABLE", "DISABLE", "CHECK", "NOCHECK", "WITH")


def alter_table(draft: Draft, statement: Statement) -> None:
    """`ALTER TABLE name action, action …`.

    What the actions before a refused one changed stays.
    """
    cursor = statement.cursor
    cursor.expect("ALTER")
    cursor.take_any("ONLINE", "OFFLINE", "ICEBERG", "EXTERNAL", "DYNAMIC")
    cursor.take("IGNORE")
    cursor.expect("TABLE")
    if_there = cursor.take("IF", "EXISTS")
    cursor.take("ONLY")
    parts = cursor.dotted()
    if if_there and draft.find_table(parts) is None:
        raise NotKept("the table is not there, which the statement allows")
    altering = Altering(draft, draft.table(parts), statement)
    done, failed, idle = 0, "", None
    for part in draft.dialect.ordered(_actions(cursor)):
        if failed:
            break
        try:
            _action(altering, part)
            done += 1
            if part:
                statement.remark(f"{statement.words(part.rest())[:80]!r} in ALTER TABLE is not understood")
        except NotKept as error:
            idle = idle or error
        except Unread as error:
            failed = str(error)
    if failed:
        if not done:
            raise Unread(failed)
        statement.remark(failed)
    elif idle and not done:
        raise idle


def _actions(cursor: Cursor) -> list[Cursor]:
    """The parts between commas; Oracle writes its actions one behind the other."""
    return list(cursor.parts())


def _action(altering: Altering, part: Cursor) -> None:
    start = part.at
    while part:
        before = part.at
        up = part.peek().up
        action = altering.draft.dialect.actions.get(up) or _ACTIONS.get(up)
        going_on = altering.going_on is not None and part.at == start
        if going_on and (altering.draft.dialect.one_action or starts_constraint(part)):
            altering.going_on(altering, part)  # type: ignore[misc]
        elif action is not None:
            action(altering, part)
        elif altering.going_on is not None:
            altering.going_on(altering, part)
        elif not table_option(altering, part):
            raise Unread(f"the action {altering.statement.words(part.rest())[:60]!r} is not understood")
        if part.at == before:
            raise Unread(f"the action {altering.statement.words(part.rest())[:60]!r} is not understood")
        if part and part.peek().up not in _WORDS and not table_option(altering, part):
            return


_ACTIONS: dict[str, Action] = {
    "ADD": add,
    "MODIFY": modify,
    "CHANGE": change,
    "ALTER": alter,
    "DROP": drop,
    "RENAME": rename,
    "WITH": with_check,
    "CHECK": switch,
    "NOCHECK": switch,
    "ENABLE": switch,
    "DISABLE": switch,
    "SET": setting,
    **dict.fromkeys(
        [
            "MOVE",
            "SHRINK",
            "COMPRESS",
            "REBUILD",
            "TRUNCATE",
            "EXCHANGE",
            "SPLIT",
            "MERGE",
            "COALESCE",
            "REORGANIZE",
            "ANALYZE",
            "OPTIMIZE",
            "REPAIR",
            "IMPORT",
            "DISCARD",
            "SWITCH",
            "UNSET",
            "SUSPEND",
            "RESUME",
            "CLUSTER",
            "RECLUSTER",
            "SWAP",
            "ALLOCATE",
            "DEALLOCATE",
            "FORCE",
            "ORDER",
            "PARTITION",
            "CONVERT",
            "ALGORITHM",
            "LOCK",
            "LOGGING",
            "NOLOGGING",
            "CACHE",
            "NOCACHE",
            "PARALLEL",
            "NOPARALLEL",
            "READ",
            "ROW",
        ],
        nothing,
    ),
}
