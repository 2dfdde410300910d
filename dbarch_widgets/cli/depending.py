"""dependencies: which columns determine others in rows that somebody has."""

from __future__ import annotations

from dataclasses import asdict

import click

from dbarch_widgets.cli.words import JSON, print_json


@click.command()
@click.argument("rows")
@click.option("--table", metavar="T", help="The table of a DuckDB file; of another file its name in the output.")
@click.option("--columns", metavar="LIST", help="Only these columns, with commas between.")
@click.option("--max-lhs", metavar="N", type=int, default=2, show_default=True, help="The most columns on a left side.")
@JSON
def dependencies(rows: str, table: str | None, columns: str | None, max_lhs: int, as_json: bool) -> None:
    """Find keys and functional dependencies in ROWS, and the table in 3NF and BCNF.

    ROWS is a .csv file with a header, a .parquet file or a DuckDB file. Each decomposition is joined again and compared
    with the rows.
    """
    from pathlib import Path

    from dbarch_widgets.measure.dependencies.run import dependencies as find
    from dbarch_widgets.model.display import show

    chosen = [name.strip() for name in columns.split(",")] if columns else None
    found = find(table or Path(rows).stem, rows, columns=chosen, max_lhs=max_lhs)
    if as_json:
        print_json(asdict(found))
    else:
        click.echo(show(found)["text/plain"])
