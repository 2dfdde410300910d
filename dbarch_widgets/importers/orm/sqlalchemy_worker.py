"""Collects the DDL of SQLAlchemy metadata; a process of its own: `python -m … ANSWER MODULE ATTRIBUTE DIALECT`."""

from __future__ import annotations

import json
import sys
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import Any

_ADDRESSES = {"postgres": "postgresql+psycopg://", "sqlite": "sqlite://", "mysql": "mysql+pymysql://"}


def main(answer: str, module: str, attribute: str, dialect: str) -> None:
    """Write the answer: statements, or the error in one line."""
    try:
        told = collected(module, attribute, dialect)
    # Whatever a module does while it is imported, the answer is one line and never a traceback.
    except BaseException as error:  # noqa: BLE001
        told = {"error": f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"}
    Path(answer).write_text(json.dumps(told))


def collected(module: str, attribute: str, dialect: str) -> dict[str, Any]:
    """The statements that create all tables of the metadata, in SQLAlchemy's order."""
    from sqlalchemy import MetaData, create_mock_engine
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.schema import CreateIndex, CreateTable

    if dialect not in _ADDRESSES:
        return {"error": f"SQLAlchemy's DDL for {dialect} is not read", "to_do": f"one of: {', '.join(_ADDRESSES)}"}
    base = reduce(getattr, attribute.split("."), import_module(module))
    metadata = base if isinstance(base, MetaData) else base.metadata
    statements: list[str] = []

    def keep(sql: Any, *_: Any, **__: Any) -> None:
        statements.append(str(sql.compile(dialect=engine.dialect)))

    engine: Any = create_mock_engine(_ADDRESSES[dialect], keep)
    spaces = sorted({table.schema for table in metadata.tables.values() if table.schema})
    heads = [f'CREATE SCHEMA "{name}"' for name in spaces] if dialect == "postgres" else []
    notes = []
    try:
        metadata.create_all(engine, checkfirst=False)
    except (SQLAlchemyError, AttributeError) as error:
        # One type that this database does not have must not cost all the other tables.
        statements.clear()
        notes.append(f"all at once failed ({' '.join(str(error).split())[:200]}); table by table then")
        for table in metadata.tables.values():
            try:
                made = [str(CreateTable(table).compile(dialect=engine.dialect))]
                made += [str(CreateIndex(index).compile(dialect=engine.dialect)) for index in table.indexes]
            except (SQLAlchemyError, AttributeError) as refused:
                notes.append(f"table {table.fullname} is left out: {' '.join(str(refused).split())[:200]}")
            else:
                statements += made
    notes.append("views, triggers and functions made outside the models are not in them")
    return {"dialect": dialect, "statements": heads + statements, "notes": notes}


if __name__ == "__main__":
    main(*sys.argv[1:5])
