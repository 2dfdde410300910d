"""Feature that the server does not have yet.

Symptom: The schema or the workload uses something that came with a later version of PostgreSQL than the one that the intake names.

Why it matters: The migration fails on the first server of that version, or the statement does on its first run. Tests on a newer one
have not shown it.

When it is fine: The upgrade comes first.

How to fix: Write it as the older version has it, or upgrade before.

Source: PostgreSQL release notes 10 to 18.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.words import and_list

_IN_QUERIES: tuple[tuple[str, str, int], ...] = (
    ("MERGE", r"\A\s*(?:WITH\b.*\)\s*)?MERGE\s+INTO\b", 15),
    ("MERGE … RETURNING", r"\bMERGE\s+INTO\b.*\bRETURNING\b", 17),
    ("RETURNING OLD or NEW", r"\bRETURNING\b.*\b(?:old|new)\.", 18),
    ("JSON_TABLE", r"\bJSON_TABLE\s*\(", 17),
    ("any_value()", r"\bany_value\s*\(", 16),
    ("uuidv7()", r"\buuidv7\s*\(", 18),
    ("WITH TIES", r"\bWITH\s+TIES\b", 13),
    ("date_bin()", r"\bdate_bin\s*\(", 14),
    ("regexp_count()", r"\bregexp_(?:count|substr|instr|like)\s*\(", 15),
)


@dataclass(frozen=True)
class _Use:
    """One use of a feature."""

    what: str
    since: int
    table: Table | None = None
    columns: tuple[str, ...] = ()
    line: int | None = None
    query: ReadQuery | None = None


def check(context: Context) -> Iterator[Finding]:
    """One finding for each feature, at its first use."""
    version = context.postgres_version
    if version is None:
        return
    found: dict[str, list[_Use]] = {}
    for use in (*_in_tables(context), *_in_views(context), *_in_queries(context)):
        if use.since > version:
            found.setdefault(use.what, []).append(use)
    for what, uses in found.items():
        first = uses[0]
        where = and_list(dict.fromkeys(str(use.table.qname) for use in uses if use.table), at_most=3)
        who = first.query.name if first.query else where or "a view"
        yield RULE.finding(
            f"{who} uses {what}, which came with PostgreSQL {first.since}; the server is to be {version} and refuses it",
            table=first.table,
            columns=first.columns,
            line=first.line,
            query=first.query,
            object=what,
            file=None if first.table or first.query else context.only_file,
            because=("engines",),
        )


def _in_tables(context: Context) -> Iterator[_Use]:
    for table in context.schema.tables:
        if any(not access.nulls_distinct for access in context.accesses(table) if access.unique):
            yield _Use("NULLS NOT DISTINCT", 15, table)
        for column in table.columns:
            at = (table, (column.name,), column.line)
            if column.generated_kind == "virtual":
                yield _Use("virtual generated columns", 18, *at)
            if column.generated_kind == "stored":
                yield _Use("stored generated columns", 12, *at)
            default = column.default or ""
            if re.search(r"\buuidv[47]\(", default):
                yield _Use("uuidv7()" if "uuidv7" in default else "uuidv4()", 18, *at)
            if "gen_random_uuid(" in default and "pgcrypto" not in {each.name for each in context.schema.extensions}:
                yield _Use("gen_random_uuid() without pgcrypto", 13, *at)
        for key in table.foreign_keys:
            if key.on_delete_columns:
                yield _Use("ON DELETE SET NULL of some columns", 15, table, line=key.line)
        if not all(key.enforced for key in table.foreign_keys) or not all(each.enforced for each in table.checks):
            yield _Use("NOT ENFORCED constraints", 18, table)
        if any(access.include for access in context.accesses(table)):
            yield _Use("INCLUDE in an index", 11, table)


def _in_views(context: Context) -> Iterator[_Use]:
    if any(view.security_invoker for view in context.schema.views):
        yield _Use("security_invoker views", 15)


def _in_queries(context: Context) -> Iterator[_Use]:
    for query in context.queries:
        for what, pattern, since in _IN_QUERIES:
            if re.search(pattern, query.query.sql, re.IGNORECASE | re.DOTALL):
                yield _Use(what, since, query.tables[0] if query.tables else None, query=query)


RULE = Rule(
    name="feature-newer-than-server",
    area="operations",
    severity="high",
    confidence="certain",
    summary="Something is used that the stated version of PostgreSQL does not have",
    check=check,
    only_for=("postgres",),
)
