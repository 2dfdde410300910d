"""Time of change that nobody sets.

Symptom: A table has a column for the time of the last change, an UPDATE of the workload does not set it, and no trigger does;
or other tables of the schema have a trigger for it and this one has none.

Why it matters: The column keeps the time of the INSERT and looks as if nothing had changed. A synchronisation or a cache that
asks for "changed since" passes the row over, for ever.

When it is fine: The framework sets it in every statement, and nobody writes past the framework.

How to fix: A trigger BEFORE UPDATE that sets it, the same for all tables.

Source: PostgreSQL documentation, Trigger Functions; PostgreSQL documentation, contrib spi (moddatetime).
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Confidence, Finding, Fix, Severity
from dbarch_widgets.model.objects import Trigger
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.words import and_list, words

_NAMES = frozenset(("updated_at", "updated_on", "updated", "modified_at", "modified_on", "modified", "last_updated", "last_modified", "changed_at", "lastchange", "updatedAt", "modifiedAt"))  # fmt: skip
_SETS = frozenset(("updated", "modified", "moddatetime", "update", "touch", "timestamp", "modtime", "changed"))
_TIMES = ("timestamp with time zone", "timestamp without time zone")
_ENOUGH = 3


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    stamped = [table for table in context.tables if _column(context, table)]
    usual = [table for table in stamped if _trigger(table)]
    for table in stamped:
        column = _column(context, table)
        if column is None or column.on_update or _trigger(table):
            continue
        forgetting = [
            query.name
            for query in context.queries_on(table)
            if query.statement.verb == "update"
            and query.written is not None
            and context.root(query.written) is table
            and column.name not in query.statement.written_columns
        ]
        if forgetting:
            verb = "does" if len(forgetting) == 1 else "do"
            said = (
                f"{and_list(forgetting, at_most=3)} {verb} not set {column.name} of {table.qname}, and no trigger does"
            )
            yield _finding(table, column, usual, said, "medium", "certain")
        elif len(usual) >= _ENOUGH and len(usual) > len(stamped) / 2:
            said = f"No trigger sets {column.name} of {table.qname}, as one does for {len(usual)} other tables"
            yield _finding(table, column, usual, said, "low", "likely")


def _column(context: Context, table: Table) -> Column | None:
    return next((c for c in table.columns if c.name in _NAMES and context.family(c.type) in _TIMES), None)


def _trigger(table: Table) -> Trigger | None:
    """The trigger that changes a row before it is updated; one that refuses or derives something else is named otherwise."""
    for trigger in table.triggers:
        named = set(words(trigger.function.rpartition(".")[2])) | set(words(trigger.name))
        if trigger.timing == "before" and "update" in trigger.events and trigger.for_each_row and named & _SETS:
            return trigger
    return None


def _finding(
    table: Table, column: Column, usual: list[Table], said: str, severity: Severity, confidence: Confidence
) -> Finding:
    fix = None
    for other in usual:
        trigger = _trigger(other)
        same = trigger is not None and not trigger.arguments and not trigger.columns and trigger.when is None
        if trigger is not None and same and other.has_column(column.name) and trigger.function:
            name = f"{table.name}_{column.name}"[:63]
            sql = (
                f"CREATE TRIGGER {ident(name)} BEFORE UPDATE ON {dotted(table.qname)} FOR EACH ROW "
                f"EXECUTE FUNCTION {trigger.function}();"
            )
            fix = Fix(sql, note=f"The function is the one of {other.qname}.")
            break
    return RULE.finding(
        f"{said}: the row looks unchanged to whatever asks for changes",
        table=table,
        columns=(column.name,),
        line=column.line,
        severity=severity,
        confidence=confidence,
        fix=fix,
    )


RULE = Rule(
    name="updated-at-never-set",
    area="audit",
    severity="medium",
    confidence="certain",
    summary="Neither a statement nor a trigger sets the column for the time of the last change",
    check=check,
    only_for=("postgres",),
)
