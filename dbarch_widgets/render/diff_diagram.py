"""Two schemas on one diagram: what was added, removed and changed, by sign, stroke and colour."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

from dbarch_widgets.model.change import Change
from dbarch_widgets.model.diff import Diff
from dbarch_widgets.model.schema import Column, QName, Schema, Table
from dbarch_widgets.render import palette
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.crowsfoot import ErModel, er_model
from dbarch_widgets.render.diagram import Diagram
from dbarch_widgets.render.drawing.marks import Badge, ColumnMark, Marks, State, TableMark
from dbarch_widgets.render.focus import reach, within
from dbarch_widgets.render.ids import relation_key
from dbarch_widgets.render.palette import Theme
from dbarch_widgets.render.table_groups import ABOVE, table_groups
from dbarch_widgets.render.table_rows import counted

# Above so many tables only changed ones and their neighbours are drawn.
ALL_UP_TO = 30
_STATE: dict[str, State] = {"added": "added", "removed": "removed", "changed": "changed", "renamed": "changed"}
_SIGN: dict[State, str] = {"added": "+", "removed": "−", "changed": "~"}
_COLOUR: dict[State, str] = {"added": palette.ADDED, "removed": palette.REMOVED, "changed": palette.CHANGED}
_GROUND: dict[State, str] = {
    "added": palette.ADDED_GROUND,
    "removed": palette.REMOVED_GROUND,
    "changed": palette.CHANGED_GROUND,
}
_DRAWN = frozenset({"table", "column", "foreign key"})
_PLURAL = {"index": "indexes", "policy": "policies", "primary key": "key", "unique": "unique"}


def diff_diagram(diff: Diff, *, title: str | None = None, theme: Theme = "light") -> Diagram:
    """Old and new schema on one diagram.

    What is new is green with `+`, what is gone red, struck out and dashed with `−`, what changed amber with `~`; tables without
    a change are only named. Of more than 30 tables those are drawn that changed, and their neighbours.
    """
    both = merged(diff)
    model = er_model(both)
    states = table_states(diff, model)
    marks = _marks(diff, model, states)
    hidden = 0
    if len(model.entities) > ALL_UP_TO:
        near = {name for changed in states for name in reach(model, changed, 1)}
        part = within(model, near)
        hidden = len(model.entities) - len(part.entities)
        model = replace(part, hidden={})
    groups = table_groups(model, "community") if len(model.entities) > ABOVE else ()
    said: tuple[str, ...] = (_sentence(diff, states),)
    if hidden:
        said += (f"{counted(hidden, 'table')} without a change, and away from any, not drawn.",)
    return Diagram(
        model,
        title=title,
        kind="diff",
        groups=groups,
        schema=both,
        theme=theme,
        given=replace(marks, said=said),
    )


def merged(diff: Diff) -> Schema:
    """The new schema, with what is gone from the old one still in its place."""
    old_names = {new: old for old, new in diff.renamed}
    new_names = dict(diff.renamed)
    tables = []
    for table in diff.new.tables:
        before = diff.old.find(old_names.get(table.qname, table.qname))
        tables.append(_both(before, table, new_names) if before else table)
    drawn = {table.qname for table in tables}
    gone = [table for table in diff.old.tables if table.qname not in drawn and table.qname not in new_names]
    return Schema(dialect=diff.new.dialect, tables=(*tables, *(_pointing(table, new_names) for table in gone)))


def _both(old: Table, new: Table, new_names: dict[QName, QName]) -> Table:
    """The new table with the columns and foreign keys that are gone."""
    kept = {key.name for key in new.foreign_keys} | _renamed_keys(old, new)
    lost = tuple(key for key in _pointing(old, new_names).foreign_keys if key.name not in kept)
    return replace(new, columns=_columns(old, new), foreign_keys=(*new.foreign_keys, *lost))


def _renamed_keys(old: Table, new: Table) -> set[str]:
    """Old foreign keys that the new table has under another name."""
    there = {(key.columns, key.ref_table, key.ref_columns) for key in new.foreign_keys}
    return {key.name for key in old.foreign_keys if (key.columns, key.ref_table, key.ref_columns) in there}


def _pointing(table: Table, new_names: dict[QName, QName]) -> Table:
    """The table with its foreign keys at the new names of what they point at."""
    keys = tuple(
        replace(key, ref_schema=now.schema, ref_table=now.name) if (now := new_names.get(key.target)) else key
        for key in table.foreign_keys
    )
    return replace(table, foreign_keys=keys)


def _columns(old: Table, new: Table) -> tuple[Column, ...]:
    """The new columns, each that is gone behind the one it stood behind."""
    after: dict[str | None, list[Column]] = defaultdict(list)
    last = None
    for column in old.columns:
        if new.has_column(column.name):
            last = column.name
        else:
            after[last].append(column)
    found = list(after[None])
    for column in new.columns:
        found += [column, *after[column.name]]
    return tuple(found)


def table_states(diff: Diff, model: ErModel) -> dict[QName, State]:
    """The state of every drawn table that is not unchanged."""
    found: dict[QName, State] = {}
    for change in diff.changes:
        if change.table is None:
            continue
        home = model.home(change.table)
        whole = change.object == "table" and home == change.table
        state = _STATE[change.kind] if whole else "changed"
        if home in model.by_name and found.get(home, "changed") == "changed":
            found[home] = state
    return found


def _marks(diff: Diff, model: ErModel, states: dict[QName, State]) -> Marks:
    columns: dict[QName, dict[str, ColumnMark]] = defaultdict(dict)
    others: dict[QName, Counter[tuple[str, str]]] = defaultdict(Counter)
    words: dict[QName, list[str]] = defaultdict(list)
    keys: dict[tuple[QName, str], State] = {}
    for change in diff.changes:
        if change.table is None:
            continue
        home = model.home(change.table)
        words[home].append(change.sentence)
        if change.object == "column":
            columns[home][change.name] = replace(_column(change), was=_old_type(diff, change))
            if change.kind == "renamed" and change.before:
                columns[home].setdefault(change.before, _column(replace(change, kind="removed")))
        elif change.object == "foreign key":
            keys[change.table, change.name] = _STATE[change.kind]
        elif change.object not in _DRAWN:
            others[home][change.object, _SIGN[_STATE[change.kind]]] += 1
    tables = {}
    for entity in model.entities:
        state = states.get(entity.name, "unchanged")
        line = _badges(others[entity.name], words[entity.name]) if state == "changed" else ()
        tables[entity.name] = TableMark(line=line, state=state)
    relations = {
        relation_key(relation): _relation_state(
            keys.get((relation.holder, relation.name)), relation.child, relation.parent, states
        )
        for relation in model.relations
    }
    return Marks("diff", tables, columns, relations, legend=_legend())


def _column(change: Change) -> ColumnMark:
    state = _STATE[change.kind]
    return ColumnMark(_SIGN[state], _COLOUR[state], one_line(change.sentence, 200), state, _GROUND[state])


def _old_type(diff: Diff, change: Change) -> str | None:
    """The type that a column had, where it has another now."""
    if change.kind != "changed" or change.table is None:
        return None
    origin = {new: old for old, new in diff.renamed}.get(change.table, change.table)
    before, after = diff.old.find(origin), diff.new.find(change.table)
    if not before or not after or not before.has_column(change.name):
        return None
    was = before.column(change.name).type
    return was if was != after.column(change.name).type else None


def _relation_state(said: State | None, child: QName, parent: QName, states: dict[QName, State]) -> State:
    if said:
        return said
    for end in (child, parent):
        if (state := states.get(end)) in ("added", "removed"):
            return state
    return "unchanged"


def _badges(others: Counter[tuple[str, str]], words: list[str]) -> tuple[Badge, ...]:
    """`+1 −2 indexes` for each kind of object that the picture does not draw."""
    by_object: dict[str, list[str]] = defaultdict(list)
    for (what, sign), number in others.items():
        by_object[what].append(f"{sign}{number}")
    said = "; ".join(words)
    return tuple(
        Badge("square", f"{' '.join(signs)} {what if len(signs) == 1 and signs[0].endswith('1') else _PLURAL.get(what, what + 's')}",
              palette.CHANGED, one_line(said, 400))
        for what, signs in by_object.items()
    )  # fmt: skip


def _legend() -> tuple[tuple[Badge, str], ...]:
    return (
        (Badge("square", "+", palette.ADDED, "added"), "added"),
        (Badge("square", "−", palette.REMOVED, "removed"), "removed: struck out, dashed"),
        (Badge("square", "~", palette.CHANGED, "changed"), "changed; tables without a change are only named"),
    )


def _sentence(diff: Diff, states: dict[QName, State]) -> str:
    """`Difference: 1 table added (a), 2 changed (b, c).`"""
    by_state: dict[State, list[str]] = defaultdict(list)
    for name, state in states.items():
        by_state[state].append(one_line(name, 40))
    parts = [
        f"{counted(len(names), 'table')} {state} ({', '.join(names[:4])}{' …' if len(names) > 4 else ''})"
        for state in _SIGN
        if (names := by_state.get(state))
    ]
    elsewhere = sum(change.table is None for change in diff.changes)
    parts += [counted(elsewhere, "change elsewhere", "changes elsewhere")] if elsewhere else []
    return f"Difference: {', '.join(parts)}." if parts else "The two schemas do not differ."
