"""Default privileges that give too much.

Symptom: ALTER DEFAULT PRIVILEGES gives PUBLIC rights on every later table, or gives a role more than working with rows needs
(TRUNCATE, REFERENCES, TRIGGER, usually by GRANT ALL).

Why it matters: Nobody decides again: each table that a later migration makes is open from its first second, before anyone
has enabled row security on it. Lists of grants do not show it beforehand.

When it is fine: A schema of its own for data that everybody may read.

How to fix: Revoke it, and grant each new table by name; or give SELECT, INSERT, UPDATE and DELETE to one role only.

Source: PostgreSQL documentation, ALTER DEFAULT PRIVILEGES; CIS PostgreSQL Benchmark, section 4.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.objects import DefaultPrivilege
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import ident
from dbarch_widgets.rules.rights import role_sql
from dbarch_widgets.rules.words import and_list

_BEYOND = ("truncate", "references", "trigger", "maintain")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such statement."""
    for each in context.schema.default_privileges:
        if each.object_kind != "tables" or each.role == each.for_role:
            continue
        given = [name.lower() for name in each.privileges]
        if each.role == "public":
            yield _finding(context, each, given)
        elif beyond := [name for name in given if name in _BEYOND]:
            yield _finding(context, each, beyond)


def _finding(context: Context, each: DefaultPrivilege, rights: list[str]) -> Finding:
    where = f" of the schema {each.schema}" if each.schema else ""
    everyone = each.role == "public"
    who = "Every role" if everyone else each.role
    owner = f" FOR ROLE {ident(each.for_role)}" if each.for_role else ""
    place = f" IN SCHEMA {ident(each.schema)}" if each.schema else ""
    names = [right.upper() for right in rights]
    more = "" if everyone else ", which is more than working with rows needs"
    return RULE.finding(
        f"{who} gets {and_list(names)} on every later table{where} without anybody deciding it{more}",
        schema=each.schema,
        object=each.role,
        file=each.file or context.only_file,
        line=each.line,
        severity="medium" if everyone else None,
        fix=Fix(
            f"ALTER DEFAULT PRIVILEGES{owner}{place} REVOKE {', '.join(names)} ON TABLES FROM {role_sql(each.role)};"
        ),
    )


RULE = Rule(
    name="broad-default-privileges",
    area="security",
    severity="low",
    confidence="certain",
    summary="Every later table is granted to PUBLIC, or with more rights than working with rows needs",
    check=check,
    only_for=("postgres",),
)
