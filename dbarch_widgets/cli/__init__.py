"""`dbarch …`: the same review without a notebook. It parses words and prints; the work is done elsewhere.

One module holds the commands of one concern; a new command is added to `COMMANDS`.
"""

from __future__ import annotations

import errno
import os
import sys

import click

from dbarch_widgets import __version__
from dbarch_widgets.cli import (
    delivering,
    depending,
    explaining,
    generating,
    measuring,
    reviews,
    schemas,
    trying,
    working,
    workloads,
)
from dbarch_widgets.cli.words import tell
from dbarch_widgets.errors import DbarchError

# A full disk, a quota, a limit on files, a broken disk.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)

COMMANDS = (
    schemas.import_,
    schemas.write,
    schemas.diff,
    schemas.diagram,
    reviews.review,
    reviews.rules,
    generating.profile,
    generating.generate,
    workloads.workload,
    depending.dependencies,
    measuring.run,
    measuring.compare,
    explaining.explain,
    delivering.deliver,
    trying.postgres,
    working.new,
    working.lab,
    working.share,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="dbarch")
def app() -> None:
    """Database design reviews with evidence: bring a schema and a workload, leave with a review others can check."""


for _command in COMMANDS:
    app.add_command(_command)


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
        _no_more_output()
        raise SystemExit(0) from None
    except OSError as error:
        if error.errno not in _NO_ROOM or error.filename is not None:
            raise
        _no_more_output()
        _fail(f"standard output: cannot be written: {error.strerror} (what was written of it is not whole)", 2)
    else:
        raise SystemExit(status if isinstance(status, int) else 0)


def _no_more_output() -> None:
    """What is still in the buffer goes nowhere, so that the end of the program does not fail on it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(text: str, status: int) -> None:
    tell(f"dbarch: {text}")
    raise SystemExit(status)
