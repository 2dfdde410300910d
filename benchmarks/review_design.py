"""The review of each reference design with evidence and report, from the command line: cold, then warm.

Cold has an empty cache, so that a PostgreSQL is started, filled and measured on; warm finds all evidence in it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.base import Result, timed

DESIGNS = ("slow_webshop", "saas_projects", "trading_platform")
MOST_COLD, MOST_WARM = 180.0, 60.0
_CALL = "from dbarch_widgets.cli import main; main()"


def run() -> Iterator[Result]:
    """Two results for each design; the yardstick is the same review without evidence."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for design in DESIGNS:
            plain = timed(lambda design=design: _review(design, folder, measure=False))  # type: ignore[misc]
            for kind, most in (("cold", MOST_COLD), ("warm", MOST_WARM)):
                seconds = timed(lambda design=design: _review(design, folder, measure=True))  # type: ignore[misc]
                work = f"dbarch review data/{design} --measure as HTML, {kind}"
                yield Result(work, seconds, "without evidence", plain, f"{most:.0f} s", seconds <= most)


def _review(design: str, folder: Path, *, measure: bool) -> None:
    words = ["review", f"data/{design}", "-o", str(folder / f"{design}.html"), *(["--measure"] if measure else [])]
    environment = os.environ | {"XDG_CACHE_HOME": str(folder / "cache")}
    subprocess.run([sys.executable, "-c", _CALL, *words], check=True, capture_output=True, env=environment)
