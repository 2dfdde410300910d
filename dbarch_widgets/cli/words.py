"""What the commands share: options, and how they tell things."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import click

Progress = Callable[[str, float], None]
DIALECT = click.option("--dialect", metavar="D", help="SQL dialect of the source; guessed when left out.")
JSON = click.option("--json", "as_json", is_flag=True, help="Stable, sorted JSON on standard output.")
WINDOW = click.option(
    "--window", metavar="SPAN", help="Over which executions were counted, as '6 hours', where the file is silent."
)
OUTPUT = click.option("-o", "--output", metavar="FILE", help="Write there; the suffix says the format.")
SCALE = click.option("--scale", type=click.FloatRange(0, min_open=True), default=1.0, help="Multiplies the rows.")
SEED = click.option("--seed", type=int, default=1, help="The same seed gives the same rows.")
ROWS = click.option("--rows", multiple=True, metavar="TABLE=N", help="Rows of one table; may be repeated.")


def tell(text: str) -> None:
    """One line on standard error. Names come from files, and none of them may move the cursor or turn the text round."""
    from dbarch_widgets.render.clean import one_line

    click.echo(one_line(text), err=True)


def say_dialect(given: str | None, found: str) -> None:
    """Say the dialect that was guessed."""
    if given is None:
        tell(f"dialect: {found} (guessed)")


def say_unread(report: Any) -> None:
    """Say how many statements did not come through whole."""
    if not report.complete:
        bad = report.not_understood + report.partly
        tell(f"{bad} of {report.statements} statements did not come through whole: see dbarch import")


def say_problem(problem: Any) -> None:
    """Say what of a workload was not understood."""
    place = f"{problem.file}:{problem.line}" if problem.file else f"line {problem.line}"
    tell(f"{place}: {problem.reason}")


def say_settings(settings: Any) -> None:
    """Say which settings hold."""
    if settings is not None and settings.file:
        tell(f"settings: {settings.file}")


def say_note(note: Any) -> None:
    """Say what of the acceptances does not fit any more."""
    place = f"{note.file}:{note.line}: " if note.file and note.line else f"{note.file}: " if note.file else ""
    tell(f"{place}{note.text}")


def print_json(value: Any) -> None:
    """The value as stable, sorted JSON on standard output."""
    click.echo(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False))


def progress_line() -> Progress | None:
    """A line that rewrites itself, on a terminal only."""
    if not sys.stderr.isatty():
        return None

    def say(phase: str, done: float) -> None:
        end = "\n" if done >= 1 else ""
        sys.stderr.write(f"\r\x1b[K{done:4.0%} {phase}{end}")
        sys.stderr.flush()

    return say
