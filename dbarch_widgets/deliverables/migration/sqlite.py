"""The migration of a SQLite or D1 schema: the fixes as numbered files, and the backup that is the only way back."""

from __future__ import annotations

from dbarch_widgets.deliverables.part import DeliveryContext, File, LeftOut, file_slug
from dbarch_widgets.deliverables.sqlite_run import run_command, way_back
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.sql.write.base import comment


def sqlite_files(context: DeliveryContext) -> tuple[File, ...]:
    """One file for each fix, in the order in which they go together.

    Raises:
        LeftOut: no fix was chosen, or none goes.
    """
    applied = context.goal.applied
    if not applied:
        raise LeftOut("the target is the schema as it is: there is nothing to migrate")
    found = []
    back = way_back(context)
    for number, finding in enumerate(applied, start=1):
        fix = finding.fix
        if fix is None:
            continue
        anew = "DROP TABLE" in fix.sql.upper()
        lines = [
            f"Step {number}: {finding.rule} on {one_line(finding.place)}",
            f"Because: {one_line(finding.message)}",
            "Lock: SQLite has one writer; nobody else writes until it is done",
            f"Rewrites the table: {'yes, every row is copied' if anew else 'no'}",
            "Rollback: not reversible",
            back,
        ]
        lines += [f"Note: {fix.note}"] if fix.note else []
        path = f"migration/up/{number:03d}_{file_slug(f'{finding.rule} {finding.table or finding.object}')}.sql"
        text = f"{comment(chr(10).join(lines))}\n\n{fix.sql.strip()}\n"
        title = f"Step {number}: {finding.rule} on {one_line(finding.place)}"
        found.append(File(path, text, title, back, run_command(context, path)))
    return tuple(found)
