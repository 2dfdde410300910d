"""Gap in what the trail records.

Symptom: Several tables write their changes into a trail by the same trigger function, and a table with money or personal data
has no such trigger.

Why it matters: "Everything is audited" holds for all tables but this one. The gap is found when the entry that is looked for
was never written.

When it is fine: The table is itself a trail or only grows; its rows are their own record.

How to fix: The same trigger on this table.

Source: PostgreSQL documentation, Trigger Functions (audit example); PCI DSS 4.0.1 requirement 10.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.objects import Trigger
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.records import is_trail, record_kind
from dbarch_widgets.rules.words import and_list, is_money, words

_TRAIL = frozenset(("audit", "audited", "auditing", "history", "changelog", "versioning", "journal", "trail"))
_ENOUGH = 3


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table that others of its kind have the trigger for."""
    users: dict[str, list[tuple[Table, Trigger]]] = {}
    for table in context.tables:
        for trigger in table.triggers:
            if _writes_trail(trigger):
                users.setdefault(trigger.function, []).append((table, trigger))
    for function, found in users.items():
        with_it = {table.qname for table, _ in found}
        places = {table.schema for table, _ in found}
        if len(with_it) < _ENOUGH:
            continue
        for table in context.designed:
            silent = table.qname in with_it or table.schema not in places or is_trail(table) or record_kind(table)
            why = None if silent or any(_writes_trail(trigger) for trigger in table.triggers) else _why(context, table)
            if why:
                yield _finding(table, function, found, why)


def _writes_trail(trigger: Trigger) -> bool:
    named = set(words(f"{trigger.function.rpartition('.')[2]}_{trigger.name}"))
    return bool(named & _TRAIL) and trigger.timing == "after" and {"update", "delete"} <= set(trigger.events)


def _why(context: Context, table: Table) -> str | None:
    """What the table holds that a trail should know of."""
    personal = [
        each.column for each in context.classification.of(table.qname) if each.direct and each.confidence != "hint"
    ]
    if personal:
        return f"{and_list(personal, at_most=3)} of persons"
    money = [name for name in table.column_names if is_money(name)]
    return f"money in {and_list(money, at_most=3)}" if money else None


def _finding(table: Table, function: str, found: list[tuple[Table, Trigger]], why: str) -> Finding:
    model = found[0][1]
    plain = (
        not model.arguments
        and model.when is None
        and not model.columns
        and model.old_table is None
        and model.new_table is None
    )
    name = f"{table.name}_audit"[:63]
    each = "ROW" if model.for_each_row else "STATEMENT"
    sql = (
        f"CREATE TRIGGER {ident(name)} AFTER {' OR '.join(event.upper() for event in model.events)} ON {dotted(table.qname)} "
        f"FOR EACH {each} EXECUTE FUNCTION {function}();"
    )
    others = and_list((str(other.qname) for other, _ in found), at_most=3)
    return RULE.finding(
        f"{function} records the changes of {others}, but not of {table.qname}, which holds {why}",
        table=table,
        object=function,
        fix=Fix(sql) if plain else None,
    )


RULE = Rule(
    name="audit-trigger-missing",
    area="audit",
    severity="medium",
    confidence="likely",
    summary="A table with money or personal data has no audit trigger although others of its schema have",
    check=check,
    only_for=("postgres",),
)
