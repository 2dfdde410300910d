"""explain: the plans of a workload on generated rows, a pasted plan, or the difference of two."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dbarch_widgets.cli.measuring import ENGINE, WORKLOAD
from dbarch_widgets.cli.words import DIALECT, JSON, OUTPUT, SCALE, SEED, print_json, progress_line, say_problem, tell
from dbarch_widgets.errors import InputError

if TYPE_CHECKING:
    from dbarch_widgets.render.blocks import Blocks


@click.command()
@click.argument("source", required=False)
@WORKLOAD
@ENGINE
@SCALE
@SEED
@click.option(
    "--plan", "pasted", metavar="FILE", help="A plan that was pasted from anywhere instead of a SOURCE; - reads it."
)
@click.option(
    "--against", metavar="FILE", help="With --plan: a second plan; the difference from the first to this one."
)
@click.option(
    "--at",
    multiple=True,
    metavar="TABLE=ROWS",
    help="Plan for so many rows, on PostgreSQL, without them; may be repeated. The other tables keep their proportion.",
)
@click.option(
    "--what-if",
    "indexes",
    multiple=True,
    metavar="SQL",
    help="With --at: a CREATE INDEX to try; may be repeated, each is tried by itself.",
)
@JSON
@OUTPUT
@DIALECT
def explain(  # the options of one command, as the user types them
    source: str | None,
    workload: str | None,
    engine: str,
    scale: float,
    seed: int,
    pasted: str | None,
    against: str | None,
    at: tuple[str, ...],
    indexes: tuple[str, ...],
    as_json: bool,
    output: str | None,
    dialect: str | None,
) -> None:
    """Read plans out in plain words: of a workload on generated rows, or a plan that you paste.

    --at orders=10_000_000_000 gives PostgreSQL's plans at that size, without the rows; --what-if adds indexes to them.
    -o FILE.html writes a page with a picture of each plan.
    """
    if (source is None) == (pasted is None):
        raise InputError("explain takes a SOURCE or --plan FILE", to_do="one of the two")
    if against is not None and pasted is None:
        raise InputError(
            "--against needs --plan FILE", to_do="the plan before goes to --plan, the plan after to --against"
        )
    if indexes and not at:
        raise InputError("--what-if needs --at TABLE=ROWS")
    if pasted is not None and at:
        raise InputError("--at plans a workload and goes with a SOURCE, not with --plan")
    if pasted is not None:
        _explain_pasted(pasted, against, as_json, output)
        return
    assert source is not None
    if at:
        _explain_at_size(source, workload, at, indexes, seed, dialect, as_json, output)
        return
    _explain_workload(source, workload, engine, scale, seed, dialect, as_json, output)


def _explain_workload(
    source: str,
    workload: str | None,
    engine: str,
    scale: float,
    seed: int,
    dialect: str | None,
    as_json: bool,
    output: str | None,
) -> None:
    from dbarch_widgets.render.explained_blocks import explained_blocks
    from dbarch_widgets.render.plan_json import explained_json
    from dbarch_widgets.reviewing.explaining import explain_source, readings_of

    explained = explain_source(
        source,
        workload,
        engine=engine,
        scale=scale,
        seed=seed,
        dialect=dialect,
        progress=progress_line(),
        tell=say_problem,
    )
    readings = readings_of(explained)
    _tell(
        f"Plans of {source}",
        explained_blocks(explained, readings, brief=output is None),
        explained_json(explained, readings),
        as_json,
        output,
    )
    if not readings:
        raise InputError("no statement of the workload has a plan", to_do="the reason of each stands beside it")


def _explain_at_size(
    source: str,
    workload: str | None,
    at: tuple[str, ...],
    indexes: tuple[str, ...],
    seed: int,
    dialect: str | None,
    as_json: bool,
    output: str | None,
) -> None:
    from dbarch_widgets.plans.words import read_out
    from dbarch_widgets.render.plans_at_size_blocks import plans_at_size_blocks, what_ifs_blocks
    from dbarch_widgets.render.plans_at_size_json import plans_at_size_json, what_ifs_json
    from dbarch_widgets.reviewing.planning import plan_source_at, what_if_source

    rows, brief = rows_named(at), output is None
    title = f"Plans of {source} at production size"
    if indexes:
        tried = what_if_source(
            source, workload, rows, indexes, seed=seed, dialect=dialect, progress=progress_line(), tell=say_problem
        )
        _tell(title, what_ifs_blocks(tried, brief=brief), what_ifs_json(tried), as_json, output)
        return
    plans = plan_source_at(
        source, workload, rows, seed=seed, dialect=dialect, progress=progress_line(), tell=say_problem
    )
    readings = {(each.query, each.values): read_out(each.plan) for each in plans.queries if each.plan is not None}
    _tell(title, plans_at_size_blocks(plans, readings, brief=brief), plans_at_size_json(plans), as_json, output)


def rows_named(written: tuple[str, ...]) -> dict[str, int]:
    """`TABLE=ROWS` as a mapping; the number may have `_` or `,` between its digits.

    Raises:
        InputError: one is not of that form.
    """
    rows = {}
    for each in written:
        table, _, count = each.rpartition("=")
        digits = count.replace("_", "").replace(",", "")
        if not table or not digits.isdigit():
            raise InputError(f"--at {each!r} is not TABLE=ROWS", to_do="write for example orders=10_000_000_000")
        rows[table] = int(digits)
    return rows


def _explain_pasted(pasted: str, against: str | None, as_json: bool, output: str | None) -> None:
    from dbarch_widgets.plans.diff import diff_plans
    from dbarch_widgets.plans.words import read_out
    from dbarch_widgets.render.plan_blocks import plan_name, reading_blocks
    from dbarch_widgets.render.plan_diff_blocks import plan_diff_blocks
    from dbarch_widgets.render.plan_json import plan_diff_json, plan_json, reading_json
    from dbarch_widgets.reviewing.explaining import pasted_plan

    plan = pasted_plan(pasted)
    if against is None:
        reading = read_out(plan)
        told: dict[str, Any] = {"plan": plan_json(plan), "reading": reading_json(reading)}
        _tell(plan_name(plan), reading_blocks(reading, brief=output is None), told, as_json, output)
        return
    diff = diff_plans(plan, pasted_plan(against))
    blocks = plan_diff_blocks(diff, read_out(diff.before), read_out(diff.after))
    _tell("Difference of two plans", blocks, plan_diff_json(diff), as_json, output)


def _tell(title: str, blocks: Blocks, told: dict[str, Any], as_json: bool, output: str | None) -> None:
    """Print the words or the JSON, or write them to a file; a page when its name ends in .html."""
    import json

    from dbarch_widgets.render.block_text import blocks_text
    from dbarch_widgets.render.plan_page import page_of
    from dbarch_widgets.reviewing.folder import write_text

    if as_json and output is None:
        print_json(told)
    elif output is None:
        click.echo(blocks_text(blocks))
    else:
        file = Path(output)
        if as_json or file.suffix == ".json":
            text = json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False)
        elif file.suffix in (".html", ".htm"):
            text = page_of(title, blocks)
        elif file.suffix in (".txt", ""):
            text = blocks_text(blocks)
        else:
            raise InputError(f"{file.suffix} is no form of a plan", where=output, to_do="use .html, .json or .txt")
        write_text(file, text)
        tell(f"wrote {output}")
