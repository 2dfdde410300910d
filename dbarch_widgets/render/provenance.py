"""What was reviewed, so that a reader can tell whether it is the schema that lies before them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from dbarch_widgets.model.schema import Schema
from dbarch_widgets.render.schema_json import schema_json


def schema_hash(schema: Schema) -> str:
    """SHA-256, in hexadecimal, of what the schema says: the same wherever its text lies and however it is laid out."""
    text = json.dumps(_without_places(schema_json(schema)), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def reviewed(schema: Schema) -> dict[str, Any]:
    """Dialect, number of tables, the files with their lines, and the hash."""
    files = [{"file": file, "lines": lines} for file, lines in schema.report.files]
    return {"dialect": schema.dialect, "tables": len(schema.tables), "files": files, "sha256": schema_hash(schema)}


def _without_places(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {name: _without_places(value) for name, value in thing.items() if name not in ("file", "line", "report")}
    return [_without_places(each) for each in thing] if isinstance(thing, list) else thing
