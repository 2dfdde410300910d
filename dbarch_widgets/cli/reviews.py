"""review and rules: what the rules find, and what they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dbarch_widgets.cli.words import (
    DIALECT,
    JSON,
    OUTPUT,
    WINDOW,
    print_json,
    progress_line,
    say_dialect,
    say_note,
    say_problem,
    say_settings,
    say_unread,
    tell,
)
from dbarch_widgets.errors import InputError, UnknownName

if TYPE_CHECKING:
    from dbarch_widgets.model.review import Review

LEVELS = ("never", "high", "medium", "low", "info")


@click.command()
@click.argument("source")
@click.option("--workload", metavar="F", help="SQL, a log, pg_stat_statements …; a review folder brings its own.")
@WINDOW
@click.option("--intake", metavar="F", help="The answers to the clarifying questions; a review folder brings its own.")
@click.option("--rows", metavar="FILE", help="A DuckDB file with rows: what columns hold is then known by values too.")
@click.option("--format", "format_", type=click.Choice(["text", "json", "sarif", "markdown", "html"]))
@OUTPUT
@click.option(
    "--fail-on", type=click.Choice(LEVELS), help="Exit with 1 at this severity or over it; never when left out."
)
@click.option("--baseline", metavar="FILE", help="Findings that are known: they stay listed and count no more.")
@click.option("--write-baseline", is_flag=True, help="Write what is found now into the baseline.")
@click.option("--since", metavar="OLD", help="The schema as it was: what is found in it too is known.")
@click.option("--settings", metavar="F", help="A dbarch.toml; the nearest one at or above SOURCE when left out.")
@click.option("--rules", metavar="LIST", help="Names of the rules to run, with commas; all of them when left out.")
@click.option(
    "--measure", is_flag=True, help="Measure what the findings predict on a throw-away PostgreSQL; kept in a cache."
)
@click.option("--keep", is_flag=True, help="With --measure: keep the evidence in the review folder too.")
@DIALECT
def review(  # the options of one command, as the user types them
    source: str,
    workload: str | None,
    window: str | None,
    intake: str | None,
    rows: str | None,
    format_: str | None,
    output: str | None,
    fail_on: str | None,
    baseline: str | None,
    write_baseline: bool,
    since: str | None,
    settings: str | None,
    rules: str | None,
    measure: bool,
    keep: bool,
    dialect: str | None,
) -> None:
    """Run the rules and report what they find."""
    from dbarch_widgets.reviewing.report import report, save_report
    from dbarch_widgets.reviewing.run import review as run_review

    only = [name.strip() for name in rules.split(",") if name.strip()] if rules is not None else None
    if only == []:
        raise InputError("--rules names no rule", to_do="leave it out to run all of them")
    made = run_review(
        source,
        workload,
        intake,
        only=only,
        dialect=dialect,
        rows=rows,
        settings=settings,
        baseline=baseline,
        write_baseline=write_baseline,
        since=since,
        window=window,
    )
    _say_what_was_read(made, dialect, workload)
    if measure:
        made = _measured(made, source, keep=keep)
    if output:
        save_report(made, output, format_)
        tell(f"wrote {output}")
    else:
        click.echo(report(made, format_ or "text"), nl=False)
    if made.fails(fail_on):
        raise SystemExit(1)


def _say_what_was_read(made: Review, dialect: str | None, workload: str | None) -> None:
    """On standard error: the dialect if it was guessed, what was not understood, where settings come from."""
    say_dialect(dialect, made.schema.dialect)
    say_unread(made.schema.report)
    for problem in made.workload.problems if made.workload else ():
        say_problem(problem)
    for said in made.workload.notes if made.workload and workload else ():
        tell(said)
    say_settings(made.settings)
    for note in made.acceptance_notes:
        say_note(note)


def _measured(made: Review, source: str, *, keep: bool) -> Review:
    """The review with evidence; notes go to standard error as well, for those who read JSON."""
    from dbarch_widgets.evidence import measure

    if keep and not Path(source).is_dir():
        raise InputError(
            "evidence is kept in a review folder, and this is none", where=source, to_do="leave --keep out"
        )
    done = measure(made, progress_line(), Path(source) if keep else None)
    for note in done.notes:
        tell(note)
    return done


@click.command()
@click.argument("name", required=False)
@JSON
def rules(name: str | None, as_json: bool) -> None:
    """The catalogue of rules, or the page of one rule."""
    from dbarch_widgets.rules.registry import RULES

    if name is not None:
        found = next((rule for rule in RULES if rule.name == name), None)
        if found is None:
            raise UnknownName("rule", name, [rule.name for rule in RULES])
        if as_json:
            print_json(_rule_json(found))
        else:
            click.echo(_rule_page(found))
    elif as_json:
        print_json([_rule_json(rule) for rule in sorted(RULES, key=lambda rule: rule.name)])
    else:
        width = max(len(rule.name) for rule in RULES)
        for rule in RULES:
            click.echo(f"{rule.name:<{width}}  {rule.area:<12}  {rule.severity:<6}  {rule.summary}")


def _rule_json(rule: Any) -> dict[str, Any]:
    return {
        "name": rule.name,
        "area": rule.area,
        "severity": rule.severity,
        "confidence": rule.confidence,
        "summary": rule.summary,
        "needs": sorted(rule.needs),
        "references": list(rule.references),
        "page": rule.page,
    }


def _rule_page(rule: Any) -> str:
    head = f"{rule.name}   ({rule.area}, {rule.severity}, {rule.confidence})\n\n{rule.summary}\n"
    return f"{head}\n{rule.page.strip()}"
