"""A Django project → Schema, by the SQL that its schema editor collects, without a connection."""

from __future__ import annotations

import os
import re
from pathlib import Path

from dbarch_widgets.errors import InputError
from dbarch_widgets.importers.files import shown
from dbarch_widgets.importers.orm.collect import collect
from dbarch_widgets.model.schema import Schema

_SETTINGS = re.compile(r"DJANGO_SETTINGS_MODULE['\"]\s*,\s*['\"]([\w.]+)['\"]")


def read_django(folder: Path) -> Schema:
    """The schema of the models of a project; `folder` holds its `manage.py`.

    The database is the one of the setting `DATABASES["default"]`; nothing connects to it.

    Raises:
        InputError: the settings are not named, Django is not installed, or the models cannot be loaded.
    """
    manage = folder / "manage.py"
    found = _SETTINGS.search(manage.read_text(errors="replace"))
    settings = os.environ.get("DJANGO_SETTINGS_MODULE") or (found and found[1])
    if not settings:
        raise InputError("names no settings module", where=shown(manage), to_do="set DJANGO_SETTINGS_MODULE")
    return collect("django_worker", [settings], folder=folder.resolve(), shown=shown(folder))
