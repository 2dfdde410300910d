"""Rows of the constraint views → foreign keys and checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

from dbarch_widgets.importers.mysql_live.columns import text
from dbarch_widgets.importers.mysql_live.server import Server
from dbarch_widgets.importers.mysql_live.session import Row
from dbarch_widgets.importers.sqlglot_ddl.mysql_expressions import canonical
from dbarch_widgets.model.schema import Action, Check, ForeignKey, QName

Parts = Mapping[str, list[Row]]
_ACTIONS: Mapping[str, Action] = {
    "CASCADE": "cascade",
    "RESTRICT": "restrict",
    "SET NULL": "set null",
    "SET DEFAULT": "set default",
    "NO ACTION": "no action",
}


def foreign_keys_of(parts: Parts, schema: Callable[[str], str]) -> Mapping[QName, list[ForeignKey]]:
    """The foreign keys by table; `schema` gives the model's name of a database."""
    pairs: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in parts["key_columns"]:
        pairs[row["table_schema"], row["table_name"], row["constraint_name"]].append(row)
    found: dict[QName, list[ForeignKey]] = defaultdict(list)
    for rule in parts["foreign_keys"]:
        place = (rule["constraint_schema"], rule["table_name"], rule["constraint_name"])
        if not (rows := pairs.get(place)):
            continue
        key = ForeignKey(
            place[2],
            tuple(row["column_name"] for row in rows),
            schema(rows[0]["referenced_table_schema"]),
            rows[0]["referenced_table_name"],
            tuple(row["referenced_column_name"] for row in rows),
            on_delete=_ACTIONS.get(rule["delete_rule"], "no action"),
            on_update=_ACTIONS.get(rule["update_rule"], "no action"),
        )
        found[QName(*place[:2])].append(key)
    return found


def checks_of(parts: Parts, server: Server) -> Mapping[QName, list[Check]]:
    """The checks by table. MariaDB names the check of a column after the column."""
    tables = {(row["table_schema"], row["constraint_name"]): row for row in parts["check_tables"]}
    found: dict[QName, list[Check]] = defaultdict(list)
    for row in parts["checks"]:
        schema, name = row["constraint_schema"], row["constraint_name"]
        known = tables.get((schema, name), {})
        table = row["table_name"] or known.get("table_name")
        if table is None:
            continue
        clause = text(row["check_clause"])
        clause = clause if server.mariadb else clause.replace("\\'", "'")
        found[QName(schema, table)].append(Check(name, canonical(clause), enforced=known.get("enforced") != "NO"))
    return found
