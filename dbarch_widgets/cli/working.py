"""new, share, lab: a review folder, a published notebook, JupyterLab."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import click

from dbarch_widgets.errors import InputError


@click.command()
@click.argument("folder", metavar="DIR")
def new(folder: str) -> None:
    """Start a review folder with files to fill in."""
    from dbarch_widgets.reviewing.start import new_folder

    for path in new_folder(folder):
        click.echo(path.as_posix())


@click.command()
@click.argument("notebook")
@click.option("-o", "--output", required=True, metavar="FILE.html", help="The page to write.")
def share(notebook: str, output: str) -> None:
    """Run a notebook from the top and publish it as one page that needs no network."""
    from dbarch_widgets.reviewing.publish import publish

    click.echo(publish(Path(notebook), Path(output)).as_posix())


@click.command()
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
