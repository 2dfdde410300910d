"""explain: the plans of a workload on generated rows, a pasted plan, or the difference of two."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dbarch_widgets.cli.measuring import ENGINE, WORKLOAD
from dbarch_widgets.cli.words import DIALECT, JSON, OUTPUT, SCALE, SEED, print_json, progress_line, say_problem
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
    as_json: bool,
    output: str | None,
    dialect: str | None,
) -> None:
    """Read plans out in plain words: of a workload on generated rows, or a plan that you paste.

    -o FILE.html writes a page with a picture of each plan.
    """
    if (source is None) == (pasted is None):
        raise InputError("explain takes a SOURCE or --plan FILE", to_do="one of the two")
    if against is not None and pasted is None:
        raise InputError(
            "--against needs --plan FILE", to_do="the plan before goes to --plan, the plan after to --against"
        )
    if pasted is not None:
        _explain_pasted(pasted, against, as_json, output)
        return
    assert source is not None
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
        click.echo(f"wrote {output}", err=True)
