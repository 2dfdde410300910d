"""What stands beside the tables: schemas, extensions, roles, types, sequences, functions, views, triggers, comments."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.deliverables.migration.born import rights_of_new
from dbarch_widgets.deliverables.migration.dependents import view_statements
from dbarch_widgets.deliverables.migration.draft import Draft, bare, named_apart
from dbarch_widgets.deliverables.migration.locks import locks
from dbarch_widgets.deliverables.migration.moved import moved_sequences, there_already
from dbarch_widgets.deliverables.migration.routines import functions_changed, functions_dropped
from dbarch_widgets.deliverables.migration.step import Step
from dbarch_widgets.deliverables.migration.types import types_dropped, types_made
from dbarch_widgets.model.objects import Namespace, Role, Sequence, Trigger, View
from dbarch_widgets.model.rights import Rights
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.names import text_literal
from dbarch_widgets.sql.write.base import Script
from dbarch_widgets.sql.write.order import views_in_order
from dbarch_widgets.sql.write.postgres import comments as commenter
from dbarch_widgets.sql.write.postgres import objects as writer
from dbarch_widgets.sql.write.postgres import rights
from dbarch_widgets.sql.write.postgres.functions import dollar_quoted
from dbarch_widgets.sql.write.postgres.names import at, is_real_role, qualified
from dbarch_widgets.sql.write.postgres.owners import owner_to
from dbarch_widgets.sql.write.words import counting, literal, named


def before_tables(draft: Draft) -> None:
    """In the order in which one needs the other."""
    old, new = draft.old, draft.new
    for place in writer.schemas_of(new):
        if place not in writer.schemas_of(old):
            draft.add(
                Step(f"Make schema {place}", (f"CREATE SCHEMA {named(place)}",), (f"DROP SCHEMA {named(place)}",))
            )
    _roles(draft)
    known = {extension.name for extension in old.extensions}
    for one in new.extensions:
        if one.name not in known:
            text = f"CREATE EXTENSION IF NOT EXISTS {named(one.name)}"
            text += f" WITH SCHEMA {named(one.schema)}" if one.schema else ""
            note = ("It must be installed on the server; a trusted one needs CREATE on the database.",)
            draft.add(Step(f"Make extension {one.name}", (text,), (f"DROP EXTENSION {named(one.name)}",), notes=note))
    places = {extension.name: extension.schema for extension in old.extensions}
    for one in new.extensions:
        was = places.get(one.name, one.schema)
        if was != one.schema:
            up, down = (
                f"ALTER EXTENSION {named(one.name)} SET SCHEMA {named(to or 'public')}" for to in (one.schema, was)
            )
            draft.add(Step(f"Move extension {one.name} to {one.schema or 'public'}", (up,), (down,)))
    types_made(draft)
    _sequences(draft)
    functions_changed(draft, late=False)


def _roles(draft: Draft) -> None:
    own = {one.name: one for one in draft.new.roles}
    before = {one.name: one for one in draft.old.roles}
    known = {*before, *rights.named_roles(draft.old)}
    for name in dict.fromkeys((*own, *rights.named_roles(draft.new))):
        if name not in known and is_real_role(name):
            create = rights.create_role(own[name]) if name in own else f"CREATE ROLE {named(name)}"
            block = f"BEGIN\n    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {text_literal(name)}) THEN\n        {create};\n    END IF;\nEND"
            note = ("Roles belong to the whole server: going back leaves it.",)
            draft.add(Step(f"Make role {name}", (f"DO {dollar_quoted(block)}",), (), notes=note))
    for name, one in own.items():
        was = before.get(name)
        if was is None:
            continue
        for (word, to), (_, frm) in zip(rights.attributes(one), rights.attributes(was), strict=True):
            if to != frm:
                set_, unset = (f"ALTER ROLE {named(name)} {no}{word}" for no in ("", "NO"))
                up, down = (set_, unset) if to else (unset, set_)
                draft.add(Step(f"Change role {name}", (up,), (down,), notes=("Roles belong to the whole server.",)))
        for group in dict.fromkeys((*one.member_of, *was.member_of)):
            if _in_group(one, group) != _in_group(was, group):
                step = Step(f"Change the groups of role {name}", _joins(was, one, group), _joins(one, was, group))
                draft.add(step)


def _in_group(one: Role, group: str) -> tuple[bool, bool]:
    return group in one.member_of, group in one.admin_of


def _joins(was: Role, to: Role, group: str) -> tuple[str, ...]:
    """From one membership to the other; GRANT alone takes no option away."""
    leave = (f"REVOKE {named(group)} FROM {named(to.name)}",) if group in was.member_of else ()
    return (*leave, *((rights.membership(to, group),) if group in to.member_of else ()))


def _plain_sequences(schema: Schema) -> dict[str, Sequence]:
    behind = {id(one) for one in writer.identity_sequences(schema).values()}
    return {str(QName(one.schema, one.name)): one for one in schema.sequences if id(one) not in behind}


def _sequences(draft: Draft) -> None:
    old, new = _plain_sequences(draft.old), _plain_sequences(draft.new)
    for name, one in new.items():
        script = Script()
        writer.write_sequences(replace(draft.new, sequences=(one,), tables=()), script)
        (create,) = script.sections[writer.SEQUENCES]
        place = at(one.schema, one.name)
        if there_already(draft, one):
            continue
        if name not in old:
            draft.add(Step(f"Make sequence {name}", (create, *_rights(draft, one)), (f"DROP SEQUENCE {place}",)))
        elif _counts(old[name]) != _counts(one):
            draft.add(_changed(name, old[name], one))


def _changed(name: str, was: Sequence, one: Sequence) -> Step:
    place = at(one.schema, one.name)
    up, down = (f"ALTER SEQUENCE {place} AS {each.type} {_counting(each)}".rstrip() for each in (one, was))
    return Step(f"Change sequence {name}", (up,), (down,))


def _rights(draft: Draft, one: Sequence) -> tuple[str, ...]:
    return rights_of_new(draft, Rights("sequence", one.name, one.grants, one), one.schema)


def fresh_sequences(draft: Draft) -> list[Sequence]:
    """Those that are made here, with their rights."""
    old = _plain_sequences(draft.old)
    return [
        one for name, one in _plain_sequences(draft.new).items() if name not in old and not there_already(draft, one)
    ]


def _counts(one: Sequence) -> tuple[object, ...]:
    return tuple(getattr(one, name) for name in ("type", "start", "increment", "minimum", "maximum", "cache", "cycle"))


def _counting(one: Sequence) -> str:
    """ALTER SEQUENCE keeps what it is not told, so that what is usual is said too."""
    words = counting(one)
    usual = ("NO MINVALUE", "NO MAXVALUE", "NO CYCLE", "INCREMENT BY 1", "CACHE 1")
    said = {word.split()[0] for word in words}
    return " ".join([*words, *(each for each in usual if each.removeprefix("NO ").split()[0] not in said)])


def after_tables(draft: Draft) -> None:
    """Columns of sequences, functions over rows of tables, views, triggers."""
    old, new = _plain_sequences(draft.old), _plain_sequences(draft.new)
    for name, one in new.items():
        if moved := there_already(draft, one):
            if _counts(moved) != _counts(one):
                draft.add(_changed(name, moved, one))
            continue
        was = old.get(name)
        if (was.owned_by if was else None) != one.owned_by:
            draft.add(_belongs(draft, name, one, was))
    functions_changed(draft, late=True)
    _views(draft)
    for before, after in draft.sides:
        _triggers(draft, before, after)


def _belongs(draft: Draft, name: str, one: Sequence, was: Sequence | None) -> Step:
    """A sequence and its column's table must have the same owner before they belong together."""
    up, down = (_owned(one, each.owned_by if each else None) for each in (one, was))
    table = one.owned_by and QName(*one.owned_by[:2])
    whose = next((before.owner for before, after in draft.pairs if after.qname == table), None)
    place = f"SEQUENCE {at(one.schema, one.name)}"
    given = (owner_to(place, whose),) if whose else ()
    back = (owner_to(place, was.owner),) if was and was.owner and not was.owned_by else ()
    return Step(f"Set the column of sequence {name}", (*given, up), (down, *back))


