"""A baseline: the findings of a day from which only new ones count, kept as JSON by their stable keys."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.files import read_text, write_text
from dbarch_widgets.importers.files import shown
from dbarch_widgets.model.accepting import Baseline, Known
from dbarch_widgets.model.finding import SEVERITIES, Finding
from dbarch_widgets.model.schema import Schema

VERSION = 1
_OWN_SHARE = 0.5  # of a baseline's tables, below which it is taken for one of another schema


def baseline_of(findings: Iterable[Finding], schema: Schema, file: str | None = None) -> Baseline:
    """What is there now."""
    known = {each.key: Known(each.key, each.rule, each.severity, each.place, each.members) for each in findings}
    return Baseline(tuple(known[key] for key in sorted(known)), tables_of(schema), file)


def tables_of(schema: Schema) -> tuple[str, ...]:
    return tuple(sorted(str(table.qname) for table in schema.base_tables))


def load_baseline(path: str | Path, schema: Schema) -> Baseline:
    """The baseline of a file.

    Raises:
        SourceError: the file cannot be read.
        InputError: it is no baseline, or the baseline of another schema.
    """
    file = Path(path)
    where = shown(file)
    text = read_text(file)
    try:
        said: Any = json.loads(text)
    except ValueError as error:
        raise InputError(f"is no JSON: {error}", where=where) from error
    baseline = _read(said, where)
    own = set(tables_of(schema))
    kept = [name for name in baseline.tables if name in own]
    if baseline.tables and own and len(kept) < _OWN_SHARE * len(baseline.tables):
        gone = [name for name in baseline.tables if name not in own]
        raise InputError(
            f"is the baseline of another schema: {len(kept)} of its {len(baseline.tables)} tables are in this one "
            f"({', '.join(gone[:3])} {'is' if len(gone) == 1 else 'are'} not)",
            where=where,
            to_do="name the right file, or begin again with --write-baseline",
        )
    return baseline


def _read(said: Any, where: str) -> Baseline:
    if not isinstance(said, dict) or "dbarch_baseline" not in said:
        raise InputError("is no baseline", where=where, to_do="--write-baseline writes one")
    if said["dbarch_baseline"] != VERSION:
        raise InputError(f"is a baseline of version {said['dbarch_baseline']}, not {VERSION}", where=where)
    try:
        found = tuple(
            Known(e["key"], e["rule"], e["severity"], e["place"], tuple(map(str, e.get("members", ()))))
            for e in said["findings"]
        )
        tables = tuple(str(name) for name in said["tables"])
    except (KeyError, TypeError) as error:
        raise InputError(f"a finding of it misses {error}", where=where, to_do="write it again") from error
    if bad := next((each.severity for each in found if each.severity not in SEVERITIES), None):
        raise InputError(f"{bad!r} is no severity", where=where, to_do="write it again")
    return Baseline(found, tables, where)


def save_baseline(path: str | Path, baseline: Baseline) -> None:
    """Writes it whole or not at all; the same findings give the same text.

    Raises:
        SourceError: the file cannot be written.
    """
    said = {
        "dbarch_baseline": VERSION,
        "tables": list(baseline.tables),
        "findings": [
            {"key": each.key, "rule": each.rule, "severity": each.severity, "place": each.place}
            | ({"members": list(each.members)} if each.members else {})
            for each in sorted(baseline.findings, key=lambda each: (each.rule, each.place, each.key))
        ],
    }
    write_text(Path(path), json.dumps(said, indent=1, ensure_ascii=False) + "\n")
