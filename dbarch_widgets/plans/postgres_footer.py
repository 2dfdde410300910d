"""What stands below the tree in PostgreSQL's text plan: settings, planning, triggers, compilation, times."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from dbarch_widgets.plans.postgres_details import read_buffers

_TIME = re.compile(r"\s*(?P<what>Planning [Tt]ime|Execution [Tt]ime|Total runtime): (?P<ms>\d+(?:\.\d+)?) ms\s*")
_TIMES = {"Planning": "Planning Time", "Execution": "Execution Time", "Total": "Total Runtime"}
_SETTINGS = re.compile(r"\s*Settings: (?P<settings>.+)", re.DOTALL)
_SETTING = re.compile(r"(?P<name>[\w.]+) = '(?P<value>(?:[^']|'')*)'")
_TRIGGER = re.compile(
    r"\s*Trigger (?P<name>.+?)(?: on (?P<relation>\S.*?))?: (?:time=(?P<time>\d+(?:\.\d+)?) )?calls=(?P<calls>\d+(?:\.\d+)?)\s*"
)
_CONSTRAINT = re.compile(r"(?:(?P<trigger>.+) )?for constraint (?P<constraint>.+)")
_JIT_TIME = re.compile(
    r"(?P<step>Generation|Deform|Inlining|Optimization|Emission|Total) (?P<ms>\d+(?:\.\d+)?) ms(?: \(Deform \d+(?:\.\d+)? ms\))?"
)
_JIT_OPTION = re.compile(r"(Inlining|Optimization|Expressions|Deforming) (true|false)")
_OTHER = re.compile(
    r"\s*(?:Query Identifier|Serialization|Memory|Peak Memory Usage|JIT for worker \d+|Functions|Options|Timing"
    r"|Execution|Query Parameters)\b.*:.*|\s*\(\d+ rows?\)\s*"
)


@dataclass
class Footer:
    """What was told so far; `inside` is the part whose lines follow, if any."""

    told: dict[str, Any] = field(default_factory=dict)
    inside: str | None = None

    def take(self, line: str) -> bool:
        """Take the line if it belongs here."""
        text = line.strip()
        if text in ("Planning:", "JIT:") or re.fullmatch(r"JIT for worker \d+:", text):
            self.inside = text.rstrip(":")
            return True
        if self._summary(line):
            return True
        if self.inside == "JIT":
            return self._jit(text)
        if self.inside == "Planning" and text.startswith("Buffers: "):
            read_buffers(self.told.setdefault("Planning", {}), text.removeprefix("Buffers: "))
            return True
        return bool(self.inside or not line.startswith(" ")) and bool(_OTHER.fullmatch(line))

    def _summary(self, line: str) -> bool:
        if found := _TIME.fullmatch(line):
            self.told[_TIMES[found["what"].split()[0]]] = float(found["ms"])
        elif found := _SETTINGS.fullmatch(line):
            pairs = _SETTING.finditer(found["settings"])
            self.told["Settings"] = {pair["name"]: pair["value"].replace("''", "'") for pair in pairs}
        elif (found := _TRIGGER.fullmatch(line)) and not line.startswith("   "):
            self.told.setdefault("Triggers", []).append(_trigger(found))
        else:
            return False
        self.inside = None
        return True

    def _jit(self, text: str) -> bool:
        jit = self.told.setdefault("JIT", {})
        key, _, value = text.partition(": ")
        if key == "Functions":
            jit["Functions"] = int(value)
        elif key == "Options":
            jit["Options"] = {name: said == "true" for name, said in _JIT_OPTION.findall(value)}
        elif key == "Timing":
            jit["Timing"] = {found["step"]: float(found["ms"]) for found in _JIT_TIME.finditer(value)}
        else:
            return False
        return True


def _trigger(found: re.Match[str]) -> dict[str, Any]:
    """`for constraint x` or a name; VERBOSE tells both, and the table where there is more than one."""
    told: dict[str, Any] = {"Calls": float(found["calls"])}
    constraint = _CONSTRAINT.fullmatch(found["name"])
    if constraint is None:
        told["Trigger Name"] = found["name"]
    else:
        told["Constraint Name"] = constraint["constraint"]
        if constraint["trigger"]:
            told["Trigger Name"] = constraint["trigger"]
    if found["relation"]:
        told["Relation"] = found["relation"]
    if found["time"]:
        told["Time"] = float(found["time"])
    return told