def _owned(one: Sequence, by: tuple[str, str, str] | None) -> str:
    owner = f"{at(by[0], by[1])}.{named(by[2])}" if by else "NONE"
    return f"ALTER SEQUENCE {at(one.schema, one.name)} OWNED BY {owner}"


# Views


def _key(view: View) -> QName:
    return QName(view.schema, view.name)


def _views(draft: Draft) -> None:
    """Only options: altered in place. Anything else: all that changes is dropped and made again in one transaction."""
    old = {_key(view): view for view in draft.old.views}
    new = {_key(view): view for view in draft.new.views}
    again = views_again(draft)
    for name, view in new.items():
        if name in old and name not in again and _bare_view(old[name]) != _bare_view(view):
            draft.add(_view_options(old[name], view))
    gone = [name for name in old if name not in new]
    came = [name for name in new if name not in old]
    if not (again or gone or came):
        return
    ups = _remade(draft, draft.old, [*again, *gone], draft.new, [*again, *came])
    downs = _remade(draft, draft.new, [*again, *came], draft.old, [*again, *gone])
    names = tuple(name.name for name in (*again, *gone, *came))
    draft.add(Step(f"Make views anew: {', '.join(dict.fromkeys(names))}", tuple(ups), tuple(downs), None, names))


def views_again(draft: Draft) -> list[QName]:
    """The views of both sides that differ in more than their options."""
    old = {_key(view): view for view in draft.old.views}
    return [
        _key(view)
        for view in draft.new.views
        if (was := old.get(_key(view)))
        and _bare_view(replace(was, security_invoker=view.security_invoker, security_barrier=view.security_barrier))
        != _bare_view(view)
    ]


