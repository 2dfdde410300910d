"""Which statement is read by which function: found by its first words."""

from __future__ import annotations

from collections.abc import Callable

from dbarch_widgets.importers.sqlglot_ddl import drops, objects
from dbarch_widgets.importers.sqlglot_ddl.alter import alter_table
from dbarch_widgets.importers.sqlglot_ddl.create_table import create_table
from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor, NotKept, Unread
from dbarch_widgets.importers.sqlglot_ddl.draft import Draft
from dbarch_widgets.importers.sqlglot_ddl.indexes import create_index
from dbarch_widgets.importers.sqlglot_ddl.statement import Statement
from dbarch_widgets.importers.sqlglot_ddl.triggers import create_trigger

Handler = Callable[[Draft, Statement], None]

# Statements that change no structure: data, settings, transactions, and the words of the text's own control flow.
SKIPPED = frozenset(
    [
        "SELECT",
        "INSERT",
        "UPDATE",
        "DELETE",
        "MERGE",
        "REPLACE",
        "TRUNCATE",
        "SET",
        "SHOW",
        "LOCK",
        "UNLOCK",
        "START",
        "COMMIT",
        "ROLLBACK",
        "BEGIN",
        "END",
        "FLUSH",
        "ANALYZE",
        "OPTIMIZE",
        "CHECK",
        "REPAIR",
        "LOAD",
        "CALL",
        "DO",
        "HANDLER",
        "EXPLAIN",
        "DESCRIBE",
        "DESC",
        "KILL",
        "SAVEPOINT",
        "RELEASE",
        "XA",
        "PREPARE",
        "EXECUTE",
        "DEALLOCATE",
        "DELIMITER",
        "PURGE",
        "CHANGE",
        "RESET",
        "PRINT",
        "EXEC",
        "DECLARE",
        "WAITFOR",
        "RAISERROR",
        "THROW",
        "CHECKPOINT",
        "BACKUP",
        "RESTORE",
        "DBCC",
        "DENY",
        "WITH",
        "RETURN",
        "GOTO",
        "BULK",
        "COPY",
        "PUT",
        "GET",
        "LIST",
        "REMOVE",
        "UNSET",
        "ASSERT",
        "EXPORT",
        "VALUES",
        "AUDIT",
        "NOAUDIT",
        "ELSE",
        "IF",
        "WHILE",
        "FOR",
        "LOOP",
        "CLOSE",
        "OPEN",
        "FETCH",
        "RECONFIGURE",
        "SHUTDOWN",
        "STOP",
        "USING",
        "TRY",
        "CATCH",
        "ASSOCIATE",
        "PURGE",
        "FLASHBACK",
        "SIGN",
        "SIGNATURE",
        "REVERT",
        "ENABLE",
        "DISABLE",
        "COMMITTED",
        "UNDROP",
        "INSTALL",
        "UNINSTALL",
        "RECREATE",
    ]
)
_CREATE: dict[str, Handler] = {
    "TABLE": create_table,
    "INDEX": create_index,
    "VIEW": objects.create_view,
    "SEQUENCE": objects.create_sequence,
    "TRIGGER": create_trigger,
    "FUNCTION": objects.create_routine,
    "PROCEDURE": objects.create_routine,
    "PROC": objects.create_routine,
    "TYPE": objects.create_type,
    "DOMAIN": objects.create_type,
    "SYNONYM": objects.create_synonym,
    "SCHEMA": objects.create_schema,
    "DATABASE": objects.create_schema,
    "ROLE": drops.create_role,
    "USER": drops.create_role,
    "LOGIN": drops.create_role,
}
# What may stand between CREATE and the kind of thing.
_QUALIFIERS = frozenset(
    [
        "CREATE",
        "OR",
        "REPLACE",
        "ALTER",
        "GLOBAL",
        "LOCAL",
        "PRIVATE",
        "TEMPORARY",
        "TEMP",
        "VOLATILE",
        "TRANSIENT",
        "DYNAMIC",
        "HYBRID",
        "EXTERNAL",
        "ICEBERG",
        "SHARDED",
        "DUPLICATED",
        "BLOCKCHAIN",
        "IMMUTABLE",
        "UNLOGGED",
        "SNAPSHOT",
        "UNIQUE",
        "CLUSTERED",
        "NONCLUSTERED",
        "BITMAP",
        "FULLTEXT",
        "SPATIAL",
        "COLUMNSTORE",
        "XML",
        "HASH",
        "VECTOR",
        "SEARCH",
        "JSON",
        "PRIMARY",
        "MULTIVALUE",
        "MATERIALIZED",
        "SECURE",
        "RECURSIVE",
        "FORCE",
        "NO",
        "EDITIONABLE",
        "NONEDITIONABLE",
        "EDITIONING",
        "PUBLIC",
        "AGGREGATE",
        "DEFINER",
        "SQL",
        "SECURITY",
        "INVOKER",
        "ALGORITHM",
        "UNDEFINED",
        "MERGE",
        "TEMPTABLE",
        "=",
        "AUTHID",
        "CONSTRAINT",
        "INTERACTIVE",
    ]
)
# What can be created and has no place in the model.
_NOT_KEPT = frozenset(
    [
        "STATISTICS",
        "CATALOG",
        "PARTITION",
        "ASSEMBLY",
        "DEFAULT",
        "RULE",
        "SECURITY",
        "EVENT",
        "QUEUE",
        "SERVICE",
        "MESSAGE",
        "CONTRACT",
        "CERTIFICATE",
        "MASTER",
        "SYMMETRIC",
        "ASYMMETRIC",
        "COLUMN",
        "AVAILABILITY",
        "ENDPOINT",
        "CREDENTIAL",
        "APPLICATION",
        "SERVER",
        "ROUTE",
        "REMOTE",
        "BROKER",
        "STOPLIST",
        "TABLESPACE",
        "DIRECTORY",
        "CONTEXT",
        "PROFILE",
        "CLUSTER",
        "OPERATOR",
        "LIBRARY",
        "JAVA",
        "DIMENSION",
        "OUTLINE",
        "CONTROLFILE",
        "RESTORE",
        "SPFILE",
        "PFILE",
        "ROLLBACK",
        "INDEXTYPE",
        "FLASHBACK",
        "LOCKDOWN",
        "PLUGGABLE",
        "DISKGROUP",
        "LOGFILE",
        "UNDO",
        "STAGE",
        "STREAM",
        "TASK",
        "PIPE",
        "FILE",
        "WAREHOUSE",
        "MASKING",
        "ROW",
        "TAG",
        "RESOURCE",
        "NETWORK",
        "INTEGRATION",
        "API",
        "NOTIFICATION",
        "STORAGE",
        "SECRET",
        "SHARE",
        "STREAMLIT",
        "ALERT",
        "SESSION",
        "PASSWORD",
        "AGGREGATION",
        "PROJECTION",
        "JOIN",
        "MANAGED",
        "FAILOVER",
        "REPLICATION",
        "ORGANIZATION",
        "AUTHENTICATION",
        "PACKAGES",
        "GIT",
        "IMAGE",
        "COMPUTE",
        "MODEL",
        "RESERVATION",
        "CAPACITY",
        "ASSIGNMENT",
        "CONNECTION",
        "WORKLOAD",
    ]
)
_HANDLERS: dict[str, Handler] = {
    "DROP": drops.drop,
    "RENAME": drops.rename_tables,
    "COMMENT": drops.comment_on,
    "GRANT": drops.grant,
    "REVOKE": drops.revoke,
    "USE": objects.use,
}


