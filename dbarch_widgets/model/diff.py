"""What is different between two schemas, object by object.

Objects are matched by name. A table or a column that went while another of the same definition came is taken for a
renaming, and the change says that this was told by the definition. Where a statement stood in its file, and how a
source was understood, makes no difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

from dbarch_widgets.model import describe
from dbarch_widgets.model.change import Change, ChangeKind
from dbarch_widgets.model.diff_rights import default_privilege_changes, grant_changes, rights_changes
from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.objects import Namespace
from dbarch_widgets.model.rights import places_of
from dbarch_widgets.model.schema import Column, QName, Schema, Table

# Grants are told one by one, whatever they are on.
_NO_DIFFERENCE = frozenset({"line", "file", "report", "external_role", "grants"})
_TOLD = "told by the same definition"


@dataclass(frozen=True)
class Diff(Shown):
    """The changes that lead from `old` to `new`, tables in their order, then everything else.

    `renamed` pairs the old and the new names of the tables that were renamed.
    """

    old: Schema
    new: Schema
    changes: tuple[Change, ...] = ()
    renamed: tuple[tuple[QName, QName], ...] = ()
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes)

    @cached_property
    def by_table(self) -> dict[QName, tuple[Change, ...]]:
        """The changes of each table that has any."""
        found: dict[QName, list[Change]] = defaultdict(list)
        for change in self.changes:
            if change.table is not None:
                found[change.table].append(change)
        return {name: tuple(changes) for name, changes in found.items()}

    def counts(self) -> dict[ChangeKind, int]:
        """How many changes there are of each kind."""
        kinds: tuple[ChangeKind, ...] = ("added", "removed", "changed", "renamed")
        return {kind: sum(change.kind == kind for change in self.changes) for kind in kinds}

    def __repr__(self) -> str:
        told = ", ".join(f"{number} {kind}" for kind, number in self.counts().items() if number)
        return f"<Diff: {told or 'no difference'}>"


def diff(old: Schema, new: Schema) -> Diff:
    """What leads from `old` to `new`."""
    before = {table.qname: table for table in old.tables}
    after = {table.qname: table for table in new.tables}
    renamed = _renamed_tables(before, after)
    origin = {came: gone for gone, came in renamed.items()}
    changes: list[Change] = []
    for name, table in after.items():
        source = origin.get(name, name)
        if source not in before:
            changes.append(Change("added", "table", str(name), name, after=_table_words(table)))
            continue
        if source != name:
            words = f"{source.schema}.{source.name}", f"{name.schema}.{name.name}"
            changes.append(Change("renamed", "table", str(name), name, *words, note=_TOLD))
        changes += _table_changes(before[source], table, renamed)
    for name, table in before.items():
        if name not in after and name not in renamed:
            changes.append(Change("removed", "table", str(name), name, before=_table_words(table)))
    changes += _object_changes(old, new)
    notes: tuple[str, ...] = ()
    if old.dialect != new.dialect:
        notes = (
            f"{old.dialect} is held against {new.dialect}: types and expressions are compared as each writes them",
        )
    return Diff(old, new, tuple(changes), tuple(renamed.items()), notes)


def _renamed_tables(before: dict[QName, Table], after: dict[QName, Table]) -> dict[QName, QName]:
    """Old → new names of tables that differ in nothing but their name and have at least two columns."""
    gone: dict[Any, list[QName]] = defaultdict(list)
    came: dict[Any, list[QName]] = defaultdict(list)
    for names, tables, others in ((gone, before, after), (came, after, before)):
        for name, table in tables.items():
            if name not in others and len(table.columns) > 1:
                names[tuple((column.name, column.type) for column in table.columns)].append(name)
    return {
        gone[shape][0]: came[shape][0]
        for shape in gone.keys() & came.keys()
        if len(gone[shape]) == len(came[shape]) == 1
    }


def _table_changes(old: Table, new: Table, renamed: dict[QName, QName]) -> list[Change]:
    changes = _own_changes(old, new, renamed)
    changes += _column_changes(old, new)
    old_keys = tuple(
        replace(key, ref_schema=came.schema, ref_table=came.name) if (came := renamed.get(key.target)) else key
        for key in old.foreign_keys
    )
    groups: tuple[tuple[str, Iterable[Any], Iterable[Any], Callable[[Any], str]], ...] = (
        ("primary key", filter(None, [old.primary_key]), filter(None, [new.primary_key]), describe.key_words),
        ("unique", old.unique, new.unique, describe.key_words),
        ("foreign key", old_keys, new.foreign_keys, describe.foreign_key_words),
        ("check", old.checks, new.checks, describe.check_words),
        ("exclusion", old.exclusions, new.exclusions, lambda each: f"EXCLUDE {each.definition}"),
        ("index", old.indexes, new.indexes, describe.index_words),
        ("policy", old.rls.policies, new.rls.policies, describe.policy_words),
        ("trigger", old.triggers, new.triggers, describe.trigger_words),
    )
    for kind, was, now, words in groups:
        changes += _named(kind, was, now, words, lambda each: str(each.name), new.qname)
    return [*changes, *grant_changes(old.grants, new.grants, new.qname)]


def _own_changes(old: Table, new: Table, renamed: dict[QName, QName]) -> list[Change]:
    """Changes of the table itself: its kind, comment, owner, options, partitioning and row security."""
    changes = []
    for name in ("kind", "comment", "owner", "unlogged", "inherits", "partition_of", "partition_bound",
                 "partition_key", "without_rowid"):  # fmt: skip
        was, now = getattr(old, name), getattr(new, name)
        if name == "inherits":
            was = tuple(renamed.get(parent, parent) for parent in was)
        if name == "partition_of":
            was = renamed.get(was, was) if was else was
        if name == "owner" and unsaid(was, now):
            continue
        if was != now:
            words = _plain(was), _plain(now)
            changes.append(Change("changed", "table", str(new.qname), new.qname, *words, (name,)))
    for option in sorted(old.options.keys() | new.options.keys()):
        was, now = old.options.get(option), new.options.get(option)
        if was != now:
            kind: ChangeKind = "added" if was is None else "removed" if now is None else "changed"
            changes.append(Change(kind, "option", option, new.qname, was, now))
    was, now = (f"{'on' if each.enabled else 'off'}{', forced' if each.forced else ''}" for each in (old.rls, new.rls))
    if was != now:
        changes.append(Change("changed", "row level security", "setting", new.qname, was, now))
    common = [
        [name for name in table.column_names if other.has_column(name)] for table, other in ((old, new), (new, old))
    ]
    if common[0] != common[1]:
        words = ", ".join(common[0]), ", ".join(common[1])
        changes.append(Change("changed", "table", str(new.qname), new.qname, *words, ("column order",)))
    return changes


def _column_changes(old: Table, new: Table) -> list[Change]:
    gone = [column for column in old.columns if not new.has_column(column.name)]
    came = [column for column in new.columns if not old.has_column(column.name)]
    renamed = _renamed_columns(old, new, gone, came)
    changes = []
    for column in new.columns:
        if column in came:
            was = renamed.get(column.name)
            if was is None:
                changes.append(Change("added", "column", column.name, new.qname, after=describe.column_words(column)))
            else:
                changes.append(Change("renamed", "column", column.name, new.qname, was, column.name, note=_TOLD))
        elif differing := _differing(before := old.column(column.name), column):
            changes.append(_changed("column", column.name, new.qname, before, column, differing, describe.column_words))
    changes += [
        Change("removed", "column", column.name, new.qname, describe.column_words(column))
        for column in gone
        if column.name not in renamed.values()
    ]
    return changes


def _renamed_columns(old: Table, new: Table, gone: list[Column], came: list[Column]) -> dict[str, str]:
    """New → old names where one column took the place of another, with the same neighbours and the same definition."""
    found = {}
    places = {column.name: at for at, column in enumerate(old.columns)}
    for column in came:
        at = new.column_names.index(column.name)
        same = [
            was for was in gone if places[was.name] == at and not _differing(replace(was, name=column.name), column)
        ]
        if same and len(old.columns) == len(new.columns):
            found[column.name] = same[0].name
    return found


def _object_changes(old: Schema, new: Schema) -> list[Change]:
    groups: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
        ("schema", "namespaces", lambda each: each.comment or ""),
        ("view", "views", lambda each: each.sql),
        ("enum", "enums", describe.enum_words),
        ("domain", "domains", describe.domain_words),
        ("sequence", "sequences", describe.sequence_words),
        (
            "function",
            "functions",
            lambda each: f"{each.kind} {each.name}({each.arguments}) {each.language or ''}".strip(),
        ),
        ("extension", "extensions", lambda each: each.schema or ""),
        ("role", "roles", lambda each: "LOGIN" if each.login else "NOLOGIN"),
    )
    changes: list[Change] = []
    for kind, attribute, words in groups:
        was, now = (_things(one, other, attribute) for one, other in ((old, new), (new, old)))
        changes += _named(kind, was, now, words, _object_name)
    return [*changes, *rights_changes(old, new), *default_privilege_changes(old, new)]


def _things(schema: Schema, other: Schema, attribute: str) -> tuple[Any, ...]:
    """The objects of a kind; of namespaces also those that only the other schema tells of, where this one has them too."""
    things: tuple[Any, ...] = getattr(schema, attribute)
    if attribute != "namespaces":
        return things
    listed, used = {each.name for each in things}, {*places_of(schema), "public"}
    more = [each.name for each in other.namespaces if each.name not in listed and each.name in used]
    return (*things, *map(Namespace, more))


def _object_name(thing: Any) -> str:
    name = str(QName(getattr(thing, "schema", None) or "", thing.name))
    return f"{name}({thing.arguments})" if hasattr(thing, "arguments") else name


def _named(
    kind: str,
    was: Iterable[Any],
    now: Iterable[Any],
    words: Callable[[Any], str],
    name_of: Callable[[Any], str],
    table: QName | None = None,
) -> list[Change]:
    before, after = ({name_of(each): each for each in things} for things in (was, now))
    gone = {name: each for name, each in before.items() if name not in after}
    changes: list[Change] = []
    for name, thing in after.items():
        if name in before:
            if differing := _differing(before[name], thing):
                changes.append(_changed(kind, name, table, before[name], thing, differing, words))
            continue
        same = next(
            (
                old
                for old, each in gone.items()
                if table and hasattr(each, "name") and not _differing(replace(each, name=thing.name), thing)
            ),
            None,
        )
        if same is None:
            changes.append(Change("added", kind, name, table, after=words(thing)))
        else:
            del gone[same]
            changes.append(Change("renamed", kind, name, table, same, name, note=_TOLD))
    changes += [Change("removed", kind, name, table, words(each)) for name, each in gone.items()]
    return changes


def _changed(
    kind: str,
    name: str,
    table: QName | None,
    was: Any,
    now: Any,
    differing: tuple[str, ...],
    words: Callable[[Any], str],
) -> Change:
    before, after = words(was), words(now)
    if before == after:  # what differs is not in the short words: a comment, say
        before, after = (
            "; ".join(f"{each}: {_plain(getattr(thing, each))}" for each in differing) for thing in (was, now)
        )
    return Change("changed", kind, name, table, before, after, differing)


def _differing(was: Any, now: Any) -> tuple[str, ...]:
    """The names of the fields that differ, but for those that say where a statement stood."""
    if was == now:
        return ()
    return tuple(
        each.name
        for each in fields(was)
        if each.name not in _NO_DIFFERENCE
        and _bare(getattr(was, each.name)) != _bare(getattr(now, each.name))
        and not (each.name == "owner" and unsaid(was.owner, now.owner))
    )


def unsaid(*owners: str | None) -> bool:
    """Whether one side does not say who owns a thing, as DDL seldom does: that is no change."""
    return None in owners


def _bare(value: Any) -> Any:
    """A value without the lines inside it; grants of a view carry some."""
    if isinstance(value, tuple):
        return tuple(_bare(each) for each in value)
    return replace(value, line=None) if hasattr(value, "__dataclass_fields__") and hasattr(value, "line") else value


def _plain(value: Any) -> str:
    if value in (None, ()):
        return "none"
    if isinstance(value, tuple) and not isinstance(value, QName):
        return ", ".join(map(str, value))
    return str(value)


def _table_words(table: Table) -> str:
    return f"{len(table.columns)} columns, {len(table.foreign_keys)} foreign keys, {len(table.indexes)} indexes"
