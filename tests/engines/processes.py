"""Programs that are killed, and what must not be left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path


def started(program: str) -> tuple[subprocess.Popen[str], list[str]]:
    """A Python program that runs, and the words of the first line that it printed."""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=os.environ)
    assert process.stdout
    words = process.stdout.readline().split()
    assert words, "the program ended without a word"
    return process, words


def killed(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def assert_gone(folder: Path, *groups: int) -> None:
    """The folder and every process of the groups are gone soon."""
    until = time.monotonic() + 60
    while folder.exists() or any(_lives(group) for group in groups):
        assert time.monotonic() < until, f"left behind: {folder} or a process of {groups}"
        time.sleep(0.1)


def _lives(group: int) -> bool:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, of_group = stat.read_text().rsplit(")", 1)[1].split()[:3]
        except (OSError, IndexError):
            continue
        if int(of_group) == group and state != "Z":
            return True
    return False
