"""Runs a collector of DDL in a process of its own and reads what it wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from dbarch_widgets.errors import InputError
from dbarch_widgets.importers.registry import reader
from dbarch_widgets.model.schema import Schema

SECONDS = 120.0


def collect(worker: str, arguments: list[str], *, folder: Path, shown: str) -> Schema:
    """The schema of the DDL that `worker`, a module beside this one, collects in `folder`.

    Raises:
        InputError: the models could not be loaded, or hold no table; in the words of what refused.
    """
    with tempfile.TemporaryDirectory() as place:
        answer = Path(place) / "answer.json"
        command = [sys.executable, "-m", f"dbarch_widgets.importers.orm.{worker}", str(answer), *arguments]
        # Models print and log as they like; the answer comes by a file of its own.
        path = os.pathsep.join(filter(None, [str(folder), _package_root(), os.environ.get("PYTHONPATH")]))
        environment = os.environ | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                command, cwd=folder, env=environment, capture_output=True, timeout=SECONDS, check=False, text=True
            )
        except subprocess.TimeoutExpired:
            raise InputError(f"loading the models took longer than {SECONDS:g} s", where=shown) from None
        if not answer.is_file():
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise InputError(f"loading the models failed: {last}", where=shown)
        told = json.loads(answer.read_text())
    if told.get("error"):
        raise InputError(f"the models could not be loaded: {told['error']}", where=shown, to_do=told.get("to_do"))
    return _read(told, shown)


def _read(told: dict[str, object], shown: str) -> Schema:
    statements = told["statements"]
    if not isinstance(statements, list) or not statements:
        raise InputError("there is no table in the models", where=shown)
    reading = reader(str(told["dialect"]))
    text = "".join(f"{str(each).strip().rstrip(';')};\n" for each in statements)
    reading.read(text, f"{shown} (generated SQL)")
    schema = reading.schema()
    notes = told.get("notes")
    more = tuple(map(str, notes)) if isinstance(notes, list) else ()
    return replace(schema, report=replace(schema.report, notes=(*schema.report.notes, *more)))


def _package_root() -> str:
    """Where this package is imported from, also when it is not installed."""
    return str(Path(__file__).resolve().parents[3])
