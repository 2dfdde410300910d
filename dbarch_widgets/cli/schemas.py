"""import, write, diff, diagram: what a schema is, and what it looks like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dbarch_widgets.cli.words import DIALECT, JSON, OUTPUT, print_json, say_dialect, say_unread, tell

GROUPINGS = ("auto", "schema", "prefix", "community", "none")
OVERLAYS = ("findings", "tenancy", "rls", "privacy", "workload")


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
    from dbarch_widgets.sql.write.losses import notes

    schema = read_schema(source, dialect)
    say_dialect(dialect, schema.dialect)
    say_unread(schema.report)
    written = write_ddl(schema, to)
    for note in notes(written.no_counterpart):
        tell(f"no counterpart: {note}")
    if written.no_counterpart:
        tell("each of them stands with its reason at the end of what is written")
    if output:
        write_text(Path(output), written.sql)
        tell(f"wrote {output}")
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
        from dbarch_widgets.reviewing.drawing import save_diff

        tell(f"wrote {save_diff(found, output)}")
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
@click.option(
    "--groups", type=click.Choice(GROUPINGS), default="auto", help="How tables are grouped.", show_default=True
)
@click.option("--group", metavar="NAME", help="Only the tables of this group; the overview names the groups.")
@click.option(
    "--overlay",
    type=click.Choice(OVERLAYS),
    help="Mark the tables with findings, tenants, policies, personal data or load.",
)
@click.option("--workload", metavar="F", help="The queries of --overlay workload; a review folder brings its own.")
@click.option("--inferred/--no-inferred", default=True, help="Draw relations that nobody declared, dashed.")
@click.option("--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True)
@DIALECT
def diagram(  # the options of one command, as the user types them
    source: str, output: str, dialect: str | None, **drawing: Any
) -> None:
    """Draw the entity-relationship diagram. Of a large schema the picture is an overview; .html has every group."""
    from dbarch_widgets.reviewing.drawing import draw_source

    drawn = draw_source(source, dialect, **drawing)
    if drawn.schema:
        say_dialect(dialect, drawn.schema.dialect)
        say_unread(drawn.schema.report)
    drawn.save(output)
    for note in drawn.notes:
        tell(f"note: {note}")
    tell(f"wrote {output} (drawn by {drawn.layout})")
