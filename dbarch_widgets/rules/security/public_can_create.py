"""Schema in which everybody may create.

Symptom: PUBLIC holds CREATE on a schema: by a GRANT, or on the schema `public` of a server before PostgreSQL 15, where it is so
from the start and nobody took it back.

Why it matters: Any role, the one of a report too, can put a table, function or operator there that others find by their search path
in the place of the one they mean (CVE-2018-1058). It runs with the rights of whoever finds it. Room and names are taken too.

When it is fine: A playground that no application and no administrator has in the search path.

How to fix: REVOKE CREATE ON SCHEMA … FROM PUBLIC, and GRANT CREATE to the role that runs migrations. An upgrade does not do it: a
database that comes from PostgreSQL 14 brings its rights along.

Source: PostgreSQL documentation, Schemas, Usage Patterns; PostgreSQL 15 release notes; CVE-2018-1058.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.objects import Grant
from dbarch_widgets.model.rights import CREATE_IN_PUBLIC_UNTIL
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import ident
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such schema; without a version in the intake nothing is said of what a server brings."""
    said: set[str] = set()
    for namespace in context.schema.namespaces:
        for grant in namespace.grants:
            if grant.role == "public" and "create" in grant.privileges:
                said.add(namespace.name)
                if not grant.revoked:
                    yield _finding(context, namespace.name, grant, namespace.file)
    if "public" in said or not context.schema.tables:
        return
    version = context.postgres_version
    if version is not None and version < CREATE_IN_PUBLIC_UNTIL:
        yield _finding(context, "public", None, None, version)


def _finding(context: Context, name: str, grant: Grant | None, file: str | None, version: int | None = None) -> Finding:
    looking = [
        function.name
        for function in context.schema.functions
        if function.security_definer
        and (name in _path(function.search_path) if function.search_path is not None else name == "public")
    ]
    who = f", and {and_list(looking, at_most=3)} with the owner's rights" if looking else ""
    since = f": PostgreSQL {version} gives it to PUBLIC and nobody took it back" if version else ""
    return RULE.finding(
        f"Every role may create tables and functions in the schema {name}{since}; statements that search it take them for "
        f"those that they mean{who}",
        schema=name,
        object=name,
        file=file if grant else context.only_file,
        line=grant.line if grant else None,
        severity="high" if looking else None,
        confidence=None if grant else "likely",
        because=() if grant else ("engines",),
        fix=Fix(
            f"REVOKE CREATE ON SCHEMA {ident(name)} FROM PUBLIC;", note="Grant CREATE to the role that runs migrations."
        ),
    )


def _path(path: str) -> list[str]:
    return [part.strip().strip('"') for part in path.split(",")]


RULE = Rule(
    name="public-can-create",
    area="security",
    severity="medium",
    confidence="certain",
    summary="Every role may create objects in a schema, where others take them for their own",
    check=check,
    only_for=("postgres",),
    turns=(("engines", "a PostgreSQL before 15"),),
)