def _remade(draft: Draft, old: Schema, drop: list[QName], new: Schema, make: list[QName]) -> list[str]:
    going = [view for view in views_in_order(old.views) if _key(view) in drop]
    whose = {_key(view): view.owner for view in going}
    coming = [replace(view, owner=view.owner or whose.get(_key(view))) for view in new.views if _key(view) in make]
    dropped_ = [
        f"DROP {'MATERIALIZED VIEW' if view.materialized else 'VIEW'} {at(view.schema, view.name)}"
        for view in reversed(going)
    ]
    return [*dropped_, *view_statements(draft, coming, new)]


def _bare_view(view: View) -> View:
    return replace(
        view,
        grants=(),
        owner=None,
        comment=None,
        file=None,
        line=None,
        indexes=tuple(bare(each) for each in view.indexes),
    )


def _view_options(was: View, view: View) -> Step:
    place = f"ALTER VIEW {at(view.schema, view.name)}"
    up, down = (
        tuple(
            f"{place} SET ({option} = {str(getattr(to, option)).lower()})"
            if getattr(to, option)
            else f"{place} RESET ({option})"
            for option in ("security_invoker", "security_barrier")
            if getattr(to, option) != getattr(frm, option)
        )
        for to, frm in ((view, was), (was, view))
    )
    name = _key(view)
    return Step(f"Set options of view {name}", up, down, None, (view.name,), notes=("PostgreSQL 15 and later.",))


# Triggers


