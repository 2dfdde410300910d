"""Whether SQL belongs to a database of Cloudflare D1: what the `wrangler` file of its project says.

Source: Cloudflare documentation, Wrangler configuration: `d1_databases`, also below `env.NAME`, each with the folder of its
migrations, `migrations_dir` (`migrations` where it is not given), from the file's own folder on.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbarch_widgets.errors import SourceError
from dbarch_widgets.importers.files import read_text, shown

_FILES = ("wrangler.jsonc", "wrangler.json", "wrangler.toml")
# Prisma's `prisma/migrations/0001_init/migration.sql` is the deepest place below a project.
_FOLDERS_UP = 4
_LONGEST_NAME = 60
_JSONC = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_LAST_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)


@dataclass(frozen=True)
class D1Project:
    """What the file says of the SQL that was read: `note` in a sentence; `is_d1`: it is D1's; `migrates`: by its migrations."""

    note: str
    is_d1: bool = False
    migrates: bool = False


def d1_project(paths: Sequence[Path]) -> D1Project | None:
    """What the nearest wrangler file says of these files of SQL; None where there is none, or it does not speak of them."""
    config = _nearest(paths[0]) if paths else None
    if config is None:
        return None
    try:
        databases = list(_databases(_parsed(config)))
    except (SourceError, ValueError, RecursionError) as error:
        reason = " ".join(str(getattr(error, "what", error)).split())
        return D1Project(f"{shown(config)}: whether it names a D1 database is not known, it cannot be read: {reason}")
    folder = config.parent.resolve()
    files = [path.resolve() for path in paths]
    for database in databases:
        migrations = (folder / _word(database.get("migrations_dir"), "migrations")).resolve()
        migrates = any(file.is_relative_to(migrations) for file in files) and migrations != folder
        if migrates or any(file.parent == folder for file in files):
            name = _word(database.get("database_name"), _word(database.get("binding"), "without a name"))
            said = f"{shown(config)}: names the D1 database {name}: SQLite is judged as D1 here unless the answers name other engines"
            return D1Project(said, True, migrates)
    return None


def _nearest(path: Path) -> Path | None:
    for folder in list(path.absolute().parents)[:_FOLDERS_UP]:
        for name in _FILES:
            try:
                if (folder / name).is_file():
                    return folder / name
            except OSError:  # a folder above that this user may not look into
                return None
    return None


def _parsed(config: Path) -> Any:
    text = read_text(config)
    if config.suffix == ".toml":
        return tomllib.loads(text)
    text = _JSONC.sub(lambda match: match[1] or " ", text)
    return json.loads(_LAST_COMMA.sub(lambda match: match[1] or "", text))


def _databases(config: Any) -> Iterator[dict[str, Any]]:
    """The entries of `d1_databases`, those of the environments after the others."""
    if not isinstance(config, dict):
        return
    environments = config.get("env")
    places = [config, *(environments.values() if isinstance(environments, dict) else ())]
    for place in places:
        entries = place.get("d1_databases") if isinstance(place, dict) else None
        yield from (entry for entry in entries if isinstance(entry, dict)) if isinstance(entries, list) else ()


def _word(value: Any, otherwise: str) -> str:
    """A text of the file on one line and not long; `otherwise` where it is none."""
    text = " ".join(value.split())[:_LONGEST_NAME] if isinstance(value, str) else ""
    return text.replace("\0", "") or otherwise
