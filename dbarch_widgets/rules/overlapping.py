"""Fixes of one review that would make one index after another: the shorter says that the longer serves it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from dbarch_widgets.model.finding import Finding

_MAKES = re.compile(r"^CREATE INDEX (?P<name>\S+) ON (?P<table>\S+) \((?P<keys>[^()]+)\);$", re.MULTILINE)
_Made = tuple[str, str, tuple[str, ...]]


def told_of_longer(findings: Sequence[Finding]) -> list[Finding]:
    """The findings in their order; where a fix makes an index that another one's begins with, its note says so."""
    made = [(finding, each) for finding in findings for each in _indexes(finding)]
    return [_told(finding, made) for finding in findings]


def _told(finding: Finding, made: Sequence[tuple[Finding, _Made]]) -> Finding:
    notes = []
    for name, table, keys in _indexes(finding):
        for other, (_, theirs, longer) in made:
            if other is not finding and theirs == table and len(longer) > len(keys) and _begins(longer, keys):
                notes.append(
                    f"{name} is already served by the index of {other.rule} on {other.place}: make one of the two."
                )
                break
    if finding.fix is None or not notes:
        return finding
    note = " ".join([*([finding.fix.note] if finding.fix.note else []), *notes])
    return replace(finding, fix=replace(finding.fix, note=note))


def _begins(longer: tuple[str, ...], keys: tuple[str, ...]) -> bool:
    """Whether the longer one begins with the keys; a single key is read in either direction."""
    start = longer[: len(keys)]
    return start == keys or (len(keys) == 1 and start[0].removesuffix(" DESC") == keys[0].removesuffix(" DESC"))


def _indexes(finding: Finding) -> list[_Made]:
    """Name, table and keys of each plain index that the fix makes; expressions and conditions are left out."""
    sql = finding.fix.sql if finding.fix else ""
    return [
        (match["name"], match["table"], tuple(key.strip() for key in match["keys"].split(",")))
        for match in _MAKES.finditer(sql)
    ]
