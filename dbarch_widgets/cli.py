"""`dbarch …`: the same review without a notebook. It parses words and prints; the work is done elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from dbarch_widgets import __version__
from dbarch_widgets.errors import DbarchError, InputError, UnknownName

Progress = Callable[[str, float], None]
_DIALECT = click.option("--dialect", metavar="D", help="SQL dialect of the source; guessed when left out.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Stable, sorted JSON on standard output.")
_OUTPUT = click.option("-o", "--output", metavar="FILE", help="Write there; the suffix says the format.")
_SCALE = click.option("--scale", type=click.FloatRange(0, min_open=True), default=1.0, help="Multiplies the rows.")
_SEED = click.option("--seed", type=int, default=1, help="The same seed gives the same rows.")
_ROWS = click.option("--rows", multiple=True, metavar="TABLE=N", help="Rows of one table; may be repeated.")
LEVELS = ("never", "high", "medium", "low", "info")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="dbarch")
def app() -> None:
    """Database design reviews with evidence: bring a schema and a workload, leave with a review others can check."""


@app.command("import")
@click.argument("source")
@_DIALECT
@click.option("--strict", is_flag=True, help="Exit with 1 when any statement was not understood.")
@_JSON
def import_(source: str, dialect: str | None, strict: bool, as_json: bool) -> None:
    """Read a schema and say what was not understood."""
    from dbarch_widgets.model.display import show
    from dbarch_widgets.render.schema_json import schema_json
    from dbarch_widgets.reviewing.sources import read_schema

    schema = read_schema(source, dialect)
    _say_dialect(dialect, schema.dialect)
    if as_json:
        _print_json(schema_json(schema))
    else:
        click.echo(show(schema)["text/plain"])
        click.echo()
        click.echo(show(schema.report)["text/plain"])
    if strict and schema.report.not_understood:
        raise SystemExit(1)


@app.command()
@click.argument("source")
@click.option("-o", "--output", required=True, metavar="FILE", help=".svg, .png, .pdf, .dot, .html or .txt")
@click.option("--focus", metavar="TABLE", help="Only this table and its neighbours.")
@click.option("--hops", type=click.IntRange(0), default=1, help="How far the neighbours reach.", show_default=True)
@click.option("--detail", type=click.Choice(["full", "keys", "names"]), help="What each table shows.")
@click.option("--overlay", type=click.Choice(["findings"]), help="Mark the tables with what the rules found.")
@_DIALECT
def diagram(  # the options of one command, as the user types them
    source: str, output: str, focus: str | None, hops: int, detail: Any, overlay: str | None, dialect: str | None
) -> None:
    """Draw the entity-relationship diagram."""
    from dbarch_widgets.render.diagram import er_diagram
    from dbarch_widgets.reviewing.run import review as run_review
    from dbarch_widgets.reviewing.sources import read_schema

    schema = read_schema(source, dialect)
    _say_dialect(dialect, schema.dialect)
    findings = run_review(schema).findings if overlay else ()
    drawn = er_diagram(schema, findings=findings, focus=focus, hops=hops, detail=detail)
    drawn.save(output)
    click.echo(f"wrote {output} (drawn by {drawn.layout})", err=True)


@app.command()
@click.argument("source")
@click.option("--workload", metavar="F", help="A file of annotated SQL; a review folder brings its own.")
@click.option("--intake", metavar="F", help="The answers to the clarifying questions; a review folder brings its own.")
@click.option("--format", "format_", type=click.Choice(["text", "json", "sarif", "markdown", "html"]))
@_OUTPUT
@click.option("--fail-on", type=click.Choice(LEVELS), default="never", help="Exit with 1 at this severity or over it.")
@click.option("--rules", metavar="LIST", help="Names of the rules to run, with commas; all of them when left out.")
@_DIALECT
def review(  # the options of one command, as the user types them
    source: str,
    workload: str | None,
    intake: str | None,
    format_: str | None,
    output: str | None,
    fail_on: str,
    rules: str | None,
    dialect: str | None,
) -> None:
    """Run the rules and report what they find."""
    from dbarch_widgets.reviewing.report import report, save_report
    from dbarch_widgets.reviewing.run import review as run_review
    from dbarch_widgets.reviewing.sources import DIALECTS

    if dialect is not None and dialect not in DIALECTS:
        raise InputError(f"the dialect {dialect!r} is not read yet", to_do=f"one of: {', '.join(DIALECTS)}")
    only = [name.strip() for name in rules.split(",") if name.strip()] if rules is not None else None
    made = run_review(source, workload, intake, only=only)
    _say_dialect(dialect, made.schema.dialect)
    _say_unread(made.schema.report)
    for problem in made.workload.problems if made.workload else ():
        _say_problem(problem)
    if output:
        save_report(made, output, format_)
        click.echo(f"wrote {output}", err=True)
    else:
        click.echo(report(made, format_ or "text"), nl=False)
    counts = made.counts()
    if fail_on != "never" and any(counts[level] for level in LEVELS[1 : LEVELS.index(fail_on) + 1]):
        raise SystemExit(1)


@app.command()
@click.argument("name", required=False)
@_JSON
def rules(name: str | None, as_json: bool) -> None:
    """The catalogue of rules, or the page of one rule."""
    from dbarch_widgets.rules.registry import RULES

    if name is not None:
        found = next((rule for rule in RULES if rule.name == name), None)
        if found is None:
            raise UnknownName("rule", name, [rule.name for rule in RULES])
        if as_json:
            _print_json(_rule_json(found))
        else:
            click.echo(_rule_page(found))
    elif as_json:
        _print_json([_rule_json(rule) for rule in sorted(RULES, key=lambda rule: rule.name)])
    else:
        width = max(len(rule.name) for rule in RULES)
        for rule in RULES:
            click.echo(f"{rule.name:<{width}}  {rule.area:<12}  {rule.severity:<6}  {rule.summary}")


@app.command()
@click.argument("source")
@_SCALE
@_ROWS
@_SEED
@click.option("--out", required=True, metavar="PATH", help="The DuckDB file to write; it must not exist yet.")
@_DIALECT
def generate(  # the options of one command, as the user types them
    source: str, scale: float, rows: tuple[str, ...], seed: int, out: str, dialect: str | None
) -> None:
    """Fill the schema with synthetic rows that keep its constraints."""
    from dbarch_widgets.reviewing.lab import generate_file
    from dbarch_widgets.reviewing.sources import read_schema

    schema = read_schema(source, dialect)
    _say_dialect(dialect, schema.dialect)
    made = generate_file(schema, out, scale=scale, seed=seed, rows=row_counts(rows), progress=_progress())
    for table, count in made.rows:
        click.echo(f"{count:>12,}  {table}")
    for note in made.notes:
        click.echo(f"note: {note}", err=True)
    click.echo(f"wrote {out}", err=True)
    if made.violated:
        click.echo(f"{len(made.violated)} constraints do not hold in these rows: see the notes", err=True)
        raise SystemExit(1)


@app.command()
@click.argument("source")
@click.option("--workload", metavar="F", help="A file of annotated SQL; a review folder brings its own.")
@click.option("--engine", type=click.Choice(["duckdb"]), default="duckdb", show_default=True)
@_SCALE
@_SEED
@_JSON
@_OUTPUT
@_DIALECT
def run(  # the options of one command, as the user types them
    source: str,
    workload: str | None,
    engine: str,
    scale: float,
    seed: int,
    as_json: bool,
    output: str | None,
    dialect: str | None,
) -> None:
    """Replay the workload on synthetic rows and measure it."""
    from dbarch_widgets.measure.store import experiment_json
    from dbarch_widgets.model.display import show
    from dbarch_widgets.reviewing.folder import write_text
    from dbarch_widgets.reviewing.lab import measure_source

    problems: list[Any] = []
    measurement = measure_source(
        source,
        workload,
        engine=engine,
        scale=scale,
        seed=seed,
        dialect=dialect,
        progress=_progress(),
        tell=problems.append,
    )
    for problem in problems:
        _say_problem(problem)
    text = show(measurement)["text/plain"]
    if as_json:
        told = json.loads(experiment_json(measurement))
        told["problems"] = [
            {"file": p.file, "line": p.line, "statement": p.statement, "reason": p.reason} for p in problems
        ]
        text = json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False)
    if output:
        write_text(Path(output), text)
        click.echo(f"wrote {output}", err=True)
    else:
        click.echo(text)
    if all(query.error for query in measurement.queries):
        raise InputError("no query of the workload could run", to_do="the reason of each stands beside it")


@app.command()
@click.argument("folder", metavar="DIR")
def new(folder: str) -> None:
    """Start a review folder with files to fill in."""
    from dbarch_widgets.reviewing.start import new_folder

    for path in new_folder(folder):
        click.echo(path.as_posix())


@app.command()
@click.argument("notebook")
@click.option("-o", "--output", required=True, metavar="FILE.html", help="The page to write.")
def share(notebook: str, output: str) -> None:
    """Run a notebook from the top and publish it as one page that needs no network."""
    from dbarch_widgets.reviewing.publish import publish

    click.echo(publish(Path(notebook), Path(output)).as_posix())


@app.command()
@click.argument("folder", metavar="[DIR]", required=False, default=".")
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def lab(folder: str, options: tuple[str, ...]) -> None:
    """Open JupyterLab there; what follows `--` goes to JupyterLab."""
    place = Path(folder).resolve()
    if not place.exists():
        raise InputError("there is no such file or folder", where=folder)
    # A notebook below this folder is opened with the folder around it, so that the data beside it can be seen.
    root = place if place.is_dir() else Path.cwd() if place.is_relative_to(Path.cwd()) else place.parent
    where = [f"--ServerApp.root_dir={root}"]
    if place.is_file():
        where.append(f"--LabApp.default_url=/lab/tree/{quote(place.relative_to(root).as_posix())}")
    # As root in a container JupyterLab asks for this word; it listens on loopback with a token all the same.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        where.append("--allow-root")
    try:
        raise SystemExit(subprocess.call([sys.executable, "-m", "jupyterlab", *where, *options]))
    except KeyboardInterrupt:
        raise SystemExit(0) from None


def row_counts(words: tuple[str, ...]) -> dict[str, int]:
    """`("orders=1000", …)` as a mapping.

    Raises:
        InputError: a word is not of the form TABLE=N.
    """
    found = {}
    for word in words:
        table, equals, number = word.partition("=")
        digits = number.replace("_", "")
        if not equals or not table or not digits.isdigit():
            raise InputError(f"--rows {word!r} is not of the form TABLE=N", to_do="for example --rows orders=100000")
        found[table] = int(digits)
    return found


def _say_dialect(given: str | None, found: str) -> None:
    if given is None:
        click.echo(f"dialect: {found} (guessed)", err=True)


def _say_unread(report: Any) -> None:
    if not report.complete:
        bad = report.not_understood + report.partly
        click.echo(f"{bad} of {report.statements} statements did not come through whole: see dbarch import", err=True)


def _say_problem(problem: Any) -> None:
    place = f"{problem.file}:{problem.line}" if problem.file else f"line {problem.line}"
    click.echo(f"{place}: {problem.reason}", err=True)


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False))


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


def _progress() -> Progress | None:
    """A line that rewrites itself, on a terminal only."""
    if not sys.stderr.isatty():
        return None

    def say(phase: str, done: float) -> None:
        end = "\n" if done >= 1 else ""
        sys.stderr.write(f"\r\x1b[K{done:4.0%} {phase}{end}")
        sys.stderr.flush()

    return say


def main() -> None:
    """The entry point: every expected error is one line on standard error and its exit status."""
    try:
        status = app.main(standalone_mode=False)
    except DbarchError as error:
        _fail(str(error), error.exit_status)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "dbarch"
        _fail(f"{error.format_message()} (see {command} --help)", 2)
    except click.ClickException as error:
        _fail(error.format_message(), 2)
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped", 130)
    except BrokenPipeError:
        # The reader of our output has gone, as `| head` does: nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    else:
        raise SystemExit(status if isinstance(status, int) else 0)


def _fail(text: str, status: int) -> None:
    click.echo(f"dbarch: {' '.join(text.split())}", err=True)
    raise SystemExit(status)
