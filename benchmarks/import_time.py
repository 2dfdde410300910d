"""`import dbarch_widgets` in a fresh interpreter, beside the bare interpreter and beside pandas."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

from benchmarks.base import Result, in_turns

LIMIT = 0.3


def run() -> Iterator[Result]:
    """The package itself, cold, in a process of its own."""
    ours, bare = in_turns(_python("import dbarch_widgets"), _python("pass"), turns=15)
    yield Result(
        "import dbarch_widgets, whole process", ours, "bare interpreter", bare, f"under {LIMIT} s", ours < LIMIT
    )
    ours, pandas = in_turns(_python("import dbarch_widgets"), _python("import pandas"), turns=5)
    yield Result("import dbarch_widgets, whole process", ours, "import pandas", pandas, "faster", ours < pandas)


def _python(code: str) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, "-c", code], check=True)
