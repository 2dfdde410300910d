"""A Profile as YAML that people edit: rows per table, one line per column, the reason for it as a comment.

    tables:
      orders:
        rows: 10000
        columns:
          id: {generator: serial, start: 1}  # a key
          note: {generator: sentence, words: 4, nulls: 0.5}  # by its name, like description

A column that is not listed is filled by its type, name and constraints. A table's key is its name, with the schema before
it unless that is `public`; a name with a dot or a quote in it stands in double quotes as in SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.files import read_text, write_text
from dbarch_widgets.intake.checked_yaml import Keys, bad_yaml, checked, compose, unknown_key, wrong
from dbarch_widgets.model.profile import ColumnProfile, Profile, TableProfile
from dbarch_widgets.model.schema import QName
from dbarch_widgets.synth.settings import SETTINGS, allowed, fault

if TYPE_CHECKING:
    from dbarch_widgets.synth.profile_shape import ColumnShape

HEAD = """\
# How many rows each table gets and how each column is filled; dbarch generate --profile uses it.
# nulls is the share of nulls (left out: none). A column that is not listed is filled by its type, name and constraints.
"""
_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PART = r'(?:"(?:[^"]|"")*"|[^".]+)'
_NAME = re.compile(rf"(?:(?P<schema>{_PART})\.)?(?P<name>{_PART})")

# ---------------------------------------------------------------- reading


def read_profile(source: str | Path) -> Profile:
    """The Profile in a file, given by its path or as the YAML text itself (a `str` with a line break is text).

    Raises:
        SourceError: the file cannot be read.
        InputError: it is not YAML, a key or generator is not known, or a value is of the wrong kind; the message carries
            the path of the key, its line and what is allowed.
    """
    if isinstance(source, str) and "\n" in source:
        return _parse(source, "the profile")
    return _parse(read_text(Path(source)), str(source))


def _parse(text: str, name: str) -> Profile:
    from dbarch_widgets.synth.profile_shape import FileShape, known_below

    node = compose(text, name)
    data = _values(node, name)
    if not isinstance(data, dict) or "tables" not in data:
        raise InputError("a profile is a mapping with `tables:`", where=name, to_do="dbarch profile SOURCE writes one")
    shape = checked(FileShape, data, node, name, known_below)
    comments = _comments(text, node)
    tables = []
    for key, table in shape.tables.items():
        path: Keys = ("tables", key)
        columns = tuple(
            _column(column, each, (*path, "columns", column), node, name, comments.get((key, column), ""))
            for column, each in table.columns.items()
        )
        tables.append(
            TableProfile(_table_name(key, path, node, name), table.rows, columns, table.bytes, tuple(table.notes))
        )
    return Profile(tuple(tables), tuple(shape.notes))


def _column(column: str, shape: ColumnShape, path: Keys, node: Any, name: str, why: str) -> ColumnProfile:
    if shape.generator and shape.generator not in SETTINGS:
        raise _unknown_generator(shape.generator, (*path, "generator"), node, name)
    settings = {key: _frozen(value) for key, value in (shape.model_extra or {}).items()}
    for key, value in settings.items():
        if key not in allowed(shape.generator):
            raise unknown_key((*path, key), node, name, [*type(shape).model_fields, *allowed(shape.generator)])
        if words := fault(shape.generator, key, value):
            raise wrong((*path, key), words, node, name)
    values, weights = settings.get("values"), settings.get("weights")
    if values is not None and weights is not None and len(values) != len(weights):
        raise wrong((*path, "weights"), f"has {len(weights)} numbers for {len(values)} values", node, name)
    return ColumnProfile(
        column, shape.generator, tuple(settings.items()), shape.nulls, why, shape.distinct, tuple(shape.frequencies)
    )


def _unknown_generator(generator: str, path: Keys, node: Any, name: str) -> InputError:
    """The generator is not known; those that are."""
    close = get_close_matches(generator, SETTINGS, n=1, cutoff=0.6)
    to_do = f"did you mean {close[0]}?" if close else f"known here: {', '.join(sorted(SETTINGS))}"
    return wrong(path, f"names no generator: {generator!r}", node, name, to_do)


def _table_name(key: str, path: Keys, node: Any, name: str) -> QName:
    match = _NAME.fullmatch(key)
    if match is None:
        raise wrong(path, "is not the name of a table", node, name, 'write schema.table, or "a.b"."c" with quotes')
    return QName("public" if match["schema"] is None else _unquoted(match["schema"]), _unquoted(match["name"]))


def _unquoted(part: str) -> str:
    return part[1:-1].replace('""', '"') if part.startswith('"') else part


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _values(node: Any, name: str) -> Any:
    """The node's data: keys are texts whatever they look like (`on:` is a column), dates stay texts, no key twice."""
    import yaml

    class Loader(yaml.SafeLoader):
        pass

    def mapping(loader: Any, node: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be one word", key.start_mark)
            if key.value in found:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} is there twice", key.start_mark)
            found[key.value] = loader.construct_object(value, deep=True)
        return found

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)
    try:
        return None if node is None else Loader("").construct_document(node)
    except (yaml.YAMLError, ValueError) as error:
        raise bad_yaml(error, name) from error


