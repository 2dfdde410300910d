"""Diagrams from a source, for the command line: of one schema with its overlays, and of the difference of two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dbarch_widgets.classification.classify import classify
from dbarch_widgets.errors import InputError
from dbarch_widgets.model.diff import Diff
from dbarch_widgets.model.display import show
from dbarch_widgets.model.inferred import infer_relations
from dbarch_widgets.render.diagram import Diagram, er_diagram
from dbarch_widgets.reviewing.folder import write_text
from dbarch_widgets.reviewing.run import review
from dbarch_widgets.rules.tenant_map import tenants_in


def draw_source(
    source: str,
    dialect: str | None = None,
    *,
    overlay: str | None = None,
    workload: str | None = None,
    inferred: bool = True,
    **drawing: Any,
) -> Diagram:
    """The diagram of a source.

    Args:
        source: anything that `read_schema` reads.
        dialect: the SQL dialect; guessed when left out.
        overlay: `findings`, `tenancy`, `rls`, `privacy` or `workload`.
        workload: a file of queries; None takes the folder's, or what a live database has kept.
        inferred: whether relations that nobody declared are drawn, dashed.
        **drawing: as for `er_diagram`.

    Raises:
        InputError: the overlay needs a workload and there is none; nothing tells one tenant from another.
    """
    # Only the overlay of findings needs the rules.
    made = review(source, workload, dialect=dialect, only=None if overlay == "findings" else ())
    if overlay == "workload" and made.workload is None:
        raise InputError("there is no workload to show", where=source, to_do="give --workload FILE")
    tenants = tenants_in(made.schema, made.intake)
    if overlay == "tenancy" and tenants is None:
        raise InputError(
            "nothing in it tells one tenant from another",
            where=source,
            to_do="say in the intake that there are several",
        )
    return er_diagram(
        made.schema,
        findings=made.open_findings,
        inferred=infer_relations(made.schema) if inferred else (),
        overlay=overlay,
        workload=made.workload,
        classification=classify(made.schema),
        tenants=tenants,
        **drawing,
    )


def save_diff(diff: Diff, path: str | Path) -> Path:
    """Write a difference as its suffix says: the diagram of both schemas, or its table as `.md` or `.txt`."""
    file = Path(path)
    if file.suffix in (".md", ".txt"):
        from dbarch_widgets.render.diff_show import diff_markdown

        write_text(file, diff_markdown(diff) if file.suffix == ".md" else show(diff)["text/plain"])
        return file
    from dbarch_widgets.render.diff_diagram import diff_diagram

    return diff_diagram(diff).save(file)
