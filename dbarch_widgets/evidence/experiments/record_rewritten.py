"""A record changed by a role that has the right, and after the right is taken away."""

from __future__ import annotations

from dbarch_widgets.errors import EngineError
from dbarch_widgets.evidence.asking_as import as_role, reader
from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab
from dbarch_widgets.evidence.statements import fix_statements
from dbarch_widgets.model.schema import Table
from dbarch_widgets.sql.names import quote

_ALL = {"all", "all privileges"}


def run(case: Case, lab: Lab) -> Seen:
    """The role updates a column of all rows (or deletes them), which is undone."""
    table, name = case.table, lab.table(case.table.qname)
    role, right = _right(case)
    reader(case, lab, (role,))
    keyed = {each for key in Table.keys(table) for each in key}
    free = [each for each in table.columns if each.generated is None and each.name not in keyed]
    column = next((each for each in free if not each.name.endswith("_id")), free[0] if free else None)
    if column is None:
        raise CannotMeasure("it has no column to change but its key")
    value = {"v": lab.value(f"SELECT {quote(column.name)} FROM {name} LIMIT 1")}
    sql = f"UPDATE {name} SET {quote(column.name)} = $v" if right == "update" else f"DELETE FROM {name}"
    changed, refusal = _tried(lab, sql, value, [], role)
    if not changed:
        raise CannotMeasure(f"it is refused as it is: {refusal}")
    after: dict[str, float] = {}
    if case.finding.fix is not None:
        later, refusal = _tried(lab, sql, value, fix_statements(case), role)
        after = {"rows changed": float(later)}
    return Seen(
        f"{role} changes the rows of {table.name}, with its rights and after the fix",
        {"rows changed": float(changed)},
        after,
        said=f"one statement of {role} changes all {changed:,} rows"
        + (f"; after the fix: {refusal}" if refusal else ""),
    )


def _right(case: Case) -> tuple[str, str]:
    for grant in case.table.grants:
        held = _held(case, grant.role)
        for right in ("update", "delete"):
            if right in held and grant.role != "public":
                return grant.role, right
    raise CannotMeasure("no role is granted to change it")


def _held(case: Case, role: str) -> set[str]:
    given = {
        name.lower()
        for grant in case.table.grants
        if grant.role == role and not grant.columns
        for name in grant.privileges
    }
    return given | ({"update", "delete"} if given & _ALL else set())


def _tried(lab: Lab, sql: str, values: dict[str, object], setup: list[str], role: str) -> tuple[int, str | None]:
    with lab.saved([*setup, *as_role(role)]):
        lab.execute("SAVEPOINT dbarch_try")
        try:
            return len(lab.execute(f"{sql} RETURNING 1", values).rows), None
        except EngineError as error:
            lab.execute("ROLLBACK TO SAVEPOINT dbarch_try")
            return 0, error.what


EXPERIMENT = Experiment("record-rewritten", ("mutable-audit-table",), run)
