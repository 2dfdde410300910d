"""A Diff as the JSON of `dbarch diff --json`: a promise to users, so fields are added and never changed."""

from __future__ import annotations

from typing import Any

from dbarch_widgets.model.change import Change
from dbarch_widgets.model.diff import Diff

Json = dict[str, Any]


def diff_json(diff: Diff) -> Json:
    """The changes in their order, counts by kind, and the tables that were renamed."""
    return {
        "dialects": {"old": diff.old.dialect, "new": diff.new.dialect},
        "changes": [_change(change) for change in diff.changes],
        "renamed_tables": [
            {"from": {"schema": old.schema, "name": old.name}, "to": {"schema": new.schema, "name": new.name}}
            for old, new in diff.renamed
        ],
        "summary": diff.counts(),
        "notes": list(diff.notes),
    }


def _change(change: Change) -> Json:
    return {
        "kind": change.kind,
        "object": change.object,
        "schema": change.table.schema if change.table else None,
        "table": change.table.name if change.table else None,
        "name": change.name,
        "before": change.before,
        "after": change.after,
        "fields": list(change.fields),
        "note": change.note,
    }