def _triggers(draft: Draft, before: Table, after: Table) -> None:
    for old, new in named_apart(before.triggers, after.triggers):
        if (old and bare(old)) == (new and bare(new)):
            continue
        name = (new or old).name  # type: ignore[union-attr]
        up = [*_drop_trigger(after, old), *_make_trigger(draft.new, after, new)]
        down = [*_drop_trigger(after, new), *_make_trigger(draft.old, after, old)]
        held = locks("CREATE TRIGGER", after.qname) if old is None else locks("DROP TRIGGER", after.qname)
        back = locks("CREATE TRIGGER", after.qname) if new is None else locks("DROP TRIGGER", after.qname)
        title = f"{'Make' if old is None else 'Drop' if new is None else 'Change'} trigger {name} of {after.qname}"
        draft.add(Step(title, tuple(up), tuple(down), after.qname, (name,), held, back))


def _drop_trigger(table: Table, trigger: Trigger | None) -> list[str]:
    return [f"DROP TRIGGER {named(trigger.name)} ON {qualified(table.qname)}"] if trigger else []


def _make_trigger(schema: Schema, table: Table, trigger: Trigger | None) -> list[str]:
    if trigger is None:
        return []
    script = Script()
    writer.write_triggers(replace(schema, tables=(replace(table, triggers=(trigger,)),)), script)
    return script.sections.get(writer.TRIGGERS, [])


# Comments, and what goes


def comments(draft: Draft) -> None:
    """Comments that changed, all in one step: they lock nobody out."""
    old, new = (dict(commenter.comments_of(schema)) for schema in (draft.old, draft.new))
    changed = [what for what, text in new.items() if text != old.get(what) and not what.startswith("INDEX")]
    if changed:
        up = tuple(_comment(what, new[what]) for what in changed)
        down = tuple(_comment(what, old[what]) for what in changed if what in old)
        draft.add(Step("Set comments", up, down))


def _comment(what: str, text: str | None) -> str:
    return f"COMMENT ON {what} IS {'NULL' if text is None else literal(text)}"


def _is_identity(draft: Draft, one: Sequence) -> bool:
    """Whether the column that the sequence was for numbers itself now."""
    space, name, column = one.owned_by or ("", "", "")
    table = draft.new.find(QName(space, name))
    return table is not None and table.has_column(column) and table.column(column).identity is not None


def dropped(draft: Draft) -> None:
    """What nothing needs any more."""
    functions_dropped(draft)
    old, new = _plain_sequences(draft.old), _plain_sequences(draft.new)
    kept = {table.qname for table in draft.went}
    moved = {str(QName(one.schema, one.name)) for one in moved_sequences(draft).values()}
    for name, one in old.items():
        if (
            name not in new
            and name not in moved
            and not (one.owned_by and (QName(*one.owned_by[:2]) in kept or _is_identity(draft, one)))
        ):
            script = Script()
            writer.write_sequences(replace(draft.old, sequences=(one,), tables=()), script)
            place = at(one.schema, one.name)
            drop = f"DROP SEQUENCE IF EXISTS {place}"
            draft.add(
                Step(f"Drop sequence {name}", (drop,), (*script.sections[writer.SEQUENCES], *_rights(draft, one)))
            )
    types_dropped(draft)
    new_extensions = {one.name for one in draft.new.extensions}
    for name in [each.name for each in draft.old.extensions if each.name not in new_extensions]:
        up = f"DROP EXTENSION {named(name)}"
        draft.add(Step(f"Drop extension {name}", (up,), (f"CREATE EXTENSION {named(name)}",)))
    for place in writer.schemas_of(draft.old):
        if place not in writer.schemas_of(draft.new):
            draft.add(Step(f"Drop schema {place}", (f"DROP SCHEMA {named(place)}",), _schema_again(draft, place)))


def _schema_again(draft: Draft, place: str) -> tuple[str, ...]:
    """What makes a schema that went, with its rights and its comment."""
    one = next((each for each in draft.old.namespaces if each.name == place), Namespace(place))
    given = rights_of_new(draft, Rights("schema", one.name, one.grants, one), None)
    said = (_comment(f"SCHEMA {named(place)}", one.comment),) if one.comment else ()
    return (f"CREATE SCHEMA {named(place)}", *given, *said)
