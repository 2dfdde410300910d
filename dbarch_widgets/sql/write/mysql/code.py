"""Triggers, functions, procedures and sequences of MySQL and MariaDB, whose code the model keeps as it is."""

from __future__ import annotations

from dbarch_widgets.model.objects import Function, Sequence, Trigger
from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.sql.write.mysql.names import at, literal


def trigger(one: Table, each: Trigger) -> str | None:
    """CREATE TRIGGER; None where the model has no code for it."""
    if each.body is None:
        return None
    events = " OR ".join(event.upper() for event in each.events)
    name = at(QName(one.schema, each.name))
    return f"CREATE TRIGGER {name} {each.timing.upper()} {events} ON {at(one.qname)} FOR EACH ROW\n{each.body}"


def function(one: Function) -> str | None:
    """CREATE FUNCTION or PROCEDURE; None where the model has no code for it."""
    if one.body is None:
        return None
    text = f"CREATE {one.kind.upper()} {at(QName(one.schema, one.name))}({one.arguments})"
    text += f" RETURNS {one.returns}" if one.returns and one.kind == "function" else ""
    text += (
        " DETERMINISTIC" if one.volatility == "immutable" else " READS SQL DATA" if one.volatility == "stable" else ""
    )
    text += "" if one.security_definer else " SQL SECURITY INVOKER"
    text += f" COMMENT {literal(one.comment)}" if one.comment is not None else ""
    return f"{text}\n{one.body}"


def sequence(one: Sequence) -> str:
    """CREATE SEQUENCE, which only MariaDB has."""
    text = f"CREATE SEQUENCE {at(QName(one.schema, one.name))}"
    text += f" START WITH {one.start}" if one.start not in (None, 1) else ""
    return text + (f" INCREMENT BY {one.increment}" if one.increment not in (None, 1) else "")
