"""The roles, rights and policies of a schema as one script that can be run again and again."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.objects import View
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.sql.names import text_literal
from dbarch_widgets.sql.write.base import Script, comment
from dbarch_widgets.sql.write.postgres import rights as writer
from dbarch_widgets.sql.write.postgres.functions import dollar_quoted
from dbarch_widgets.sql.write.postgres.names import qualified, role
from dbarch_widgets.sql.write.postgres.objects import schemas_of
from dbarch_widgets.sql.write.words import named


def rights_script(schema: Schema) -> str:
    """One transaction: roles that are missing, policies made anew, rights given."""
    script = Script()
    writer.write_roles(schema, script)
    own = {role.name: role for role in schema.roles}
    parts = [
        comment(
            "Roles, row security and rights of the target. It can be run again: what is there is made anew.\nRoles belong to the whole server. "
            "Tables with row security are locked (ACCESS EXCLUSIVE) to the end, and waited for no longer than 3 s."
        ),
        f"BEGIN;\nSET LOCAL lock_timeout = '3s';\nSET LOCAL search_path = {', '.join(named(name) for name in dict.fromkeys(('public', *schemas_of(schema))))};",
    ]
    made = [*own, *(name for name in script.roles if name not in own)]
    if made:
        parts.append(comment("Roles") + "\n" + "\n".join(_role(schema, name) for name in made))
    tables = [table for table in schema.tables if table.rls.enabled or table.rls.policies]
    if tables:
        parts.append(comment("Row security"))
    for table in tables:
        only = Script()
        writer.write_policies(Schema(tables=(table,)), only)
        drops = [
            f"DROP POLICY IF EXISTS {named(policy.name)} ON {qualified(table.qname)}" for policy in table.rls.policies
        ]
        parts.append("\n".join(f"{statement};" for statement in (*drops, *only.sections.get(writer.POLICIES, []))))
    grants = Script()
    writer.write_grants(schema, grants)
    statements = grants.sections.get(writer.GRANTS, [])
    if statements:
        parts.append(
            comment("Rights") + "\n" + "\n".join(f"{statement};" for statement in (*_usage(schema), *statements))
        )
    return "\n\n".join([*parts, "COMMIT;"]) + "\n"


def _role(schema: Schema, name: str) -> str:
    known = {role.name: role for role in schema.roles}
    create = writer.create_role(known[name]) if name in known else f"CREATE ROLE {named(name)}"
    block = f"BEGIN\n    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {text_literal(name)}) THEN\n        {create};\n    END IF;\nEND"
    groups = "".join(
        f"\nGRANT {named(group)} TO {named(name)};" for group in (known[name].member_of if name in known else ())
    )
    return f"DO {dollar_quoted(block)};{groups}"


def _usage(schema: Schema) -> Iterator[str]:
    """Whoever may use a table needs its schema."""
    things: list[Table | View] = [*schema.tables, *schema.views]
    pairs = dict.fromkeys((thing.schema, grant.role) for thing in things for grant in thing.grants)
    for place, name in pairs:
        if place not in ("", "public"):
            yield f"GRANT USAGE ON SCHEMA {named(place)} TO {role(name)}"
