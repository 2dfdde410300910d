"""How a delivered file of SQL reaches SQLite, or Cloudflare D1, which no `sqlite3` can open."""

from __future__ import annotations

from dbarch_widgets.deliverables.part import DeliveryContext
from dbarch_widgets.rules.d1 import is_d1
from dbarch_widgets.sql.write.sqlite import FOREIGN_KEYS


def run_command(context: DeliveryContext, path: str, file: str = "FILE") -> str:
    """The shell command that runs `path` on the database in `file`."""
    if is_d1(context.rules):
        return f"npx wrangler d1 execute DATABASE --remote --file {path}"
    return f"sqlite3 -bail {file} < {path}"


def way_back(context: DeliveryContext) -> str:
    """What stands in for a step down, for SQLite cannot take back most of its ALTER TABLE."""
    if is_d1(context.rules):
        return "Going back is a restore: note the bookmark before (npx wrangler d1 time-travel info DATABASE)."
    return "Going back is a restore: take a copy before (sqlite3 FILE '.backup before.sqlite')."


def as_it_takes(context: DeliveryContext, ddl: str) -> str:
    """The DDL without the pragma that D1 needs not: it checks foreign keys always."""
    if not is_d1(context.rules):
        return ddl
    title, pragma = FOREIGN_KEYS
    return ddl.replace(f"-- {title}\n\n{pragma};\n\n", "", 1)