def _comments(text: str, node: Any) -> Mapping[tuple[str, str], str]:
    """The comment behind each column's line, by (table key, column)."""
    lines = text.split("\n")
    found = {}
    for table, below in _pairs(_child(node, "tables")):
        for column, value in _pairs(_child(below, "columns")):
            mark = value.end_mark
            rest = lines[mark.line][mark.column :].strip() if mark.line < len(lines) else ""
            if value.flow_style and rest.startswith("#"):
                found[table, column] = rest[1:].strip()
    return found


def _pairs(node: Any) -> Iterator[tuple[str, Any]]:
    for key, value in getattr(node, "value", ()) if hasattr(node, "flow_style") else ():
        yield key.value, value


def _child(node: Any, name: str) -> Any:
    return next((value for key, value in _pairs(node) if key == name), None)


# ---------------------------------------------------------------- writing


def profile_yaml(profile: Profile) -> str:
    """The Profile as text; `read_profile` gives it back as it was."""
    lines = [HEAD.rstrip()]
    if profile.notes:
        lines += ["notes:", *(f"  - {_flow(note)}" for note in profile.notes)]
    lines.append("tables:" if profile.tables else "tables: {}")
    for table in profile.tables:
        lines += [f"  {_flow(_table_key(table.table))}:", f"    rows: {table.rows}"]
        lines += [f"    bytes: {table.bytes}"] if table.bytes is not None else []
        lines += ["    notes:", *(f"      - {_flow(note)}" for note in table.notes)] if table.notes else []
        lines += ["    columns:"] if table.columns else []
        lines += [f"      {_flow(column.column)}: {_column_line(column)}" for column in table.columns]
    return "\n".join(lines) + "\n"


def write_profile(profile: Profile, path: str | Path) -> None:
    """Writes the Profile as YAML, whole or not at all.

    Raises:
        SourceError: the place cannot be written.
    """
    write_text(Path(path), profile_yaml(profile))


def _column_line(column: ColumnProfile) -> str:
    said: dict[str, Any] = {"generator": column.generator} if column.generator else {}
    said |= {key: _listed(value) for key, value in column.settings}
    said |= {"nulls": column.null_fraction} if column.null_fraction else {}
    said |= {"distinct": column.distinct} if column.distinct is not None else {}
    said |= {"frequencies": list(column.frequencies)} if column.frequencies else {}
    why = " ".join("".join(letter if letter.isprintable() else " " for letter in column.why).split())
    return f"{_flow(said)}{f'  # {why}' if why else ''}"


def _listed(value: Any) -> Any:
    return [_listed(each) for each in value] if isinstance(value, tuple | list) else value


def _table_key(name: QName) -> str:
    parts = [part if _SIMPLE.fullmatch(part) else '"' + part.replace('"', '""') + '"' for part in name]
    return parts[1] if name.schema == "public" else ".".join(parts)


def _flow(value: Any) -> str:
    """The value on one line."""
    import yaml

    odd = isinstance(value, str) and not (_SIMPLE.fullmatch(value) or value.isprintable())
    text: str = yaml.safe_dump(
        value,
        default_flow_style=True,
        default_style='"' if odd else None,
        width=10**9,
        allow_unicode=True,
        sort_keys=False,
    )
    return text.removesuffix("\n").removesuffix("\n...")
