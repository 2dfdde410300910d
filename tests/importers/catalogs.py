"""Holds two schemas against each other, in the terms of the promised JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from dbarch_widgets.model.objects import Extension, Grant, Namespace
from dbarch_widgets.model.rights import telling
from dbarch_widgets.model.schema import Schema

# Where the statement stood is known to the text only; who owns a thing is compared apart, as DDL seldom says it.
_ONLY_ONE_SIDE = frozenset({"line", "file", "owner", "external_role", "version"})
# PostgreSQL replaces such a default by the moment at which the statement is run.
_EVALUATED = ("'now'", "'now()'", "'today'")
KINDS = ("tables", "views", "enums", "domains", "sequences", "functions", "extensions", "namespaces")


def plain(thing: Any, field: str = "") -> Any:
    """A model object as dictionaries and lists, ready to compare."""
    if dataclasses.is_dataclass(thing):
        names = [f.name for f in dataclasses.fields(thing) if f.name not in _ONLY_ONE_SIDE]
        if isinstance(thing, Extension):
            names = ["name"]
        if isinstance(thing, Grant):  # of the columns of a right the order says nothing
            thing = dataclasses.replace(thing, columns=tuple(sorted(thing.columns)))
        return {name: plain(getattr(thing, name), name) for name in names}
    if isinstance(thing, tuple):
        items = [plain(item, field) for item in thing]
        return items if field in ("columns", "keys", "values", "ref_columns", "include") else sorted(items, key=str)
    return thing


def differences(text: Schema, catalog: Schema, kinds: tuple[str, ...] = KINDS) -> list[str]:
    """What the text and the catalog do not agree on, one line each."""
    found = []
    for kind in kinds:
        ours = {_key(item): plain(item) for item in _items(text, kind)}
        theirs = {_key(item): plain(item) for item in _items(catalog, kind)}
        found += [f"{kind}: {name} is only in the catalog" for name in sorted(theirs.keys() - ours.keys())]
        found += [f"{kind}: {name} is only in the text" for name in sorted(ours.keys() - theirs.keys())]
        for name in sorted(ours.keys() & theirs.keys()):
            for part in ours[name]:
                if part != "sql":
                    found += _apart(f"{kind}: {name}.{part}", ours[name][part], theirs[name][part])
    found += _apart("database_grants", plain(text.database_grants), plain(catalog.database_grants))
    return [*found, *_apart("default privileges", _defaults(text), _defaults(catalog))]


def _defaults(schema: Schema) -> list[Any]:
    """Where the text names nobody, the catalog has whoever ran it."""
    return sorted((plain(dataclasses.replace(each, for_role=None)) for each in schema.default_privileges), key=str)


def _apart(path: str, text: Any, catalog: Any) -> Iterator[str]:
    """Where two values differ, as deep inside as can be told."""
    if isinstance(text, dict) and isinstance(catalog, dict) and text.keys() == catalog.keys():
        for name in text:
            yield from _apart(f"{path}.{name}", text[name], catalog[name])
    elif isinstance(text, list) and isinstance(catalog, list) and len(text) == len(catalog):
        for number, (ours, theirs) in enumerate(zip(text, catalog, strict=True)):
            yield from _apart(f"{path}[{number}]", ours, theirs)
    elif text != catalog and not (path.endswith(".default") and text in _EVALUATED):
        yield f"{path}: text {text!r}, catalog {catalog!r}"


def _items(schema: Schema, kind: str) -> list[Any]:
    """Without CREATE on the schema public taken from PUBLIC: from PostgreSQL 15 on it has none, and no catalog tells."""
    if kind != "namespaces":
        return list(getattr(schema, kind))
    found = []
    for each in telling(
        dataclasses.replace(
            schema, namespaces=tuple(dataclasses.replace(each, owner=None) for each in schema.namespaces)
        )
    ).namespaces:
        kept = tuple(grant for grant in each.grants if each.name != "public" or not _takes_create(grant))
        if kept or each.comment is not None or each.name != "public":
            found.append(dataclasses.replace(each, grants=kept))
    return found


def owners(schema: Schema) -> dict[str, str | None]:
    """Who owns each thing, by kind and name."""
    found = {}
    for kind in KINDS:
        for item in getattr(schema, kind) if kind != "extensions" else ():
            arguments = f"({item.arguments})" if kind == "functions" else ""
            found[f"{kind}: {_key(item)}{arguments}"] = item.owner
    return found


def _takes_create(grant: Grant) -> bool:
    return grant.revoked and grant.role == "public" and grant.privileges == ("create",)


def _key(item: Any) -> str:
    return item.name if isinstance(item, Extension | Namespace) else f"{item.schema}.{item.name}"
