"""Evidence kept under the hash of all that it rests on: measured once, read again until an input changes.

It lies in the user's cache folder, and when asked also in the review folder, so that a colleague has it without an engine.
Files hold no path, no machine and no time: the same evidence gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dbarch_widgets.evidence.base import Case, Experiment
from dbarch_widgets.evidence.needs import Part
from dbarch_widgets.measure.store import build
from dbarch_widgets.model.finding import Evidence

# Goes up when the way in which all experiments measure changes.
METHOD = 1
_PLACES = frozenset({"file", "line", "comment"})


def cache_folder() -> Path:
    """`$XDG_CACHE_HOME/dbarch/evidence`, or the same below `~/.cache`."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "dbarch" / "evidence"


def input_hash(experiment: Experiment, case: Case, part: Part | None, engine: str, settings: Sequence[object]) -> str:
    """The hash of what the evidence depends on.

    It is the finding's object, its tables with their generators, its query, the experiment, engine and version, seed and
    scale. Lines, files and comments are left out: they change nothing.
    """
    finding, schema = case.finding, case.schema
    query = case.workload.query(finding.query) if finding.query and case.workload else None
    around: dict[str, Any] = {}
    if part is not None:
        around = {
            "tables": [_plain(table) for table in part.schema.tables],
            "profile": asdict(part.profile),
            "others": [
                [_plain(each) for each in things]
                for things in (schema.enums, schema.domains, schema.functions, schema.views, schema.roles)
            ],
        }
    inputs = {
        "method": METHOD,
        "experiment": [experiment.name, experiment.version],
        "finding": [finding.key, finding.fix.sql if finding.fix else None],
        "query": _plain(query) if query else None,
        "scale": [asdict(case.scale(case.table))] if finding.table and case.schema.find(_name(finding)) else None,
        "engine": engine,
        "settings": list(settings),
        **around,
    }
    text = json.dumps(inputs, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _name(finding: Any) -> Any:
    from dbarch_widgets.model.schema import QName

    return QName(finding.schema or "public", finding.table)


def _plain(thing: Any) -> Any:
    """A dataclass as plain data, without where it is written."""

    def without(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: without(each) for key, each in value.items() if key not in _PLACES}
        return [without(each) for each in value] if isinstance(value, list | tuple) else value

    return without(asdict(thing))


class Cache:
    """Folders in the order in which they are asked; what is kept is written to all of them.

    `notes` say what went wrong, once each: a damaged entry, a folder that cannot be written.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(folders)
        self.notes: list[str] = []

    def get(self, key: str, rule: str) -> Evidence | None:
        """The evidence of that key; None when there is none, or it is damaged, which is noted."""
        for folder in self.folders:
            file = folder / file_name(rule, key)
            try:
                document = json.loads(file.read_text(encoding="utf-8"))
                if document["inputs"] != key:
                    raise ValueError("it is of other inputs")
                evidence = build(Evidence, document["evidence"])
                if not isinstance(evidence, Evidence) or not isinstance(evidence.engine, str):
                    raise TypeError("it is no evidence")
            except FileNotFoundError:
                continue
            except OSError as error:
                self._note(f"evidence of {rule} could not be read again ({error.strerror}) and is made anew")
                continue
            except (ValueError, KeyError, TypeError, AttributeError):
                self._note(f"a kept piece of evidence of {rule} was damaged and is made anew")
                continue
            self._fill(key, rule, evidence, missing_in=folder)
            return evidence
        return None

    def _fill(self, key: str, rule: str, evidence: Evidence, missing_in: Path) -> None:
        for folder in self.folders:
            if folder != missing_in and not (folder / file_name(rule, key)).exists():
                self._write(folder, key, rule, evidence)

    def keep(self, key: str, rule: str, evidence: Evidence) -> None:
        """Write it to every folder; one that cannot be written is noted."""
        for folder in self.folders:
            self._write(folder, key, rule, evidence)

    def _write(self, folder: Path, key: str, rule: str, evidence: Evidence) -> None:
        document = {"inputs": key, "rule": rule, "evidence": asdict(evidence)}
        text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        file = folder / file_name(rule, key)
        beside = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            beside.write_text(text, encoding="utf-8")
            beside.replace(file)
        except OSError as error:
            self._note(f"evidence could not be kept ({error.strerror or 'the folder cannot be written'})")

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def file_name(rule: str, key: str) -> str:
    """The name of the file of a piece of evidence."""
    return f"{rule}-{key[:16]}.json"
