"""Settings of an engine as a variant: PostgreSQL's parameters, DuckDB's settings, SQLite's journal."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import InputError
from dbarch_widgets.sql.names import quote, text_literal

# What an engine is told when it is opened, and cannot be changed later.
AT_OPENING: Mapping[str, tuple[str, ...]] = {"sqlite": ("journal",)}
_NAME = re.compile(r"[A-Za-z_][\w.]*")


def opening(engine: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Those of the settings that an engine is told when it is opened."""
    return {name: value for name, value in settings.items() if name in AT_OPENING.get(engine, ())}


def apply_settings(engine: Engine, settings: Mapping[str, str]) -> None:
    """Change the settings, for further sessions, too.

    Raises:
        InputError: the engine has no settings, or a name is none.
        EngineError: the engine does not know it or refuses the value.
    """
    for name, value in settings.items():
        if not _NAME.fullmatch(name):
            raise InputError(f"{name!r} is no name of a setting")
        _apply(engine, name, str(value))


def _apply(engine: Engine, name: str, value: str) -> None:
    if isinstance(engine, DuckDBEngine):
        engine.configure(name, int(value) if value.isdigit() else value)
    elif engine.name == "postgres":
        database = quote(str(engine.execute("SELECT current_database()").rows[0][0]))
        engine.execute(f"SELECT set_config({text_literal(name)}, {text_literal(value)}, false)")
        engine.execute(f"ALTER DATABASE {database} SET {name} = {text_literal(value)}")
    elif engine.name == "sqlite":
        if name not in AT_OPENING["sqlite"]:
            raise InputError(f"the setting {name!r} of sqlite cannot be compared", to_do="journal can: wal or delete")
    else:
        raise InputError(
            f"{engine.name} has no settings to compare", to_do="compare them on postgres, duckdb or sqlite"
        )
