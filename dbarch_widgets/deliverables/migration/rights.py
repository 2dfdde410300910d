"""Row security and policies, and the statements of fixes that a Schema does not hold."""

from __future__ import annotations

import re

from dbarch_widgets.deliverables.migration.draft import Draft, bare, named_apart
from dbarch_widgets.deliverables.migration.locks import locks, together
from dbarch_widgets.deliverables.migration.step import Step
from dbarch_widgets.model.objects import Policy
from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.sql.write.postgres import rights as writer
from dbarch_widgets.sql.write.postgres.names import qualified
from dbarch_widgets.sql.write.words import named

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