def apply(draft: Draft, statement: Statement) -> None:
    """Reads one statement into the draft.

    Raises:
        NotKept: it changes nothing that the model holds; without words where that needs none.
        Unread: it is not understood.
    """
    cursor = statement.cursor
    first = cursor.peek()
    own = draft.dialect.handlers.get(first.up)
    if own is not None:
        own(draft, statement)
    elif first.up == "CREATE":
        _create(draft, statement)
    elif first.up == "ALTER":
        _alter(draft, statement)
    elif first.up in _HANDLERS:
        _HANDLERS[first.up](draft, statement)
    elif first.up in SKIPPED or first.up in draft.dialect.skipped or first.up in ("(", "@", ":"):
        # A procedure may make tables: that it was not run must not go unsaid.
        raise NotKept("what it calls is not run, and may change the structure" if first.up == "CALL" else "")
    else:
        raise Unread(f"dbarch knows no statement that begins with {first.text[:40]!r}")


def kind_of(cursor: Cursor) -> str:
    """What a CREATE makes: TABLE, INDEX, … or the first word that is none of the known ones."""
    ahead = 0
    while True:
        token = cursor.peek(ahead)
        if token.up == "MATERIALIZED" and cursor.peek(ahead + 1).up == "VIEW":
            return "VIEW"
        if token.up == "DEFINER" or (token.up == "=" and cursor.peek(ahead - 1).up == "DEFINER"):
            ahead += 1
            continue
        if (
            token.up in _QUALIFIERS
            or (ahead and cursor.peek(ahead - 1).up == "=")
            or (ahead and token.up not in (*_CREATE, *_NOT_KEPT) and token.kind != "end" and _in_definer(cursor, ahead))
        ):
            ahead += 1
        else:
            return token.up


