"""Collects the DDL of a Django project; a process of its own: `python -m … ANSWER SETTINGS`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

_DIALECTS = {"postgresql": "postgres", "sqlite": "sqlite", "mysql": "mysql", "oracle": "oracle"}
# What the schema editor asks the server's version for; the newest grammar is written.
_POSTGRES_VERSION = 180000


def main(answer: str, settings: str) -> None:
    """Write the answer: statements, or the error in one line without the secrets of the settings."""
    try:
        told = collected(settings)
    except ModuleNotFoundError as error:
        told = {"error": f"{error}"}
        if (error.name or "").partition(".")[0] == "django":
            told["to_do"] = "pip install django, and what the project needs, beside dbarch"
    # Whatever a project does while it is loaded, the answer is one line and never a traceback.
    except BaseException as error:  # noqa: BLE001
        told = {"error": _without_secrets(f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")}
    Path(answer).write_text(json.dumps(told))


def collected(settings: str) -> dict[str, Any]:
    """The statements that create the tables of all managed models."""
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    import django

    django.setup()  # type: ignore[no-untyped-call]
    from django.apps import apps
    from django.db import connection

    vendor = connection.vendor
    if vendor == "postgresql":
        _stay_offline(connection)
    models = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    unmanaged = sum(not model._meta.managed for model in apps.get_models())
    notes = ["SQL that only migrations run (RunSQL, RunPython) is not in the models"]
    if unmanaged:
        notes.append(f"{unmanaged} models with managed = False are left out: Django does not make their tables")
    if vendor == "sqlite":
        # The editor refuses to work while SQLite checks foreign keys; there is no database behind this connection.
        connection.settings_dict["NAME"] = ":memory:"
        connection.disable_constraint_checking()
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        for model in models:
            editor.create_model(model)
    statements = [each for each in editor.collected_sql if not each.startswith("--")]
    return {"dialect": _DIALECTS.get(vendor, "postgres"), "statements": statements, "notes": notes}


def _stay_offline(connection: Any) -> None:
    """PostgreSQL's driver quotes values by a connection; without one psycopg's own quoting serves."""
    from psycopg import sql

    def literal(value: Any) -> str:
        return sql.Literal(value).as_string(None)

    def composed(query: str, params: Any) -> str:
        return query % tuple(map(literal, params)) if params else query

    connection.__dict__["pg_version"] = _POSTGRES_VERSION
    connection.ops.compose_sql = composed
    connection.SchemaEditorClass.quote_value = lambda _self, value: literal(value)


def _without_secrets(text: str) -> str:
    try:
        from django.conf import settings

        secrets = [settings.SECRET_KEY, *(each.get("PASSWORD") for each in settings.DATABASES.values())]
    except Exception:  # noqa: BLE001 - settings that do not load hold no secret that the message could show
        return text
    for secret in secrets:
        if secret:
            text = text.replace(str(secret), "…")
    return text


if __name__ == "__main__":
    main(*sys.argv[1:3])
