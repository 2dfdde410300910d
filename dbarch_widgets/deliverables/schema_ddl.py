"""The complete DDL of the target, as an empty database takes it."""

from __future__ import annotations

from dbarch_widgets.deliverables.part import DeliveryContext, File, LeftOut, Part
from dbarch_widgets.deliverables.psql import psql_file
from dbarch_widgets.deliverables.sqlite_run import as_it_takes, run_command
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.sql.names import quote, text_literal
from dbarch_widgets.sql.write import TARGETS, Written, write_ddl
from dbarch_widgets.sql.write.losses import by_kind
from dbarch_widgets.sql.write.postgres.rights import create_role

_RUN = {
    "postgres": psql_file("schema/schema.sql"),
    "duckdb": "duckdb NEW.duckdb < schema/schema.sql",
    "mysql": "mysql DATABASE < schema/schema.sql",
}


def write(review: Review, context: DeliveryContext) -> tuple[File, ...]:
    """One file: the schema with its fixes. Of a database whose DDL is not written, in PostgreSQL's words."""
    if not context.target.tables:
        raise LeftOut("the schema has no table")
    to = context.dialect if context.dialect in TARGETS else "postgres"
    made = write_ddl(context.target, to)
    kinds = ", ".join(f"{len(those)} of {kind}" for kind, those in by_kind(made.no_counterpart).items())
    lost = f" Without a counterpart, named at its end: {kinds}." if kinds else ""
    applied = len(context.goal.applied)
    what = f"with {applied} fixes of this review applied" if applied else "as it is today"
    note = f"The whole schema {what}, for an empty database.{lost}"
    text, run = _text(context.target, made), _RUN.get(to, "")
    if to == "sqlite":
        text, run = as_it_takes(context, text), run_command(context, "schema/schema.sql", "NEW.sqlite")
    return (File("schema/schema.sql", text, "DDL of the target", note, run),)


def _text(schema: Schema, made: Written) -> str:
    """Roles belong to the whole server: one that is there, from another database of the same design, is left."""
    if made.dialect != "postgres":
        return made.sql
    text = made.sql
    for role in schema.roles:
        create = create_role(role)
        text = text.replace(f"{create};", _unless_there(role.name, create), 1)
    if not made.roles:
        return text
    roles = "\n".join(_unless_there(name, f"CREATE ROLE {quote(name)}") for name in made.roles)
    return f"-- Roles that the schema names and does not make; they belong to the whole server.\n\n{roles}\n\n{text}"


def _unless_there(name: str, create: str) -> str:
    from dbarch_widgets.sql.write.postgres.functions import dollar_quoted

    block = f"BEGIN\n    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {text_literal(name)}) THEN\n        {create};\n    END IF;\nEND"
    return f"DO {dollar_quoted(block)};"


PART = Part("schema", "Schema", write)
