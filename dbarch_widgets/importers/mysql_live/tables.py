"""Rows of information_schema → tables."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dbarch_widgets.importers.mysql_live.columns import column_of, text
from dbarch_widgets.importers.mysql_live.constraints import checks_of, foreign_keys_of
from dbarch_widgets.importers.mysql_live.indexes import Keys, keys_of
from dbarch_widgets.importers.mysql_live.objects import triggers_of
from dbarch_widgets.importers.mysql_live.server import Server
from dbarch_widgets.importers.mysql_live.session import Row
from dbarch_widgets.importers.sqlglot_ddl.mysql_expressions import canonical, quoted
from dbarch_widgets.model.objects import Grant
from dbarch_widgets.model.schema import QName, Table

BASE = ("BASE TABLE", "SYSTEM VERSIONED")
_OPTION = re.compile(r"(`?)([\w-]+)\1=(\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|\S+)")
_NOT_OPTIONS = frozenset({"partitioned"})


@dataclass(frozen=True)
class Names:
    """`Schema` names of databases: that of the address has none, because nobody has to write it."""

    database: str

    def schema(self, database: str) -> str:
        return "" if database == self.database else database


def by_table(rows: Iterable[Row], schema: str = "table_schema", table: str = "table_name") -> Mapping[QName, list[Row]]:
    """Rows by the database and the table that they belong to."""
    found: dict[QName, list[Row]] = defaultdict(list)
    for row in rows:
        found[QName(row[schema], row[table])].append(row)
    return found


def tables_of(parts: Mapping[str, list[Row]], server: Server) -> tuple[Table, ...]:
    """All base tables, in the order of their names."""
    names = Names(server.database)
    columns, indexes = by_table(parts["columns"]), by_table(parts["indexes"])
    keys, checks = foreign_keys_of(parts, names.schema), checks_of(parts, server)
    partitions, grants = by_table(parts["partitions"]), by_table(parts["grants"])
    triggers = by_table(parts["triggers"], "trigger_schema", "event_object_table")
    found = []
    for row in parts["tables"]:
        if row["table_type"] not in BASE:
            continue
        name = QName(row["table_schema"], row["table_name"])
        held: Keys = keys_of(indexes.get(name, ()))
        key, bounds = _partitioned(partitions.get(name, ()))
        found.append(
            Table(
                names.schema(name.schema),
                name.name,
                columns=tuple(column_of(column, row["table_collation"], server) for column in columns.get(name, ())),
                kind="partitioned" if key else "table",
                comment=row["table_comment"] or None,
                options=_options(row) | bounds | ({"primary_key_lengths": held.lengths} if held.lengths else {}),
                partition_key=key,
                primary_key=held.primary,
                unique=held.unique,
                foreign_keys=tuple(keys.get(name, ())),
                checks=tuple(checks.get(name, ())),
                indexes=held.indexes,
                triggers=triggers_of(triggers.get(name, ())),
                grants=_grants(grants.get(name, ())),
            )
        )
    return tuple(found)


def _options(row: Row) -> dict[str, str]:
    """Engine, charset, collation, and what CREATE TABLE said besides."""
    found = {"engine": row["engine"]} if row["engine"] else {}
    if collation := row["table_collation"]:
        found |= {"charset": collation.partition("_")[0], "collation": collation}
    if row["table_type"] == "SYSTEM VERSIONED":
        found["system_versioning"] = "on"
    for hit in _OPTION.finditer(row["create_options"] or ""):
        name, value = hit[2].lower(), hit[3].strip("\"'")
        if name not in _NOT_OPTIONS:
            found[name] = value.lower() if name == "row_format" else value
    return found


def _partitioned(rows: Sequence[Row]) -> tuple[str | None, dict[str, str]]:
    """The partition key and the partitions, as options.

    A partition of MySQL is no table: it has no name among the tables, no columns and no keys of its own.
    """
    if not rows:
        return None, {}
    first = rows[0]
    key = _key(first["partition_method"], first["partition_expression"])
    bounds: dict[str, str] = {}
    for row in rows:
        bounds.setdefault(row["partition_name"], _bound(first["partition_method"], row["partition_description"]))
    found = {"partitions": ", ".join(f"{quoted(name)}{bound}" for name, bound in bounds.items())}
    if first["subpartition_method"]:
        found["subpartition_key"] = _key(first["subpartition_method"], first["subpartition_expression"])
        found["subpartitions"] = str(sum(row["partition_name"] == first["partition_name"] for row in rows))
    return key, found


def _key(method: str, expression: str | None) -> str:
    listed = "COLUMNS" in method.upper() or "KEY" in method.upper()
    shown = (expression or "") if listed else canonical(expression or "")
    if listed and shown:
        shown = ",".join(quoted(part.strip().strip("`")) for part in shown.split(","))
    return f"{method.lower()}({shown})"


def _bound(method: str, description: str | None) -> str:
    if description is None:
        return ""
    if method.upper().startswith("RANGE"):
        return f" values less than ({_described(description)})"
    return f" values in ({_described(description)})"


def _described(description: str) -> str:
    return description if description.upper() == "MAXVALUE" else canonical(f"f({description})")[2:-1]


def _grants(rows: Sequence[Row]) -> tuple[Grant, ...]:
    rights: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for row in rows:
        rights[row["grantee"], row["is_grantable"] == "YES"].append(row["privilege_type"].lower())
    return tuple(
        Grant(role, tuple(privileges), with_grant_option=grantable, external_role=True)
        for (role, grantable), privileges in rights.items()
    )


def broken(rows: Iterable[Row]) -> list[str]:
    """What cannot be opened, in the server's words: a view that lost its table, a damaged file."""
    return [
        f"{row['table_name']} cannot be read by the server: {text(row['table_comment'])}"
        for row in rows
        if (row["table_type"] in BASE and not row["engine"])
        or (row["table_type"] == "VIEW" and text(row["table_comment"]).upper() not in ("VIEW", ""))
    ]
