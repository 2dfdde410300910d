"""How SQLite changes what ALTER TABLE cannot: a new table, the rows copied, the old one dropped, the new one renamed."""

from __future__ import annotations

import re
from dataclasses import replace

from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.d1 import is_d1
from dbarch_widgets.sql.write.sqlite.tables import index, table, trigger
from dbarch_widgets.sql.write.words import named, names


def rebuild(context: Context, old: Table, new: Table) -> str | None:
    """The statements that turn `old` into `new`, both in SQLite's own words and with the same column names.

    None where it cannot be done without more: a view reads the table (RENAME refuses then), a trigger's code is not known,
    or it is D1 and rows of other tables would go with the old table.
    """
    d1 = is_d1(context)
    if any(re.search(rf"\b{re.escape(old.name)}\b", view.sql, re.IGNORECASE) for view in context.source.views):
        return None
    if d1 and any(key.on_delete != "no action" for _, key in context.source.referencing(old.qname)):
        return None
    triggers = [trigger(new, each) for each in old.triggers]
    if None in triggers:
        return None
    fresh = replace(new, name=f"{old.name}__new")
    copied = names(column.name for column in old.columns if column.generated is None)
    head = ["PRAGMA defer_foreign_keys = ON"] if d1 else ["PRAGMA foreign_keys = OFF", "BEGIN"]
    tail = ["PRAGMA defer_foreign_keys = OFF"] if d1 else ["COMMIT", "PRAGMA foreign_keys = ON"]
    steps = [
        *head,
        table(fresh),
        f"INSERT INTO {named(fresh.name)} ({copied}) SELECT {copied} FROM {named(old.name)}",
        f"DROP TABLE {named(old.name)}",
        f"ALTER TABLE {named(fresh.name)} RENAME TO {named(old.name)}",
        *(index(new, each) for each in new.indexes),
        *(text for text in triggers if text),
        *tail,
    ]
    return "\n".join(step if step.rstrip().endswith(";") else f"{step};" for step in steps)
