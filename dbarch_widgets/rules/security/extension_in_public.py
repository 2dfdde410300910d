"""Extensions among one's own objects.

Symptom: Extensions are installed into the schema `public`.

Why it matters: Their functions, types and operators stand among one's own tables: an API over `public` offers them to callers,
a dump and a diff mix them with the design, and a role that may create there can put another function before one of them.

When it is fine: Nobody but the owner may create in `public`, and no API is made from it.

How to fix: CREATE SCHEMA extensions, ALTER EXTENSION … SET SCHEMA extensions where the extension allows it, and put the schema
into the search_path.

Source: splinter lint 0014; PostgreSQL documentation, ALTER EXTENSION.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import ident
from dbarch_widgets.rules.words import and_list, count_of

# These have a schema of their own, or none.
_ELSEWHERE = frozenset(
    ("plpgsql", "pg_cron", "pgaudit", "pg_net", "pgsodium", "timescaledb", "citus", "postgis", "pgmq")
)


def check(context: Context) -> Iterator[Finding]:
    """One finding for all of them; a single one is nothing to speak of, unless there is row security to get around."""
    found = [
        each for each in context.schema.extensions if each.schema in (None, "public") and each.name not in _ELSEWHERE
    ]
    own = [table for table in context.tables if table.schema == "public"]
    if not found or not own or not (context.protected or len(found) > 1):
        return
    names = and_list(sorted(each.name for each in found))
    sql = "\n".join(f"ALTER EXTENSION {ident(each.name)} SET SCHEMA extensions;" for each in found)
    yield RULE.finding(
        f"{names} {'puts' if len(found) == 1 else 'put'} functions and types into public, among {count_of(len(own), 'table')} "
        "of the design",
        schema="public",
        object="public",
        file=context.only_file,
        line=found[0].line,
        fix=Fix(
            f"CREATE SCHEMA IF NOT EXISTS extensions;\n{sql}", note="Add the schema to the search_path of each role."
        ),
    )


RULE = Rule(
    name="extension-in-public",
    area="security",
    severity="info",
    confidence="certain",
    summary="Extensions put their functions and types among the tables of the design",
    check=check,
    only_for=("postgres",),
)
