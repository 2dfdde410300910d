"""What is different between the rights of two schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dbarch_widgets.model.change import Change
from dbarch_widgets.model.describe import grant_words
from dbarch_widgets.model.objects import DefaultPrivilege, Grant
from dbarch_widgets.model.rights import rights_of
from dbarch_widgets.model.schema import QName, Schema

_Single = tuple[str, bool, bool]


def grant_changes(
    old: Iterable[Grant], new: Iterable[Grant], table: QName | None = None, on: str = ""
) -> Iterator[Change]:
    """One change for each role and list of columns; `on` names what is no table."""
    was, now = _by_role(old), _by_role(new)
    place = f" on {on}" if on else ""
    for key, grants in now.items():
        name = _name(key) + place
        before = was.get(key, ())
        if not before:
            yield Change("added", "grant", name, table, after=_words(grants))
        elif _single(before) != _single(grants):
            yield Change("changed", "grant", name, table, _words(before), _words(grants), _fields(before, grants))
    for key, grants in was.items():
        if key not in now:
            yield Change("removed", "grant", _name(key) + place, table, _words(grants))


def _by_role(grants: Iterable[Grant]) -> dict[tuple[str, tuple[str, ...]], tuple[Grant, ...]]:
    found: dict[tuple[str, tuple[str, ...]], tuple[Grant, ...]] = {}
    for each in grants:
        key = (each.role, tuple(sorted(each.columns)))  # their order says nothing
        found[key] = (*found.get(key, ()), each)
    return found


def _name(key: tuple[str, tuple[str, ...]]) -> str:
    role, columns = key
    return role + (f" ({', '.join(columns)})" if columns else "")


def _words(grants: Iterable[Grant]) -> str:
    return "; ".join(map(grant_words, grants))


def _single(grants: Iterable[Grant]) -> set[_Single]:
    return {(name, each.with_grant_option, each.revoked) for each in grants for name in each.privileges}


def _fields(was: tuple[Grant, ...], now: tuple[Grant, ...]) -> tuple[str, ...]:
    names = ("privileges", "with_grant_option", "revoked")
    sides = [list(zip(*sorted(_single(each)), strict=True)) for each in (was, now)]
    return tuple(name for at, name in enumerate(names) if set(sides[0][at]) != set(sides[1][at])) or names[:1]


def rights_changes(old: Schema, new: Schema) -> Iterator[Change]:
    """Changes of the rights on views and on everything beside tables that is on both sides."""
    views = [{QName(view.schema, view.name): view for view in schema.views} for schema in (old, new)]
    for name, view in views[1].items():
        if name in views[0]:
            yield from grant_changes(views[0][name].grants, view.grants, on=f"view {name}")
    before, after = ({each.title: each for each in rights_of(schema)} for schema in (old, new))
    # A schema is told of only where it has rights: without, it may be there all the same.
    titles = [title for title in after if title in before or title.startswith("schema ")]
    titles += [title for title in before if title not in after and title.startswith("schema ")]
    for title in titles:
        was, now = before.get(title), after.get(title)
        on = "the database" if title == "database" else title
        yield from grant_changes(was.grants if was else (), now.grants if now else (), on=on)


def default_privilege_changes(old: Schema, new: Schema) -> Iterator[Change]:
    """Default privileges that came and went."""
    was, now = ({default_words(each): each for each in schema.default_privileges} for schema in (old, new))
    for words, each in was.items():
        if words not in now:
            yield Change("removed", "default privilege", each.role, before=words)
    for words, each in now.items():
        if words not in was:
            yield Change("added", "default privilege", each.role, after=words)


def default_words(default: DefaultPrivilege) -> str:
    """`select on tables made by owner in app to reader`."""
    who = f" made by {default.for_role}" if default.for_role else ""
    privileges = ", ".join(default.privileges)
    option = " with grant option" if default.with_grant_option else ""
    way = "no longer to" if default.revoked else "to"
    place = default.schema or "every schema"
    who_gets = "PUBLIC" if default.role == "public" else default.role
    return f"{privileges} on {default.object_kind}{who} in {place} {way} {who_gets}{option}"
