"""DOT → a layout by a program: the system's `dot`, else the pip-installed `graphviz-pure`, else none.

The environment variable `DBARCH_LAYOUT` (`dot`, `graphviz-pure` or `text`) forces one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dbarch_widgets.errors import EngineError, EngineMissing, InputError

Layout = Literal["dot", "graphviz-pure", "text"]
LAYOUTS: tuple[Layout, ...] = ("dot", "graphviz-pure", "text")
VARIABLE = "DBARCH_LAYOUT"
ADVICE = "For a picture install Graphviz, or run: pip install graphviz-pure"


class LayoutTimeout(EngineError):
    """The layout program did not finish in time."""


@dataclass(frozen=True)
class Program:
    """A layout program: `name` as `DBARCH_LAYOUT` calls it, `path` of the executable."""

    name: Layout
    path: str

    def run(self, dot: str, form: str, *, seconds: float = 30.0) -> bytes:
        """What the program writes for the text in a form such as `svg` or `json0`; the text may name its algorithm.

        Raises:
            LayoutTimeout: it took longer than `seconds`.
            EngineError: it refused the text or could not be started.
        """
        command = [self.path, f"-T{form}"]
        try:
            done = subprocess.run(command, input=dot.encode(), capture_output=True, timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            raise LayoutTimeout(f"the layout took longer than {seconds:g} s", where=self.name) from None
        except OSError as error:
            raise EngineError(f"could not be started: {error}", where=self.path) from error
        if done.returncode or not done.stdout.strip():
            words = done.stderr.decode(errors="replace").strip().splitlines() or ["no picture and no message"]
            raise EngineError(words[0], where=self.name)
        return done.stdout


def programs() -> tuple[Program, ...]:
    """The layout programs to try, best first; empty when only text is left.

    Raises:
        InputError: `DBARCH_LAYOUT` names no layout.
        EngineMissing: it names one that is not installed.
    """
    wanted = os.environ.get(VARIABLE, "")
    if wanted and wanted not in LAYOUTS:
        raise InputError(f"{wanted!r} is no layout", where=VARIABLE, to_do=f"one of {', '.join(LAYOUTS)}")
    found = {"dot": shutil.which("dot"), "graphviz-pure": _graphviz_pure()}
    if wanted in found and not found[wanted]:
        raise EngineMissing(f"{wanted} is not installed", where=VARIABLE, to_do=ADVICE)
    return tuple(Program(name, path) for name in LAYOUTS if (path := found.get(name)) and wanted in {"", name})


def _graphviz_pure() -> str | None:
    """The executable: on the PATH, or beside this Python when its environment is not activated."""
    beside = [Path(sys.executable).parent, Path(sysconfig.get_path("scripts"))]
    for folder in (None, *dict.fromkeys(beside)):
        if found := shutil.which("graphviz-pure", path=None if folder is None else str(folder)):
            return found
    return None


def why_text(*, tried: bool) -> str:
    """Why there is only text, and what to do about it. `tried`: a program is there, but it failed or took too long."""
    if os.environ.get(VARIABLE) == "text":
        return f"Drawn as text, as {VARIABLE} asks."
    if tried:
        return "Drawn as text. A focus on one table, or detail='names', makes a smaller picture."
    return f"Drawn as text, because no layout program is installed. {ADVICE}"
