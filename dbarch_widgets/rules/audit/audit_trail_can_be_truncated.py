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
from dbarch_widgets.rules.rights import rights_by_role, role_sql
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
_MANY = 2


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table that triggers protect; one for all that share a function when there are many."""
    bodies = {f"{function.schema}.{function.name}": function.body or "" for function in context.schema.functions}
    found: dict[str, list[tuple[Table, Trigger]]] = {}
    for table in context.tables:
        guard = next((trigger for trigger in table.triggers if _is_guard(trigger, bodies)), None)
        if guard and refuses(table, "update", "delete") and not refuses(table, "truncate"):
            found.setdefault(guard.function, []).append((table, guard))
    for function, guarded in found.items():
        if len(guarded) > _MANY:
            yield _together(function, guarded)
        else:
            for table, guard in guarded:
                yield _finding(table, guard)


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
    roles = _emptying(table)
    who = and_list(roles) if roles else "its owner"
    return RULE.finding(
        f"{guard.name} refuses to change or delete rows of {table.qname}, but {who} may TRUNCATE it: no trigger fires then",
        table=table,
        object=guard.name,
        line=guard.line,
        severity="medium" if roles else None,
        fix=Fix(_sql(table, guard)),
    )


def _together(function: str, guarded: list[tuple[Table, Trigger]]) -> Finding:
    roles = sorted({role for table, _ in guarded for role in _emptying(table)})
    names = and_list((str(table.qname) for table, _ in guarded), at_most=5)
    who = and_list(roles) if roles else "the owner"
    first, guard = guarded[0]
    return RULE.finding(
        f"{function} refuses to change or delete rows of {len(guarded)} tables ({names}), but {who} may TRUNCATE them: no trigger "
        "fires then",
        object=function,
        file=guard.file or first.file,
        line=guard.line,
        severity="medium" if roles else None,
        fix=Fix("\n".join(_sql(table, trigger) for table, trigger in guarded)),
    )


def _emptying(table: Table) -> list[str]:
    return sorted(role for role, rights in rights_by_role(table).items() if "truncate" in rights)


def _sql(table: Table, guard: Trigger) -> str:
    name = f"{table.name}_no_truncate"[:63]
    place = dotted(table.qname)
    sql = f"CREATE TRIGGER {ident(name)} BEFORE TRUNCATE ON {place} FOR EACH STATEMENT EXECUTE FUNCTION {guard.function}();"
    roles = _emptying(table)
    return f"{sql}\nREVOKE TRUNCATE ON {place} FROM {', '.join(map(role_sql, roles))};" if roles else sql


RULE = Rule(
    name="audit-trail-can-be-truncated",
    area="audit",
    severity="low",
    confidence="certain",
    summary="Triggers refuse UPDATE and DELETE of a table, but not TRUNCATE",
    check=check,
    only_for=("postgres",),
)
