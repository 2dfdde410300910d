"""A folder of SQL files in the order in which they are meant to be applied.

Known are the folders of Rails (`db/structure.sql`), Flyway, Supabase, Prisma, Drizzle, D1, golang-migrate, dbmate, goose
and sqitch; any other is read in the order of the numbers and names of its files. What undoes a migration is left out
and said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from dbarch_widgets.errors import SourceError
from dbarch_widgets.importers.d1_project import d1_project
from dbarch_widgets.importers.files import is_sql, read_text, shown

# Where a project keeps its SQL, looked for in this order below the folder that was given.
# Holds the queries of a review folder, not its tables.
_WORKLOAD = "workload.sql"
_PLACES = (
    "schema.sql",
    "structure.sql",
    "db/structure.sql",
    "supabase/migrations",
    "prisma/migrations",
    "db/migrations",
    "db/migration",
    "src/main/resources/db/migration",
    "migrations",
    "drizzle",
    "deploy",
)
_UNDOES = re.compile(
    r"(?:[._-](?:down|undo|rollback|revert)\.sql$)|(?:^U\d[\d._]*__)|(?:^(?:down|revert)\.sql$)", re.IGNORECASE
)
_UNDOING_FOLDERS = frozenset({"revert", "verify", "down", "rollback"})
_SEED = re.compile(r"^(?:seeds?|sample_?data|test_?data)\.sql$", re.IGNORECASE)
_FLYWAY = re.compile(r"^(?P<kind>[VBR])(?P<version>[\d._]*)__", re.IGNORECASE)
_LEADING = re.compile(r"^\d+")
_DOWN = re.compile(
    r"^\s*--\s*(?:migrate:down|\+goose\s+down|down\s+migration|\+migrate\s+down|@down)\b.*$",
    re.IGNORECASE | re.MULTILINE,
)
_UP = re.compile(
    r"^\s*--\s*(?:migrate:up|\+goose\s+up|up\s+migration|\+migrate\s+up|@up)\b.*$", re.IGNORECASE | re.MULTILINE
)
# What a folder without SQL may hold instead, and how it becomes SQL.
_INSTEAD = {
    "schema.rb": "set config.active_record.schema_format = :sql and dump db/structure.sql",
    "schema.prisma": "prisma migrate diff --from-empty --to-schema-datamodel schema.prisma --script > schema.sql",
    "intake.yaml": "the answers alone are no design: write its first tables into schema.sql",
}
_MOST_FILES = 5_000


@dataclass(frozen=True)
class Texts:
    """Texts of SQL in their order, each with the name of its file, and what was left out, in sentences.

    `names` tell what database they are for; `is_d1`: the project says that it is Cloudflare D1, if it is SQLite at all.
    """

    texts: tuple[tuple[str, str | None], ...]
    notes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    is_d1: bool = False


def read_path(path: Path) -> Texts:
    """The SQL of a file or a folder.

    Raises:
        SourceError: there is none, or it cannot be read.
    """
    if not path.is_dir():
        if advice := _INSTEAD.get(path.name):
            raise SourceError("is not SQL", where=shown(path), to_do=advice)
        return _read([path], [])
    for place in _PLACES:
        found = path / place
        if found.is_file():
            return _read([found], _beside(found))
        if found.is_dir() and any(is_sql(each) for each in found.rglob("*")) and not _has_sql(path):
            return read_folder(found)
    return read_folder(path)


def read_folder(folder: Path) -> Texts:
    """Every SQL file of the folder, and of the folders in it, in the order in which they are applied."""
    files = [child for child in folder.iterdir() if child.is_file() and is_sql(child)]
    if {child.name for child in files} == {_WORKLOAD}:
        # Of a review, beside its migrations; alone it is all there is.
        files = [path for path in folder.rglob("*") if path.is_file() and is_sql(path)]
        files = [path for path in files if path != folder / _WORKLOAD] or files
    elif not files or any((child / "migration.sql").is_file() for child in folder.iterdir() if child.is_dir()):
        files = [path for path in folder.rglob("*") if path.is_file() and is_sql(path)]
    if not files:
        raise SourceError("there is no .sql file in the folder", where=shown(folder), to_do=_advice(folder))
    if len(files) > _MOST_FILES:
        raise SourceError(
            f"holds {len(files):,} .sql files", where=shown(folder), to_do="name the folder of the schema"
        )
    left_out = [path for path in files if undoes(path.relative_to(folder))]
    seeds = [path for path in files if _SEED.match(path.name) and len(files) > 1]
    kept = sorted(set(files) - set(left_out) - set(seeds), key=lambda path: order(path.relative_to(folder)))
    notes = [f"{shown(path)}: left out, it undoes a migration" for path in sorted(left_out)]
    notes += [f"{shown(path)}: left out, it holds sample rows" for path in sorted(seeds)]
    return _read(kept or sorted(left_out), notes if kept else [])


def undoes(path: Path) -> bool:
    """Whether the file takes a migration back: Flyway's `U2__x.sql`, `x.down.sql`, a file below `revert/`."""
    return bool(_UNDOES.search(path.name)) or any(part.lower() in _UNDOING_FOLDERS for part in path.parts[:-1])


def order(path: Path) -> tuple[object, ...]:
    """The place of a file among its neighbours: versions as numbers, Flyway's repeatable ones last."""
    keys: list[object] = []
    for part in path.parts:
        flyway = _FLYWAY.match(part)
        if flyway:
            repeatable = flyway["kind"].upper() == "R"
            version = tuple(int(number) for number in re.findall(r"\d+", flyway["version"]))
            keys.append((1 if repeatable else 0, version, part))
        elif number := _LEADING.match(part):
            keys.append((0, (int(number.group()),), part))
        else:
            keys.append((0, (), part))
    return tuple(keys)


def _read(paths: list[Path], notes: list[str]) -> Texts:
    texts: list[tuple[str, str | None]] = []
    for path in paths:
        text, undone = without_down(read_text(path))
        if undone:
            notes = [*notes, f"{shown(path)}: its part that undoes the migration was left out"]
        texts.append((text, shown(path)))
    names = [f"{path.parent.name}/{path.name}" for path in paths]
    project = d1_project(paths)
    if project and project.migrates:
        names.append("d1")
    if project is None:
        return Texts(tuple(texts), tuple(notes), tuple(names))
    return Texts(tuple(texts), (*notes, project.note), tuple(names), project.is_d1)


def without_down(text: str) -> tuple[str, bool]:
    """The text with the part that undoes it made blank, so that lines keep their numbers; and whether there was one."""
    found = False
    at = 0
    while down := _DOWN.search(text, at):
        up = _UP.search(text, down.end())
        end = up.start() if up else len(text)
        blank = "\n" * text.count("\n", down.start(), end)
        text, at, found = text[: down.start()] + blank + text[end:], down.start() + len(blank), True
    return text, found


def _advice(folder: Path) -> str | None:
    """What to do with a folder that holds no SQL; None where nothing in it tells."""
    places = (folder, folder / "db", folder / "prisma")
    return next((advice for name, advice in _INSTEAD.items() for at in places if (at / name).is_file()), None)


def _has_sql(folder: Path) -> bool:
    return any(child.is_file() and is_sql(child) and child.name != _WORKLOAD for child in folder.iterdir())


def _beside(path: Path) -> list[str]:
    """A schema file is the whole; that there is more SQL around it is said, but for what a review folder holds."""
    if path.name != "structure.sql":
        return []
    others = [child for child in path.parent.iterdir() if child != path and is_sql(child)]
    return [f"{shown(other)}: left out, {path.name} is the whole schema" for other in sorted(others)]