def _in_definer(cursor: Cursor, ahead: int) -> bool:
    """Within `DEFINER = 'user'@'host'`."""
    return any(cursor.peek(back).up == "DEFINER" for back in range(max(0, ahead - 6), ahead))


def _create(draft: Draft, statement: Statement) -> None:
    kind = kind_of(statement.cursor)
    handler = draft.dialect.handlers.get(f"CREATE {kind}") or _CREATE.get(kind)
    if handler is None:
        message = f"dbarch keeps no model of CREATE {kind or '…'}"
        raise NotKept(message) if kind in _NOT_KEPT else Unread(message)
    handler(draft, statement)


def _alter(draft: Draft, statement: Statement) -> None:
    cursor = statement.cursor
    kind = cursor.peek(1).up
    own = draft.dialect.handlers.get(f"ALTER {kind}")
    if own is not None:
        own(draft, statement)
    elif kind in ("TABLE", "ONLINE", "OFFLINE", "IGNORE", "ICEBERG", "EXTERNAL", "DYNAMIC"):
        alter_table(draft, statement)
    elif kind in ("VIEW", "MATERIALIZED"):
        objects.alter_view(draft, statement)
    elif kind in ("PROCEDURE", "PROC", "FUNCTION") and draft.dialect.name == "sqlserver":
        objects.create_routine(draft, statement)
    elif kind == "TRIGGER" and draft.dialect.name == "sqlserver":
        create_trigger(draft, statement)
    elif kind == "INDEX" and _renames(cursor):
        _rename_index(draft, cursor)
    else:
        raise NotKept(f"ALTER {kind} changes nothing that the model holds")


def _renames(cursor: Cursor) -> bool:
    return any(cursor.peek(ahead).up == "RENAME" for ahead in range(2, 8))


def _rename_index(draft: Draft, cursor: Cursor) -> None:
    from dbarch_widgets.importers.sqlglot_ddl.changes import rename_constraint

    cursor.at += 2
    cursor.take("IF", "EXISTS")
    schema, name = draft.split(cursor.dotted())
    cursor.expect("RENAME")
    cursor.expect("TO")
    owner = draft.owner_of_index(schema, name)
    if owner is None:
        raise Unread(f"index {name!r} is not defined before this statement")
    rename_constraint(draft, owner, name, draft.split(cursor.dotted())[1])
