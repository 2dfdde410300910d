"""import, write, diff, diagram: what a schema is, and what it looks like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dbarch_widgets.cli.words import DIALECT, JSON, OUTPUT, print_json, say_dialect, say_unread


@click.command("import")
@click.argument("source")
@DIALECT
@click.option("--strict", is_flag=True, help="Exit with 1 when any statement was not understood.")
@JSON
def import_(source: str, dialect: str | None, strict: bool, as_json: bool) -> None:
    """Read a schema and say what was not understood."""
    from dbarch_widgets.model.display import show
    from dbarch_widgets.render.schema_json import schema_json
    from dbarch_widgets.reviewing.sources import read_schema

    schema = read_schema(source, dialect)
    say_dialect(dialect, schema.dialect)
    if as_json:
        print_json(schema_json(schema))
    else:
        click.echo(show(schema)["text/plain"])
        click.echo()
        click.echo(show(schema.report)["text/plain"])
    if strict and schema.report.not_understood:
        raise SystemExit(1)


@click.command()
@click.argument("source")
@click.option("--to", type=click.Choice(["postgres", "sqlite", "duckdb", "mysql"]), required=True, help="The engine.")
@OUTPUT
@DIALECT
def write(source: str, to: str, output: str | None, dialect: str | None) -> None:
    """Write the DDL for another engine, and say what has no counterpart there."""
    from dbarch_widgets.reviewing.folder import write_text
    from dbarch_widgets.reviewing.sources import read_schema
    from dbarch_widgets.sql.write import write_ddl

    schema = read_schema(source, dialect)
    say_dialect(dialect, schema.dialect)
    say_unread(schema.report)
    written = write_ddl(schema, to)
    for loss in written.no_counterpart:
        click.echo(f"no counterpart: {loss}", err=True)
    if output:
        write_text(Path(output), written.sql)
        click.echo(f"wrote {output}", err=True)
    else:
        click.echo(written.sql, nl=False)


@click.command()
@click.argument("old")
@click.argument("new")
@JSON
@click.option("-o", "--output", metavar="FILE", help="The diagram of both, .svg, .html, .png, .pdf or .dot; or .md.")
@DIALECT
def diff(old: str, new: str, as_json: bool, output: str | None, dialect: str | None) -> None:
    """Say what changed between two schemas, as a table and on the diagram."""
    from dbarch_widgets.model.diff import diff as difference
    from dbarch_widgets.model.display import show
    from dbarch_widgets.render.diff_json import diff_json
    from dbarch_widgets.reviewing.sources import read_schema

    schemas = [read_schema(source, dialect) for source in (old, new)]
    for schema in schemas:
        say_dialect(dialect, schema.dialect)
        say_unread(schema.report)
    found = difference(*schemas)
    if output:
        from dbarch_widgets.reviewing.compare import save_diff

        click.echo(f"wrote {save_diff(found, output)}", err=True)
    if as_json:
        print_json(diff_json(found))
    else:
        click.echo(show(found)["text/plain"])


@click.command()
@click.argument("source")
@click.option("-o", "--output", required=True, metavar="FILE", help=".svg, .png, .pdf, .dot, .html or .txt")
@click.option("--focus", metavar="TABLE", help="Only this table and its neighbours.")
@click.option("--hops", type=click.IntRange(0), default=1, help="How far the neighbours reach.", show_default=True)
@click.option("--detail", type=click.Choice(["full", "keys", "names"]), help="What each table shows.")
@click.option("--overlay", type=click.Choice(["findings"]), help="Mark the tables with what the rules found.")
@DIALECT
def diagram(  # the options of one command, as the user types them
    source: str, output: str, focus: str | None, hops: int, detail: Any, overlay: str | None, dialect: str | None
) -> None:
    """Draw the entity-relationship diagram."""
    from dbarch_widgets.render.diagram import er_diagram
    from dbarch_widgets.reviewing.run import review as run_review
    from dbarch_widgets.reviewing.sources import read_schema

    schema = read_schema(source, dialect)
    say_dialect(dialect, schema.dialect)
    findings = run_review(schema).findings if overlay else ()
    drawn = er_diagram(schema, findings=findings, focus=focus, hops=hops, detail=detail)
    drawn.save(output)
    click.echo(f"wrote {output} (drawn by {drawn.layout})", err=True)
