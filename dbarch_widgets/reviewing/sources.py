"""Reads a schema from whatever a person has at hand: text, a file, a folder, standard input, models, or a database."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from dbarch_widgets.errors import InputError, SourceError
from dbarch_widgets.importers.base import LiveDatabase
from dbarch_widgets.importers.files import MOST_BYTES, database_kind, decode, read_text, shown
from dbarch_widgets.importers.folders import Texts, read_path
from dbarch_widgets.importers.guess import guess_dialect
from dbarch_widgets.importers.registry import ALIASES, DIALECTS, LIVE, live_reader, reader
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.sql.ignore_comments import ignore_comments

__all__ = [
    "DIALECTS",
    "MOST_BYTES",
    "decode",
    "is_folder",
    "is_text",
    "read_schema",
    "read_source",
    "read_text",
    "read_texts",
]

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_MODELS = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*\Z")
_TEXT = re.compile(r"[\n;]|^\s*(?:CREATE|ALTER|DROP|COMMENT\s+ON|GRANT)\s", re.IGNORECASE)
_D1 = (".wrangler/state/v3/d1/miniflare-D1DatabaseObject", "miniflare-D1DatabaseObject", "")


def read_schema(source: str | Path, dialect: str | None = None) -> Schema:
    """The Schema of a source, with its ImportReport in `.report`.

    Args:
        source: a file of SQL (also packed with gzip), a folder (a review folder, a project with migrations, or any
            folder of `.sql` files), `-` for standard input, the DDL text itself, a `.dbml` file, `module:Base` of
            SQLAlchemy models, a Django project (the folder of `manage.py`), a SQLite or DuckDB file, or the address
            of a database (`postgresql://…`, `mysql://…`, `sqlite:///path`, `duckdb:///path`).
        dialect: the SQL dialect, one of `DIALECTS`; guessed when left out.

    Raises:
        SourceError: the source cannot be read, is not text, or is too large.
        InputError: the source is empty, or nothing of it was understood.
    """
    return read_source(source, dialect).schema


def read_source(source: str | Path, dialect: str | None = None) -> LiveDatabase:
    """As `read_schema`, with the profile and the workload that a live database keeps; None for any other source."""
    dialect = dialect and _known(dialect)
    text = str(source)
    if address := _ADDRESS.match(text):
        return _live(address[1].lower(), text)
    if is_text(source):
        return LiveDatabase(read_texts([(text, None)], dialect))
    if text == "-":
        piped = decode(sys.stdin.buffer.read(MOST_BYTES + 1), "standard input")
        return LiveDatabase(read_texts([(piped, "standard input")], dialect))
    path = _path(text)
    if found := _database_file(path):
        kind, file = found
        return live_reader(kind)(str(file))
    if models := _models(text, path, dialect):
        return LiveDatabase(models)
    texts = read_path(path)
    schema = _read(texts, dialect)
    return LiveDatabase(schema)


def is_text(source: str | Path) -> bool:
    """Whether the source is DDL itself, not the place where some is."""
    return isinstance(source, str) and not _ADDRESS.match(source) and _TEXT.search(source) is not None


def is_folder(source: str | Path) -> bool:
    """Whether the source is a folder, not text or an address."""
    return not (is_text(source) or _ADDRESS.match(str(source))) and _path(str(source)).is_dir()


def read_texts(texts: Iterable[tuple[str, str | None]], dialect: str | None = None) -> Schema:
    """The Schema of DDL texts applied one after the other; each comes with the name of its file or None.

    Raises:
        InputError: there is no statement in them, or none was understood.
    """
    texts = tuple(texts)
    return _read(Texts(texts, names=tuple(file or "" for _, file in texts)), dialect and _known(dialect))


def _read(texts: Texts, dialect: str | None) -> Schema:
    # Guessing reads a good part of the text: it is left out where nobody needs it.
    read_as = dialect or guess_dialect((text for text, _ in texts.texts), texts.names)
    reading = reader(read_as)
    for text, file in texts.texts:
        reading.read(text, file)
    schema = reading.schema()
    report = schema.report
    names = ", ".join(file for _, file in texts.texts[:3] if file) or "the text"
    if len(texts.texts) > 3:
        names += f" and {len(texts.texts) - 3} more"
    if report.statements == 0:
        raise InputError("there is no statement in it", where=names, to_do="give a file with CREATE TABLE statements")
    if not report.understood and not report.partly:
        bad = [problem for problem in report.problems if problem.effect == "not_understood"]
        why = f"; line {bad[0].line}: {bad[0].reason}" if bad else ": they change no structure"
        guessed = guess_dialect((text for text, _ in texts.texts), texts.names)
        hint = f"it was read as {read_as}; --dialect names another: {', '.join(DIALECTS)}"
        if guessed != read_as:
            hint = f"it was read as {read_as} but looks like {guessed}"
        raise InputError(f"none of the {report.statements} statements was understood{why}", where=names, to_do=hint)
    ignores = tuple(each for text, file in texts.texts for each in ignore_comments(text, read_as, file))
    files = tuple((file, text.count("\n") + (not text.endswith("\n"))) for text, file in texts.texts if file)
    service = "d1" if texts.is_d1 and read_as == "sqlite" else ""
    report = replace(report, notes=(*report.notes, *texts.notes), files=files, service=service)
    return replace(schema, report=report, ignores=ignores)


def _path(text: str) -> Path:
    """The path of that name, which need not exist.

    Raises:
        SourceError: nothing can be called so.
    """
    try:
        path = Path(text).expanduser()
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return path  # whoever reads it says so
    except (OSError, ValueError, RuntimeError) as error:  # too long, a NUL in it, the home of nobody
        reason = getattr(error, "strerror", None) or str(error)
        shown_text = text if len(text) <= 60 else text[:60] + "…"
        advice = "give a file, a folder, an address, or DDL text with its semicolons"
        raise SourceError(f"{shown_text!r} cannot be the name of a file: {reason}", to_do=advice) from None
    return path


def _known(dialect: str) -> str:
    name = ALIASES.get(dialect.lower(), dialect.lower())
    if name not in DIALECTS:
        raise InputError(f"the dialect {dialect!r} is not read", to_do=f"one of: {', '.join(DIALECTS)}")
    return name


def _live(scheme: str, address: str) -> LiveDatabase:
    scheme = scheme.partition("+")[0]  # SQLAlchemy writes postgresql+psycopg://
    if scheme not in LIVE:
        known = ", ".join(f"{each}://…" for each in dict.fromkeys(LIVE))
        raise InputError(f"addresses that begin with {scheme}:// are not read", to_do=f"one of: {known}")
    return live_reader(scheme)(scheme + "://" + address.partition("://")[2])


def _database_file(path: Path) -> tuple[str, Path] | None:
    """The kind and the path of a database file: the file itself, or the one that D1 keeps below a project."""
    if kind := database_kind(path):
        return kind, path
    if not path.is_dir():
        return None
    for place in _D1:
        folder = path / place
        if not folder.is_dir() or (not place and path.name != "miniflare-D1DatabaseObject"):
            continue
        files = [each for each in sorted(folder.glob("*.sqlite")) if each.name != "metadata.sqlite"]
        if len(files) > 1:
            listed = ", ".join(each.name for each in files[:4])
            raise InputError(f"there are {len(files)} D1 databases", where=shown(folder), to_do=f"name one: {listed}")
        # A project may have both; its migrations are the design, and are what a person who names the folder means.
        if files and not any((path / each).is_dir() for each in ("migrations", "drizzle", "prisma/migrations")):
            return "sqlite", files[0]
    return None


def _models(text: str, path: Path, dialect: str | None) -> Schema | None:
    if path.suffix.lower() == ".dbml":
        from dbarch_widgets.importers.dbml import read_dbml

        return read_dbml(read_text(path), shown(path))
    manage = path / "manage.py" if path.is_dir() else path
    if manage.name == "manage.py" and manage.is_file():
        from dbarch_widgets.importers.orm.django_models import read_django

        return read_django(manage.parent)
    if _MODELS.match(text) and not path.exists():
        from dbarch_widgets.importers.orm.sqlalchemy_models import read_models

        return read_models(text, dialect)
    if path.suffix.lower() == ".py" and path.is_file():
        advice = "give SQLAlchemy models as module:Base, a Django project as the folder of its manage.py"
        raise SourceError("is a Python file", where=shown(path), to_do=advice)
    return None
