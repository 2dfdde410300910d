"""workload: what production says of itself, as a workload that a person can read, edit and keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dbarch_widgets.cli.words import DIALECT, JSON, OUTPUT, WINDOW, print_json, say_problem, tell

if TYPE_CHECKING:
    from dbarch_widgets.model.workload import Query, Workload


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option(
    "--schema", metavar="SOURCE", help="Where tables and columns are looked up, and parameters get their values."
)
@WINDOW
@JSON
@OUTPUT
@DIALECT
def workload(
    files: tuple[str, ...],
    schema: str | None,
    window: str | None,
    as_json: bool,
    output: str | None,
    dialect: str | None,
) -> None:
    """Turn logs, pg_stat_statements, D1 insights or SQL into annotated SQL.

    FILES are of any of the formats, told apart by their content, compressed or not, or a folder of them. The annotated
    SQL is what --workload of the other commands takes; what was left out is said on standard error.
    """
    from pathlib import Path

    from dbarch_widgets.measure.workload_sources.registry import load_workload
    from dbarch_widgets.measure.workload_write import annotated_sql
    from dbarch_widgets.reviewing.folder import write_text
    from dbarch_widgets.reviewing.sources import read_schema

    design = read_schema(schema, dialect) if schema else None
    found = load_workload([Path(file) for file in files], design, window=window)
    for problem in found.problems:
        say_problem(problem)
    for note in found.notes:
        tell(note)
    if as_json:
        print_json(_json(found))
    elif output:
        write_text(Path(output), annotated_sql(found))
    else:
        click.echo(annotated_sql(found), nl=False)


def _json(found: Workload) -> dict[str, Any]:
    return {
        "source": found.source,
        "read_share": found.read_share,
        "queries": [_query(query) for query in found.queries],
        "transactions": [
            {
                "name": each.name, "kind": each.kind, "rate": each.rate, "isolation": each.isolation, "role": each.role,
                "slo": str(each.slo) if each.slo else None, "description": each.description,
                "statements": [_query(query) for query in each.statements],
            }
            for each in found.transactions
        ],
        "problems": [
            {"file": each.file, "line": each.line, "statement": each.statement, "reason": each.reason, "effect": each.effect}
            for each in found.problems
        ],
        "notes": list(found.notes),
    }  # fmt: skip


def _query(query: Query) -> dict[str, Any]:
    return {
        "name": query.name, "sql": query.sql, "kind": query.kind, "rate": query.rate, "mean_milliseconds": query.mean, "calls": query.calls, "role": query.role,
        "slo": str(query.slo) if query.slo else None, "engines": list(query.engines), "description": query.description,
        "parameters": [{"name": each.name, "source": each.source, "arguments": list(each.arguments)} for each in query.parameters],
        "file": query.file, "line": query.line,
    }  # fmt: skip
