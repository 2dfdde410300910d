"""One name, several types.

Symptom: Columns of one name have one type in most tables and another in a few.

Why it matters: Who joins or unions them gets a cast, which takes an index out of play, or an error; a value that fits into one
is cut off or refused by the other. A program that reads `amount` has to know from which table.

When it is fine: The name means different things, as `value` or `code` do; very general names are left out.

How to fix: Give the few the type of the many, or another name. A domain says once what such a column is.

Source: SchemaCrawler linter ColumnTypes; Azimutt rule attribute-type-inconsistent; PostgreSQL documentation, Domain Types.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list, bag, count_of, is_money, words

_GENERAL = bag(
    "id name value code type kind status state data info key number no text note comment description title label position "
    "level size count version result source target from to parent order rank score options settings metadata flags mode"
)
_FAMILIES = {
    "character varying": "text",
    "character": "text",
    "bpchar": "text",
    "citext": "text",
    "smallint": "integer",
}
_LEAST, _MANY = 4, 5


def check(context: Context) -> Iterator[Finding]:
    """One finding for each name, or one for all when there are many."""
    places: dict[str, list[tuple[Table, Column]]] = {}
    for table in context.designed:
        tied = {name for key in table.foreign_keys for name in key.columns}
        for column in table.columns:
            if column.name not in tied and (len(words(column.name)) > 1 or is_money(column.name)):
                places.setdefault(column.name, []).append((table, column))
    found = [
        (name, odd, usual)
        for name, items in sorted(places.items())
        if name not in _GENERAL and len(items) >= _LEAST
        for odd, usual in [_odd(context, items)]
        if odd
    ]
    if len(found) <= _MANY:
        for name, odd, usual in found:
            yield _finding(name, odd, usual, len(places[name]))
        return
    some = and_list((name for name, _, _ in found), at_most=4)
    yield RULE.finding(
        f"{count_of(len(found), 'name')} stand for columns of several types ({some}): joins of them need casts",
        file=context.only_file,
    )


def _odd(context: Context, items: list[tuple[Table, Column]]) -> tuple[list[tuple[Table, Column]], str]:
    """The columns whose family is not that of nearly all of the name, with that family."""
    families = [_family(context, column) for _, column in items]
    usual, times = Counter(families).most_common(1)[0]
    odd = [item for item, family in zip(items, families, strict=True) if family != usual]
    return (odd, usual) if odd and times >= 3 * len(odd) else ([], usual)


def _family(context: Context, column: Column) -> str:
    family = context.family(column.type)
    return _FAMILIES.get(family, family) + ("[]" if column.type.endswith("]") else "")


def _finding(name: str, odd: list[tuple[Table, Column]], usual: str, all: int) -> Finding:
    table, column = odd[0]
    others = f" and {len(odd) - 1} more" if len(odd) > 1 else ""
    return RULE.finding(
        f"{table.qname}.{name} is {column.type}{others}, while {all - len(odd)} other columns of that name are {usual}",
        table=table,
        columns=(name,),
        line=column.line,
    )


RULE = Rule(
    name="same-name-other-type",
    area="naming",
    severity="low",
    confidence="hint",
    summary="A column has another type than most columns of its name",
    check=check,
)
