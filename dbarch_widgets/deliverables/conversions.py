"""How fixes convert the values of a column whose type they change: the USING of their ALTER TABLE."""

from __future__ import annotations

from collections.abc import Iterable

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import QName, Schema


def conversions(schema: Schema, findings: Iterable[Finding]) -> dict[tuple[QName, str], str]:
    """By table and column, the SQL of the new value out of the row's old ones."""
    import postgast
    from postgast import pg_query_pb2 as pb

    from dbarch_widgets.importers.postgres.deparsing import deparse

    found: dict[tuple[QName, str], str] = {}
    for finding in findings:
        sql = finding.fix.sql if finding.fix else ""
        if "USING" not in sql.upper():
            continue
        for raw in postgast.parse(sql).stmts:
            statement = raw.stmt.alter_table_stmt if raw.stmt.WhichOneof("node") == "alter_table_stmt" else None
            if statement is None:
                continue
            space, name = statement.relation.schemaname, statement.relation.relname
            table = schema.find(QName(space, name)) if space else schema.find(name)
            for command in (each.alter_table_cmd for each in statement.cmds):
                definition = getattr(command, "def").column_def
                if table and command.subtype == pb.AT_AlterColumnType and definition.HasField("raw_default"):
                    found[table.qname, command.name] = deparse(definition.raw_default)
    return found
