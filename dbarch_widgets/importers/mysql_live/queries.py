"""What is asked of information_schema: one statement a view, whatever the number of tables.

A view that an older or a newer server has not, or has with fewer columns, is asked for what it has. No two views are
joined: MariaDB makes each of them anew for every row of the other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dbarch_widgets.importers.mysql_live.server import Server

SYSTEM = ("information_schema", "mysql", "performance_schema", "sys")


@dataclass(frozen=True)
class Part:
    """One view: its columns that are read (absent ones are NULL), and the column that holds the database's name."""

    view: str
    columns: str
    schema: str = "TABLE_SCHEMA"
    where: str = ""
    order: str = ""
    matters: bool = True  # whether its absence from the server is worth a word


PARTS: Mapping[str, Part] = {
    "tables": Part(
        "TABLES",
        "TABLE_SCHEMA TABLE_NAME TABLE_TYPE ENGINE TABLE_ROWS DATA_LENGTH INDEX_LENGTH TABLE_COLLATION CREATE_OPTIONS "
        "TABLE_COMMENT",
        order="TABLE_SCHEMA, TABLE_NAME",
    ),
    "columns": Part(
        "COLUMNS",
        "TABLE_SCHEMA TABLE_NAME COLUMN_NAME COLUMN_DEFAULT IS_NULLABLE DATA_TYPE CHARACTER_SET_NAME COLLATION_NAME "
        "COLUMN_TYPE EXTRA COLUMN_COMMENT GENERATION_EXPRESSION",
        order="TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION",
    ),
    "indexes": Part(
        "STATISTICS",
        "TABLE_SCHEMA TABLE_NAME NON_UNIQUE INDEX_NAME COLUMN_NAME COLLATION CARDINALITY SUB_PART INDEX_TYPE "
        "INDEX_COMMENT EXPRESSION IS_VISIBLE IGNORED",
        order="TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
    ),
    "foreign_keys": Part(
        "REFERENTIAL_CONSTRAINTS",
        "CONSTRAINT_SCHEMA TABLE_NAME CONSTRAINT_NAME UPDATE_RULE DELETE_RULE",
        schema="CONSTRAINT_SCHEMA",
        order="CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME",
    ),
    "key_columns": Part(
        "KEY_COLUMN_USAGE",
        "TABLE_SCHEMA TABLE_NAME CONSTRAINT_NAME COLUMN_NAME REFERENCED_TABLE_SCHEMA REFERENCED_TABLE_NAME "
        "REFERENCED_COLUMN_NAME",
        where="REFERENCED_TABLE_NAME IS NOT NULL",
        order="TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION",
    ),
    "checks": Part(
        "CHECK_CONSTRAINTS",
        "CONSTRAINT_SCHEMA TABLE_NAME CONSTRAINT_NAME LEVEL CHECK_CLAUSE",
        schema="CONSTRAINT_SCHEMA",
        order="CONSTRAINT_SCHEMA, CONSTRAINT_NAME",
    ),
    # MySQL's CHECK_CONSTRAINTS does not know its table; MariaDB's does, and this is then not asked.
    "check_tables": Part(
        "TABLE_CONSTRAINTS",
        "TABLE_SCHEMA TABLE_NAME CONSTRAINT_NAME ENFORCED",
        where="CONSTRAINT_TYPE = 'CHECK'",
    ),
    "partitions": Part(
        "PARTITIONS",
        "TABLE_SCHEMA TABLE_NAME PARTITION_NAME SUBPARTITION_NAME PARTITION_METHOD SUBPARTITION_METHOD "
        "PARTITION_EXPRESSION SUBPARTITION_EXPRESSION PARTITION_DESCRIPTION",
        where="PARTITION_NAME IS NOT NULL",
        order="TABLE_SCHEMA, TABLE_NAME, PARTITION_ORDINAL_POSITION, SUBPARTITION_ORDINAL_POSITION",
    ),
    "views": Part(
        "VIEWS", "TABLE_SCHEMA TABLE_NAME VIEW_DEFINITION SECURITY_TYPE CHECK_OPTION", order="TABLE_SCHEMA, TABLE_NAME"
    ),
    "triggers": Part(
        "TRIGGERS",
        "TRIGGER_SCHEMA TRIGGER_NAME EVENT_MANIPULATION EVENT_OBJECT_TABLE ACTION_STATEMENT ACTION_TIMING",
        schema="TRIGGER_SCHEMA",
        order="TRIGGER_SCHEMA, EVENT_OBJECT_TABLE, TRIGGER_NAME",
    ),
    "routines": Part(
        "ROUTINES",
        "ROUTINE_SCHEMA ROUTINE_NAME SPECIFIC_NAME ROUTINE_TYPE DTD_IDENTIFIER ROUTINE_DEFINITION IS_DETERMINISTIC "
        "SECURITY_TYPE ROUTINE_COMMENT",
        schema="ROUTINE_SCHEMA",
        order="ROUTINE_SCHEMA, ROUTINE_NAME",
    ),
    "parameters": Part(
        "PARAMETERS",
        "SPECIFIC_SCHEMA SPECIFIC_NAME PARAMETER_MODE PARAMETER_NAME DTD_IDENTIFIER ROUTINE_TYPE",
        schema="SPECIFIC_SCHEMA",
        where="ORDINAL_POSITION > 0",
        order="SPECIFIC_SCHEMA, SPECIFIC_NAME, ORDINAL_POSITION",
    ),
    "events": Part("EVENTS", "EVENT_SCHEMA EVENT_NAME", schema="EVENT_SCHEMA", matters=False),
    "grants": Part(
        "TABLE_PRIVILEGES",
        "GRANTEE TABLE_SCHEMA TABLE_NAME PRIVILEGE_TYPE IS_GRANTABLE",
        order="TABLE_SCHEMA, TABLE_NAME, GRANTEE, PRIVILEGE_TYPE",
        matters=False,
    ),
}
_VIEWS = ", ".join(f"'{part.view}'" for part in PARTS.values())
SHAPES = (
    "SELECT TABLE_NAME AS view, COLUMN_NAME AS name FROM information_schema.COLUMNS "
    f"WHERE TABLE_SCHEMA = 'information_schema' AND TABLE_NAME IN ({_VIEWS})"
)
WORKLOAD = (
    "SELECT DIGEST_TEXT AS text, COUNT_STAR AS count, FIRST_SEEN AS first, LAST_SEEN AS last "
    "FROM performance_schema.events_statements_summary_by_digest WHERE DIGEST_TEXT IS NOT NULL "
    "AND DIGEST_TEXT NOT REGEXP 'information_schema|performance_schema|version_comment|start_value' "
    "AND (SCHEMA_NAME = %s OR %s = '') ORDER BY SUM_TIMER_WAIT DESC LIMIT 500"
)


def statement(part: Part, there: Collection[str], server: Server) -> tuple[str, tuple[str, ...]]:
    """The SELECT of a part and its parameters; `there` are the columns that the server's view has."""
    wanted = part.columns.split()
    parameters = (server.database,) if server.database else SYSTEM
    columns = ", ".join(f"{name if name in there else 'NULL'} AS `{name.lower()}`" for name in wanted)
    # A comparison with one name spares MariaDB the look into every other database.
    listed = ", ".join(["%s"] * len(parameters))
    where = f"{part.schema} = %s" if server.database else f"{part.schema} NOT IN ({listed})"
    more = f" AND {part.where}" if part.where else ""
    order = f" ORDER BY {part.order}" if part.order else ""
    return f"SELECT {columns} FROM information_schema.{part.view} WHERE {where}{more}{order}", parameters
