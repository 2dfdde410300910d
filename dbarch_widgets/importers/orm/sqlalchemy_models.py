"""SQLAlchemy models → Schema, by the DDL that SQLAlchemy itself would send."""

from __future__ import annotations

from pathlib import Path

from dbarch_widgets.importers.orm.collect import collect
from dbarch_widgets.model.schema import Schema


def read_models(name: str, dialect: str | None = None, *, folder: Path | None = None) -> Schema:
    """The schema of `module:Base`; `Base` may be a declarative base, a MetaData, or anything with `.metadata`.

    Args:
        name: module and attribute, as `package.models:Base`.
        dialect: postgres (by itself), sqlite or mysql: whose DDL is written.
        folder: where the module is looked for first; the current folder by itself.

    Raises:
        InputError: the module cannot be imported, or has no such attribute; the message says why.
    """
    module, _, attribute = name.partition(":")
    arguments = [module, attribute, dialect or "postgres"]
    return collect("sqlalchemy_worker", arguments, folder=(folder or Path.cwd()), shown=name)
