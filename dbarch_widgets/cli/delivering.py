"""deliver: the folder to hand over."""

from __future__ import annotations

import click

from dbarch_widgets.cli.words import DIALECT, WINDOW, progress_line, say_dialect, say_problem, say_unread, tell


@click.command()
@click.argument("source")
@click.option("--out", required=True, metavar="DIR", help="A new folder, or one that this wrote before.")
@click.option("--workload", metavar="F", help="SQL, a log, pg_stat_statements …; a review folder brings its own.")
@WINDOW
@click.option("--intake", metavar="F", help="The answers to the clarifying questions; a review folder brings its own.")
@click.option(
    "--fix",
    metavar="LIST",
    help="Whose fixes make the target: severities, rules, keys of findings, all, none.  [default: high,medium]",
)
@DIALECT
def deliver(  # the options of one command, as the user types them
    source: str,
    out: str,
    workload: str | None,
    window: str | None,
    intake: str | None,
    fix: str | None,
    dialect: str | None,
) -> None:
    """Write the SQL, scripts and documents of a review to hand over."""
    from pathlib import Path

    from dbarch_widgets.deliverables.bundle import deliver as write
    from dbarch_widgets.deliverables.placing import check_place
    from dbarch_widgets.reviewing.run import review

    check_place(Path(out))
    made = review(source, workload, intake, dialect=dialect, window=window)
    say_dialect(dialect, made.schema.dialect)
    say_unread(made.schema.report)
    for problem in made.workload.problems if made.workload else ():
        say_problem(problem)
    done = write(made, out, progress_line(), fix=fix)
    for note in done.notes:
        tell(f"note: {note}")
    for part in done.parts:
        if part.left_out:
            tell(f"not written: {part.title}: {part.left_out}")
    tell(f"wrote {len(done.files) + 2} files to {out}: begin with {out.rstrip('/')}/index.html")
