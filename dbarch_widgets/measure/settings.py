"""Settings of an engine as a variant: PostgreSQL's parameters, DuckDB's settings, SQLite's pragmas."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import InputError
from dbarch_widgets.sql.names import quote, text_literal

_NAME = re.compile(r"[A-Za-z_][\w.]*")


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
        plain = re.fullmatch(r"-?\w+", value)
        engine.execute(f"PRAGMA {name} = {value if plain else text_literal(value)}")
    else:
        raise InputError(
            f"{engine.name} has no settings to compare", to_do="compare them on postgres, duckdb or sqlite"
        )
