"""Functions and procedures: replaced in place where their result stays, else dropped and made again."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.deliverables.migration.born import rights_of_new
from dbarch_widgets.deliverables.migration.draft import Draft, bare
from dbarch_widgets.deliverables.migration.step import Step
from dbarch_widgets.model.objects import Function
from dbarch_widgets.model.rights import Rights
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.write.postgres.functions import create_function, is_written, split_functions
from dbarch_widgets.sql.write.postgres.names import at
from dbarch_widgets.sql.write.postgres.objects import argument_types


def _key(function: Function) -> tuple[str, str, str]:
    return (function.schema, function.name, argument_types(function.arguments))


def functions_changed(draft: Draft, *, late: bool) -> None:
    """New and changed ones; `late` are those over rows of tables, which come after these."""
    old = {_key(each): each for each in draft.old.functions}
    for function in split_functions(draft.new)[late]:
        was = old.get(_key(function))
        if not is_written(function) or (was is not None and _bare(was) == _bare(function)):
            continue
        title = f"{'Make' if was is None else 'Change'} {function.kind} {QName(function.schema, function.name)}"
        if was is None:
            draft.add(Step(title, _made(draft, function), (_drop(function),), None, (function.name,)))
        elif is_written(was):
            up, down = _replaced(draft, was, function), _replaced(draft, function, was)
            draft.add(Step(title, up, down, None, (function.name,)))


def _bare(function: Function) -> Function:
    kept: Function = bare(replace(function, comment=None, grants=(), owner=None))
    return kept


def remade(was: Function, to: Function) -> bool:
    """Whether the one is dropped and the other made: what it had of rights is gone."""
    same = (was.returns, was.kind, was.arguments) == (to.returns, to.kind, to.arguments)
    return is_written(was) and is_written(to) and not same


def _made(draft: Draft, function: Function) -> tuple[str, ...]:
    """A new function with its rights, in one transaction: nobody calls it in between."""
    on = Rights("function", function.name, function.grants, function)
    return (_create(function), *rights_of_new(draft, on, function.schema))


def _create(function: Function, head: str = "CREATE ") -> str:
    return create_function(function, function.language or "", function.body or "").replace("CREATE ", head, 1)


def _drop(function: Function) -> str:
    return f"DROP {function.kind.upper()} {at(function.schema, function.name)}({argument_types(function.arguments)})"


def _replaced(draft: Draft, was: Function, to: Function) -> tuple[str, ...]:
    if not remade(was, to):
        return (_create(to, "CREATE OR REPLACE "),)
    return (_drop(was), *_made(draft, replace(to, owner=to.owner or was.owner)))


def functions_dropped(draft: Draft) -> None:
    new = {_key(each) for each in draft.new.functions}
    for function in draft.old.functions:
        if _key(function) not in new and is_written(function):
            title = f"Drop {function.kind} {QName(function.schema, function.name)}"
            draft.add(Step(title, (_drop(function),), _made(draft, function), None, (function.name,)))
