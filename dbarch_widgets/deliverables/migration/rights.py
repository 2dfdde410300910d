"""Row security, policies and grants, and the statements of fixes that a Schema does not hold."""

from __future__ import annotations

import re
from dataclasses import replace

from dbarch_widgets.deliverables.migration.draft import Draft, bare, named_apart
from dbarch_widgets.deliverables.migration.locks import locks, together
from dbarch_widgets.deliverables.migration.step import Step
from dbarch_widgets.model.objects import DefaultPrivilege, Grant, Policy
from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.sql.write.postgres import rights as writer
from dbarch_widgets.sql.write.postgres.names import at, qualified, role
from dbarch_widgets.sql.write.words import named, names

_REVOKE = re.compile(r"\s*REVOKE\s+(?!GRANT OPTION)(.*)\s+FROM\s+(.*?)\s*;?\s*\Z", re.IGNORECASE | re.DOTALL)
_WRITES = re.compile(r"\s*(UPDATE|DELETE|INSERT|MERGE|TRUNCATE)\b", re.IGNORECASE)


def row_security(draft: Draft) -> None:
    """Policies of a table in one transaction with its switch, so that no row is open or hidden for a moment."""
    for before, after in draft.sides:
        up, down = _switch(before, after), _switch(after, before)
        for old, new in named_apart(before.rls.policies, after.rls.policies):
            if old is not None and new is not None and bare(old) == bare(new):
                continue
            if old is not None:
                up.append(_drop(after, old))
                down.append(writer.policy(after, old))
            if new is not None:
                up.append(writer.policy(after, new))
                down.insert(0, _drop(after, new))
        if up:
            place = after.qname
            changed = tuple(policy.name for policy in (*before.rls.policies, *after.rls.policies))
            held = together(locks("ENABLE RLS", place), locks("CREATE POLICY", place))
            title = f"Set row-level security of {place}"
            draft.add(Step(title, tuple(up), tuple(down), place, (*changed, after.name), held))


def _switch(was: Table, to: Table) -> list[str]:
    place = f"ALTER TABLE {qualified(to.qname)}"
    words = []
    if was.rls.enabled != to.rls.enabled:
        words.append(f"{place} {'ENABLE' if to.rls.enabled else 'DISABLE'} ROW LEVEL SECURITY")
    if was.rls.forced != to.rls.forced:
        words.append(f"{place} {'FORCE' if to.rls.forced else 'NO FORCE'} ROW LEVEL SECURITY")
    return words


def _drop(table: Table, policy: Policy) -> str:
    return f"DROP POLICY {named(policy.name)} ON {qualified(table.qname)}"


def grants(draft: Draft) -> None:
    """What each role may, on tables and views, and by default on those to come."""
    for before, after in draft.sides:
        _granted(draft, after.qname, before.grants, after.grants)
    old_views = {QName(view.schema, view.name): view for view in draft.old.views}
    for view in draft.new.views:
        name = QName(view.schema, view.name)
        was = old_views.get(name)
        _granted(draft, name, was.grants if was else (), view.grants)
    _defaults(draft)


def _granted(draft: Draft, name: QName, old: tuple[Grant, ...], new: tuple[Grant, ...]) -> None:
    was, now = _single(old), _single(new)
    if was.keys() == now.keys():
        return
    place = at(name.schema, name.name)
    gone = [_revoke(was[key], place) for key in was if key not in now]
    came = [writer.grant_on(now[key], place) for key in now if key not in was]
    back = [_revoke(now[key], place) for key in now if key not in was]
    again = [writer.grant_on(was[key], place) for key in was if key not in now]
    roles = tuple(dict.fromkeys(grant.role for grant in (*old, *new)))
    draft.add(Step(f"Set who may use {name}", (*gone, *came), (*back, *again), name, roles))


def _single(all_grants: tuple[Grant, ...]) -> dict[tuple[object, ...], Grant]:
    """One grant for each privilege."""
    return {
        (grant.role, grant.columns, privilege, grant.with_grant_option): Grant(
            grant.role, (privilege,), grant.columns, grant.with_grant_option
        )
        for grant in all_grants
        for privilege in grant.privileges
    }


def _revoke(grant: Grant, place: str) -> str:
    columns = f" ({names(grant.columns)})" if grant.columns else ""
    return f"REVOKE {', '.join(each.upper() + columns for each in grant.privileges)} ON {place} FROM {role(grant.role)}"


def _defaults(draft: Draft) -> None:
    """First what is taken back, then what is given: one privilege of several may go."""
    old, new = (by_whom(schema.default_privileges) for schema in (draft.old, draft.new))
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key), new.get(key)
        gone, came = _only(was, now), _only(now, was)
        up = [*map(_no_default, gone), *map(writer.default_privilege, came)]
        down = [*map(_no_default, came), *map(writer.default_privilege, gone)]
        if up:
            known = was or now
            words = f"Set what {known.role} may on {known.object_kind} to come" if known else ""
            draft.add(Step(words, tuple(up), tuple(down)))


def by_whom(given: tuple[DefaultPrivilege, ...]) -> dict[tuple[object, ...], DefaultPrivilege]:
    """One for each role, kind of object, schema and maker."""
    found: dict[tuple[object, ...], DefaultPrivilege] = {}
    for one in given:
        key = (one.role, one.object_kind, one.schema, one.for_role)
        before = found[key].privileges if key in found else ()
        found[key] = replace(one, privileges=tuple(dict.fromkeys((*before, *one.privileges))))
    return found


def _only(one: DefaultPrivilege | None, other: DefaultPrivilege | None) -> list[DefaultPrivilege]:
    """What the one has and the other has not; ALL on things other than tables is one word."""
    if one is None or other is None:
        return [one] if one else []
    if one.object_kind != "tables":
        return [] if set(one.privileges) == set(other.privileges) else [one]
    left = tuple(each for each in one.privileges if each not in other.privileges)
    return [replace(one, privileges=left)] if left else []


def _no_default(one: DefaultPrivilege) -> str:
    text = writer.default_privilege(one)
    head, _, rest = text.partition(" GRANT ")
    return f"{head} REVOKE {rest[: rest.rindex(' TO ')]} FROM {role(one.role)}"


def carried(draft: Draft) -> None:
    """Statements of fixes that leave no trace in a Schema: rights on functions, and changes of rows."""
    for finding, sql in draft.hints.carried:
        statement = sql.strip().rstrip(";").strip()
        match = _REVOKE.fullmatch(statement)
        table = QName(finding.schema, finding.table) if finding.schema and finding.table else None
        if match:
            down: tuple[str, ...] = (f"GRANT {match[1]} TO {match[2]}",)
        else:
            down = ()
        writes = _WRITES.match(statement) is not None
        known = table if table and (draft.new.find(table) or draft.old.find(table)) else None
        draft.add(
            Step(
                f"{' '.join(statement.split())[:100]}",
                (statement,),
                down,
                known,
                (),
                locks("UPDATE in batches", known) if writes and known else (),
                (),
                rollback="reversible" if down else "not reversible",
                because=(finding,),
                notes=("It changes rows: take a backup first.",) if writes else (),
            )
        )
