"""What the answers make of a fix: its costs where nothing runs yet, and what the engine of the design can run.

Both look at the answer without asking for it: an open question does not hang on the words of a fix.
"""

from __future__ import annotations

import re
from dataclasses import replace

from dbarch_widgets.model.answers import answer_at
from dbarch_widgets.model.finding import Because, Finding
from dbarch_widgets.rules.context import Context

# What only costs something while others use the tables.
_LIVE = re.compile(
    r"rewrites? the table|exclusive lock|under a lock|live table|CONCURRENTLY|scans the table", re.IGNORECASE
)
_SENTENCE = re.compile(r"(?<=[.;])\s+")

_SINCE = (
    (re.compile(r"\bNOT\s+NULL\s+\w+\s+NOT\s+VALID\b|\bVIRTUAL\b|\buuidv7\s*\(|\bNOT\s+ENFORCED\b", re.IGNORECASE), 18),
    (re.compile(r"\bsecurity_invoker\b|\bNULLS\s+NOT\s+DISTINCT\b", re.IGNORECASE), 15),
    (re.compile(r"\bDETACH\s+PARTITION\b.*\bCONCURRENTLY\b", re.IGNORECASE | re.DOTALL), 14),
    (re.compile(r"\bREINDEX\b.*\bCONCURRENTLY\b", re.IGNORECASE | re.DOTALL), 12),
)  # fmt: skip


def planned(finding: Finding, context: Context) -> Finding:
    """Without warnings of what a change costs while the tables are in use, when the system is only planned."""
    fix = finding.fix
    if (
        fix is None
        or not fix.note
        or not _LIVE.search(fix.note)
        or answer_at(context.intake, "system.stage") != "planned"
    ):
        return finding
    left = " ".join(part for part in _SENTENCE.split(fix.note) if not _LIVE.search(part)).rstrip(";").strip()
    note = f"{left} Nothing runs yet, so the change costs nothing.".strip()
    because = tuple(dict.fromkeys((*finding.because, Because("system.stage", ""))))
    return replace(finding, fix=replace(fix, note=note), because=because)


def needed_version(sql: str) -> int | None:
    """The major version of PostgreSQL that first had what the SQL uses; None when any version in use has it."""
    return next((version for pattern, version in _SINCE if pattern.search(sql)), None)


def too_new(finding: Finding, context: Context) -> int | None:
    """The version that the fix needs, when the design is for an older one."""
    needed = needed_version(finding.fix.sql) if finding.fix else None
    if needed is None:
        return None
    said = context.postgres_version if answer_at(context.intake, "engines") else None
    return needed if said is not None and said < needed else None
