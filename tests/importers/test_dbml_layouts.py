"""DBML however it is laid out: each table, column, key and relation is read, or its element is named as not understood."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbarch_widgets.errors import InputError
from dbarch_widgets.importers.dbml import read_dbml
from dbarch_widgets.model.schema import Schema

NAMES = ("users", '"us{er}s"', '"a // b"', '"my /* users"', "Orders", '"it\'s"', '"dot.ted"', "_x1")
BEFORE_BRACE = (" ", "\n", "", "\t", " /* { */ ", " // { none\n")
AFTER_BRACE = ("\n", " ", "\t", " // it's } here\n", "\n\n", " /* } */ ")
BETWEEN = ("\n", "\n\n\t", " // `x' \" {\n", "\r\n", "\n/* [pk] */\n")
BEFORE_END = ("\n", " ", "", "\t// }\n", " /* { */ ")
AFTER = ("\n", " ", "", "\n// Table none { x int }\n", "\r\n\r\n")
WRONG = (" ", "; ", ", ")


@dataclass(frozen=True)
class Drawn:
    """A text, and what is in it: the columns of each table, and the number of relations and values."""

    text: str
    columns: dict[str, tuple[str, ...]]
    relations: int


@st.composite
def texts(draw: st.DrawFn, *, separators: tuple[str, ...] = BETWEEN) -> Drawn:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique_by=lambda name: name.strip('"')))

    def pick(among: tuple[str, ...]) -> str:
        return draw(st.sampled_from(among))

    parts: list[str] = []
    columns: dict[str, tuple[str, ...]] = {}
    relations = 0
    for at, name in enumerate(names):
        own = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique_by=lambda name: name.strip('"')))
        lines = [f"{own[0]} int [pk]", *(f"{each} {pick(('text', 'int', 'varchar(20)'))}" for each in own[1:])]
        if at and draw(st.booleans()):
            lines.append(f"back_{at} int [ref: > {names[0]}.{columns[names[0]][0]}]")
            relations += 1
            own.append(f"back_{at}")
        if draw(st.booleans()):
            lines.append(pick(("Note: 'so { and } // so'", "indexes { " + own[0] + " }", "Note { 'x' }")))
        body = lines[0] + "".join(pick(separators) + line for line in lines[1:])
        parts.append(f"Table {name}{pick(BEFORE_BRACE)}{{{pick(AFTER_BRACE)}{body}{pick(BEFORE_END)}}}{pick(AFTER)}")
        columns[name] = tuple(own)
    text = pick(("", "\ufeff")) + "".join(parts)
    return Drawn(pick((text, text.replace("\n", "\r\n") if "\r" not in text else text)), columns, relations)


def unquoted(name: str) -> str:
    return name.strip('"')


def silent(drawn: Drawn, schema: Schema) -> list[str]:
    """What is neither in the schema nor in an element that the report names."""
    named = " ".join(f"{problem.statement} {problem.reason}" for problem in schema.report.problems)
    found = {table.name: table.column_names for table in schema.tables}
    lost = []
    for table, columns in drawn.columns.items():
        if f"Table {table}" in named:
            continue
        if tuple(map(unquoted, columns)) != found.get(unquoted(table)):
            lost.append(f"{table}: {columns} became {found.get(unquoted(table))}")
    if not schema.report.problems and drawn.relations != sum(len(table.foreign_keys) for table in schema.tables):
        lost.append("relations")
    return lost


def read(text: str) -> tuple[Schema | None, str]:
    """The schema, or why there is none."""
    try:
        return read_dbml(text), ""
    except InputError as error:
        return None, str(error)


@given(texts())
@settings(max_examples=50, deadline=None)
def test_any_layout_of_good_dbml_is_read_whole(drawn: Drawn) -> None:
    schema = read_dbml(drawn.text)
    assert schema.report.problems == ()
    assert silent(drawn, schema) == []


@given(texts(separators=(*BETWEEN, *WRONG)))
@settings(max_examples=50, deadline=None)
def test_what_is_not_read_is_named(drawn: Drawn) -> None:
    schema, refusal = read(drawn.text)
    assert "none of it was understood" in refusal if schema is None else silent(drawn, schema) == []


@given(st.text(alphabet="Table{}[]'\"`/*\n:>- uses.\r\t", max_size=60))
@settings(max_examples=80, deadline=None)
def test_rubbish_is_one_clear_line(text: str) -> None:
    schema, refusal = read(text)
    if schema is None:
        assert refusal
        assert "\n" not in refusal
    else:
        assert schema.report.problems or schema.report.skipped or schema.report.understood


@pytest.mark.parametrize(
    "text",
    [
        "Table users { id int }",
        "Table users { id int\n  name text }",
        "Table users {\n  id int\n  name text }",
        "\ufeffTable\tusers\t{\r\n\tid\tint\r\n}",
        "Table users {\r id int\r name text\r}",
        "Table users /* { */ { // }\n id\u00a0int }",
        "Table a { x int } Table users { id int [pk, note: 'a } // b'] }",
    ],
)
def test_a_column_may_stand_on_the_line_of_a_brace(text: str) -> None:
    schema = read_dbml(text)
    assert schema.report.complete
    assert schema.table("users").column_names[0] == "id"


def test_lines_are_those_of_the_source() -> None:
    schema = read_dbml("Table a { id int }\n\nTable b { id int\n\n  x y z w }\nTable c {\n  id int }")
    (problem,) = schema.report.problems
    assert (problem.line, problem.reason) == (3, "line 5: not understood at 'w }'") or problem.reason.startswith(
        "line 5:"
    )
    assert {table.name: table.line for table in schema.tables} == {"a": 1, "c": 6}


def test_checks_belong_to_the_table_that_has_them() -> None:
    schema = read_dbml("Table a { id int [check: `id > 0`] } Table b { id int } Enum s { x\n y }")
    assert {table.name: [check.expression for check in table.checks] for table in schema.tables} == {
        "a": ["id > 0"],
        "b": [],
    }
    assert schema.enums[0].values == ("x", "y")


def test_an_alias_is_a_table_also_where_something_else_is_wrong() -> None:
    schema = read_dbml('Table "my users" as U { id int [pk] }\nTable b { u int [ref: > U.id] }\nTable c { x y z }')
    assert [key.ref_table for key in schema.table("b").foreign_keys] == ["my users"]
    assert [problem.effect for problem in schema.report.problems] == ["not_understood"]
