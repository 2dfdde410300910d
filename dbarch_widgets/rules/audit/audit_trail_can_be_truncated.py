"""Trail that refuses DELETE but not TRUNCATE.

Symptom: Triggers refuse UPDATE and DELETE of a table, and none refuses TRUNCATE.

Why it matters: TRUNCATE fires no trigger for DELETE: one statement of the owner, or of a role with the right, empties what was
meant to be kept for ever. It looks protected, and is not.

When it is fine: No role but a superuser owns the table or holds TRUNCATE, and old rows are removed by dropping partitions.

How to fix: The same function in a trigger BEFORE TRUNCATE FOR EACH STATEMENT, and REVOKE TRUNCATE.

Source: PostgreSQL documentation, CREATE TRIGGER; SEC Rule 17a-4(f).
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.objects import Trigger
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.records import refuses
from dbarch_widgets.rules.rights import rights_by_role
from dbarch_widgets.rules.words import and_list

_REFUSES = (
    "refuse",
    "reject",
    "prevent",
    "forbid",
    "deny",
    "block",
    "append",
    "immutable",
    "readonly",
    "read_only",
    "protect",
    "no_",
)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table that is protected by its triggers' names or their function's."""
    bodies = {f"{function.schema}.{function.name}": function.body or "" for function in context.schema.functions}
    for table in context.tables:
        guards = [trigger for trigger in table.triggers if _is_guard(trigger, bodies)]
        if guards and refuses(table, "update", "delete") and not refuses(table, "truncate"):
            yield _finding(table, guards[0])


def _is_guard(trigger: Trigger, bodies: dict[str, str]) -> bool:
    """Whether the trigger is there to refuse a DELETE, at least."""
    if trigger.timing != "before" or "delete" not in trigger.events or trigger.when is not None:
        return False
    body = bodies.get(trigger.function, bodies.get(f"public.{trigger.function}", "")).lower()
    # A guard raises always: a body that decides first is about something else.
    return ("raise exception" in body and " if " not in f" {body} ".replace("\n", " ")) or any(
        word in f"{trigger.name} {trigger.function}".lower() for word in _REFUSES
    )


def _finding(table: Table, guard: Trigger) -> Finding:
    roles = sorted(role for role, rights in rights_by_role(table).items() if "truncate" in rights)
    who = and_list(roles) if roles else "its owner"
    name = f"{table.name}_no_truncate"[:63]
    sql = f"CREATE TRIGGER {ident(name)} BEFORE TRUNCATE ON {dotted(table.qname)} FOR EACH STATEMENT EXECUTE FUNCTION {guard.function}();"
    if roles:
        sql += f"\nREVOKE TRUNCATE ON {dotted(table.qname)} FROM {', '.join('PUBLIC' if r == 'public' else ident(r) for r in roles)};"
    return RULE.finding(
        f"{guard.name} refuses to change or delete rows of {table.qname}, but {who} may TRUNCATE it: no trigger fires then",
        table=table,
        object=guard.name,
        line=guard.line,
        severity="medium" if roles else None,
        fix=Fix(sql),
    )


RULE = Rule(
    name="audit-trail-can-be-truncated",
    area="audit",
    severity="low",
    confidence="certain",
    summary="Triggers refuse UPDATE and DELETE of a table, but not TRUNCATE",
    check=check,
    only_for=("postgres",),
)
