"""A column's type: without a rewrite where PostgreSQL can, with the old values kept aside where they would be lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dbarch_widgets.deliverables.migration.dependents import around
from dbarch_widgets.deliverables.migration.draft import Draft, qualified_kept
from dbarch_widgets.deliverables.migration.locks import locks
from dbarch_widgets.deliverables.migration.step import Rollback, Step
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.sql.write.order import words_of
from dbarch_widgets.sql.write.own_types import Types
from dbarch_widgets.sql.write.postgres import columns as parts
from dbarch_widgets.sql.write.postgres.names import qualified
from dbarch_widgets.sql.write.words import after_default, named, names

_NUMBERS = re.compile(r"(\w[\w ]*?)\s*(?:\((\d+)(?:,\s*(-?\d+))?\))?(\s+with(?:out)? time zone)?\Z")
_UTC = re.compile(
    r"""\s*\(?\s*(?:timezone\('UTC'(?:::text)?, ("?[^"]+"?)\)|("?[^"]+?"?) AT TIME ZONE 'UTC')\s*\)?\s*\Z""",
    re.IGNORECASE,
)
_WHOLE = ("smallint", "integer", "bigint")
_TIMES = {"timestamp without time zone", "timestamp with time zone"}


def retyped(draft: Draft, before: Table, after: Table, old: Column, new: Column) -> Step:
    """One step: what hangs on the column is dropped and made again in the same transaction."""
    using = _using(draft, before, after, old, new)
    quiet = not_rewritten(old, new, using)
    utc = {old.type, new.type} == _TIMES
    up = _alter(after, old, new, None if utc and quiet else using, draft.types)
    back = _alter(
        after,
        new,
        old,
        None if utc and quiet else _cast(new.name, draft.old_types(old.type), using, new.type),
        draft.old_types,
    )
    zone = ("SET LOCAL TimeZone = 'UTC'",) if utc else ()
    aside, again = around(draft, before, new.name, old.name)
    checks = _Checks() if quiet else _checks(draft, before, after, old.name)
    keep, restore, rollback, notes = _kept(draft, after, old, new, using)
    down_quiet = not_rewritten(new, old, None)
    held = locks("TYPE int->bigint" if not quiet else "TYPE varchar->text", after.qname)
    rows = draft.hints.rows.get(after.qname)
    if quiet and old.collation != new.collation:
        notes = ("It builds the indexes on the column anew.", *notes)
    if not quiet:
        many = f"{rows:,} rows" if rows else "every row"
        notes = (f"It writes {many} and every index of the table anew while nobody can read it: plan the time.", *notes)
    return Step(
        f"Change the type of {new.name} of {after.qname} from {_told(old)} to {_told(new)}",
        (*zone, *aside, *checks.off, *keep, *up, *checks.on, *again),
        (*zone, *aside, *checks.back_off, *back, *restore, *checks.back_on, *again),
        after.qname,
        (new.name,),
        held,
        locks("TYPE varchar->text" if down_quiet else "TYPE int->bigint", after.qname),
        rewrites=not quiet,
        down_rewrites=not down_quiet,
        rollback=rollback,
        notes=notes,
    )


def _told(column: Column) -> str:
    return f"{column.type} COLLATE {column.collation}" if column.collation else column.type


@dataclass(frozen=True)
class _Checks:
    """What takes the column's checks off and puts them on, going there and back."""

    off: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    back_off: tuple[str, ...] = ()
    back_on: tuple[str, ...] = ()


def _checks(draft: Draft, before: Table, after: Table, column: str) -> _Checks:
    """Made anew in their new form: PostgreSQL would keep the casts that the old type needed, or refuse the new type."""
    if before.partition_of:
        return _Checks()
    place = f"ALTER TABLE {qualified(after.qname)}"
    about = [check for check in before.checks if column in words_of(check.expression)]
    names_ = {check.name for check in about}
    now = [check for check in after.checks if check.name in names_]
    draft.checks_done |= {(after.qname, name) for name in names_}
    return _Checks(
        tuple(f"{place} DROP CONSTRAINT {named(check.name)}" for check in about),
        tuple(f"{place} ADD {parts.check(check)}" for check in now),
        tuple(f"{place} DROP CONSTRAINT {named(check.name)}" for check in now),
        tuple(f"{place} ADD {parts.check(check)}" for check in about),
    )


def _alter(table: Table, old: Column, new: Column, using: str | None, types: Types) -> list[str]:
    """A default is taken off and put back: PostgreSQL converts it only where there is a cast for it."""
    head = f"ALTER TABLE {qualified(table.qname)} ALTER COLUMN {named(new.name)}"
    collate = f" COLLATE {named(new.collation)}" if new.collation else ""
    change = f"{head} TYPE {types(new.type)}{collate}" + (f" USING {using}" if using else "")
    off = [f"{head} DROP DEFAULT"] if old.default is not None and old.generated is None else []
    on = (
        [f"{head} SET DEFAULT {after_default(new.default)}"]
        if new.default is not None and new.generated is None
        else []
    )
    return [*off, change, *on]


def _using(draft: Draft, before: Table, after: Table, old: Column, new: Column) -> str | None:
    for table in (after.qname, before.qname):
        if (table, new.name) in draft.hints.conversions:
            return draft.hints.conversions[table, new.name]
    return None if _assigns(old.type, new.type) else f"{named(new.name)}::{draft.types(new.type)}"


def _cast(name: str, type: str, using: str | None, was: str) -> str | None:
    if using and _UTC.fullmatch(using):
        return f"{named(name)} AT TIME ZONE 'UTC'"
    return _as(named(name), was, type)


def _as(value: str, was: str, type: str) -> str:
    """The value in another type; a truth becomes a number by way of integer, the only cast there is."""
    by = "::integer" if was == "boolean" and (type in _WHOLE or type.startswith("numeric")) else ""
    return f"{value}{by}::{type}"


def _assigns(old: str, new: str) -> bool:
    """Whether PostgreSQL converts without being told how."""
    one, other = _parts(old)[0], _parts(new)[0]
    return one == other or (one in _WHOLE and other in (*_WHOLE, "numeric")) or other in ("text", "character varying")


def _parts(type: str) -> tuple[str, int | None, int | None]:
    match = _NUMBERS.fullmatch(type.strip())
    if match is None:
        return type, None, None
    return match[1] + (match[4] or ""), int(match[2]) if match[2] else None, int(match[3]) if match[3] else None


def not_rewritten(old: Column, new: Column, using: str | None) -> bool:
    """Whether only the catalog changes: wider text, wider numeric of the same scale, time stamps when UTC is set."""
    (one, length, scale), (other, wide, digits) = _parts(old.type), _parts(new.type)
    if {old.type, new.type} == _TIMES:
        return using is None or _UTC.fullmatch(using) is not None
    if using is not None:
        return False
    if one in ("character varying", "text") and other in ("character varying", "text"):
        return wide is None or (length is not None and wide >= length)
    if one == other == "numeric":
        return wide is None or (length is not None and (digits or 0) == (scale or 0) and wide >= length)
    return old.type == new.type


def lossless(old: str, new: str) -> bool:
    """Whether the old value can be had back from the new one by a cast, for every value that the old type has."""
    (one, length, scale), (other, wide, digits) = _parts(old), _parts(new)
    if {old, new} == _TIMES:
        return True
    if one in _WHOLE and other in _WHOLE:
        return _WHOLE.index(one) <= _WHOLE.index(other)
    if one in _WHOLE and other == "numeric":
        return wide is None or wide - (digits or 0) >= (5, 10, 19)[_WHOLE.index(one)]
    if one in ("character varying", "text", "character") and other in ("character varying", "text"):
        return wide is None or (length is not None and wide >= length)
    if one == other == "numeric":
        if wide is None or length is None:
            return wide is None
        return (digits or 0) >= (scale or 0) and wide - (digits or 0) >= length - (scale or 0)
    return one == "date" and other in _TIMES


def _kept(
    draft: Draft, table: Table, old: Column, new: Column, using: str | None
) -> tuple[list[str], list[str], Rollback, tuple[str, ...]]:
    """What keeps the old values, what brings them back, the rollback class and words for the reader."""
    if lossless(old.type, new.type):
        return [], [], "reversible", ("Going back fails on values that only the new type holds.",)
    key = table.primary_key.columns if table.primary_key else ()
    if not key or new.name in key:
        return (
            [],
            [],
            "not reversible",
            ("Values may change, and there is no key by which the old ones could be kept.",),
        )
    place, column = qualified(table.qname), named(new.name)
    kept = qualified_kept(f"{table.schema}.{table.name}.{new.name}")
    keep = [f"CREATE TABLE {kept} AS SELECT {names(key)}, {column} FROM {place} WHERE {column} IS NOT NULL"]
    match = " AND ".join(f"t.{named(name)} = k.{named(name)}" for name in key)
    # A value that somebody wrote since is not what the old one became, and stays.
    became = _became(draft, old, new, using)
    restore = [
        *_triggers(table, "DISABLE"),
        f"UPDATE {place} AS t SET {column} = k.{column} FROM (SELECT *, {became} AS became FROM {kept}) AS k WHERE {match} AND t.{column}::text = k.became::text",
        *_triggers(table, "ENABLE"),
        f"DROP TABLE {kept}",
    ]
    told = f"The old values stay in {kept} until you drop that; going back restores those that nobody changed since."
    return keep, restore, "data kept aside", (told,)


def _became(draft: Draft, old: Column, new: Column, using: str | None) -> str:
    """What the old value is after going there and back."""
    there = using or f"{named(new.name)}"
    return _as(f"(({there})::{draft.types(new.type)})", new.type, draft.old_types(old.type))


_FIRING = {"origin": "ENABLE", "always": "ENABLE ALWAYS", "replica": "ENABLE REPLICA"}


def _triggers(table: Table, word: str) -> Iterator[str]:
    """Switches the table's own triggers off and on again: what is restored is no change that they are for."""
    for trigger in table.triggers:
        if trigger.fires != "disabled":
            command = "DISABLE" if word == "DISABLE" else _FIRING[trigger.fires]
            yield f"ALTER TABLE {qualified(table.qname)} {command} TRIGGER {named(trigger.name)}"
